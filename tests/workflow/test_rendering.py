"""Which PDF of a letter counts: never an older one over a newer one, one worker at a time, the final from the manifest."""

import hashlib
import json
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from letters import tasks
from letters.models import Event, Letter, Office
from letters.models.rendition import DamagedRendition
from letters.pdf import RenderError
from letters.workflow import drafting, rendering
from tests import factories
from tests.factories import HOUR, make_draft, make_letter, make_office
from tests.workflow import lives

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def letter():
    return make_letter()


def claim(letter, at=None):
    return rendering.claim(letter.pk, now=at or timezone.now())


def publish(job, pdf=lives.PDF, at=None):
    return rendering.publish(job, pdf, renderer="none", now=at or timezone.now())


def test_a_claim_takes_the_letter_as_it_stands(letter, now):
    factories.sign(letter)
    job = claim(letter, now)
    assert (job.state_no, job.final, job.at) == (lives.again(letter).state_no, False, now)
    assert job.contents == lives.again(letter).contents()
    assert lives.again(letter).rendering_until == now + rendering.CLAIM


def test_one_worker_holds_a_letter(letter):
    assert claim(letter)
    assert claim(letter) is None


def test_nothing_is_claimed_when_nothing_is_due(letter):
    lives.publish(letter)
    assert claim(letter) is None
    assert rendering.claim(letter.pk + 1, now=timezone.now()) is None


def test_a_draft_has_a_pdf_as_well():
    assert lives.publish(make_draft()).signers == 0


def test_a_pdf_is_stored_with_hash_size_and_signers(letter, now):
    factories.sign(letter)
    rendition = publish(claim(letter), at=now)
    letter.refresh_from_db()
    assert rendition.sha256 == hashlib.sha256(lives.PDF).hexdigest()
    assert (rendition.size, rendition.signers, rendition.final, rendition.renderer) == (len(lives.PDF), 1, False, "none")
    assert (rendition.state_no, rendition.rendered_at) == (letter.state_no, now)
    assert (letter.rendered_no, letter.rendering_token, letter.rendering_until) == (letter.state_no, "", None)
    assert letter.pdf_is_current
    assert rendition.read() == lives.PDF


def test_what_was_signed_meanwhile_is_due_again(letter):
    job = claim(letter)
    factories.sign(letter)
    publish(job)
    assert not lives.again(letter).pdf_is_current
    assert publish(claim(letter)).signers == 1
    assert lives.again(letter).pdf_is_current


def test_a_worker_whose_time_ran_out_stores_nothing(letter, now):
    late = claim(letter, now)
    after = now + 2 * rendering.CLAIM
    quick = claim(letter, after)
    rows = lives.rows()
    assert publish(late, b"late", at=after) is None
    assert lives.rows() == rows
    assert publish(quick, at=after)
    rows = lives.rows()
    assert publish(late, b"late", at=after) is None
    rendering.fail(late, "late", now=after)
    assert lives.rows() == rows


def test_an_older_state_never_replaces_a_newer_one(letter, now):
    old = claim(letter, now)
    factories.sign(letter)
    new = claim(letter, now + 2 * rendering.CLAIM)
    assert new.state_no > old.state_no
    publish(new, b"%PDF new")
    Letter.objects.filter(pk=letter.pk).update(rendering_token=old.token)
    assert publish(old, b"%PDF old") is None
    assert lives.again(letter).latest_rendition().read() == b"%PDF new"


def test_the_same_job_is_stored_once(letter):
    job = claim(letter)
    assert publish(job)
    assert publish(job) is None
    assert letter.renditions.count() == 1


def test_a_hundred_changes_while_one_is_rendered_give_one_more_render(letter, monkeypatch):
    """However many messages come: what is due is asked of the database."""
    renders = []

    def render(data):
        renders.append(data)
        if len(renders) == 1:
            for number in range(100):
                drafting.arrange(letter, letter.created_by, order=["seniority", "alphabetical"][number % 2], now=timezone.now())
                tasks.render(letter.pk)  # a message for each; the letter is held
        return lives.PDF

    monkeypatch.setattr(tasks, "render_pdf", render)
    tasks.render(letter.pk)
    tasks.render(letter.pk)
    assert len(renders) == 2
    assert lives.again(letter).pdf_is_current


# --- failure ---


def test_a_failure_is_noted_and_tried_again_later(letter, now):
    rendering.fail(claim(letter, now), "a note does not fit", now=now)
    failed = lives.again(letter)
    assert (failed.render_error, failed.render_attempts, failed.rendering_token) == ("a note does not fit", 1, "")
    assert claim(letter, now) is None
    assert claim(letter, failed.render_after)


def test_after_a_few_failures_a_draft_waits_for_a_change(letter, now):
    for _ in range(rendering.ATTEMPTS):
        rendering.fail(claim(letter, now), "no", now=now)
        now = max(now, lives.again(letter).render_after) if lives.again(letter).render_attempts < rendering.ATTEMPTS else now
    assert claim(letter, now + 1000 * HOUR) is None
    factories.sign(letter, now=timezone.now())
    changed = lives.again(letter)
    assert (changed.render_attempts, changed.render_after, changed.render_error) == (0, None, "")
    assert claim(letter)


def test_a_failure_of_an_older_state_does_not_hold_the_newer_one_up(letter, now):
    job = claim(letter, now)
    factories.sign(letter)
    rendering.fail(job, "no", now=now)
    assert claim(letter, now)


def test_a_final_is_tried_for_ever(now):
    letter = lives.locked_letter(sealed=False)
    for _ in range(4 * rendering.ATTEMPTS):
        rendering.fail(claim(letter, now), "no", now=now)
        now = lives.again(letter).render_after
        assert now
    assert publish(claim(letter, now), at=now).final


def test_the_lead_can_ask_for_a_new_try(letter, now):
    rendering.fail(claim(letter, now), "no", now=now)
    drafting.render_again(letter)
    assert claim(letter, now)


def test_the_task_notes_what_could_not_be_rendered(letter, monkeypatch):
    def render(data):
        raise RenderError("The note is longer than a page.")

    monkeypatch.setattr(tasks, "render_pdf", render)
    tasks.render(letter.pk)
    assert lives.again(letter).render_error == "The note is longer than a page."


# --- the final ---


def test_the_final_is_made_from_the_manifest(now):
    letter = lives.locked_letter(sealed=False)
    manifest = json.loads(lives.again(letter).manifest)
    Office.objects.update(name="Somebody Else", chamber="senate")
    job = claim(letter, now)
    assert job.final
    assert job.contents == manifest
    assert job.contents["signers"][0]["title"] == "Member of Congress"


def test_the_final_is_sealed_in_the_history(now):
    letter = lives.locked_letter(sealed=False)
    final = publish(claim(letter), at=now)
    event = letter.events.order_by("-seq").first()
    assert (event.kind, event.at, event.person) == (Event.Kind.SEALED, now, None)
    assert event.details == {"sha256": final.sha256, "size": final.size, "renderer": "none"}
    letter = lives.again(letter)
    assert (letter.head_hash, letter.final(), letter.pdf_is_current) == (event.hash, final, True)
    assert claim(letter) is None


def test_a_job_from_before_the_lock_stores_nothing_after_it(letter):
    factories.sign(letter)
    lives.publish(letter)
    drafting.arrange(letter, letter.created_by, order="seniority", now=timezone.now())
    job = claim(letter)
    factories.sign(letter, make_office())
    Letter.objects.filter(pk=letter.pk).update(rendering_token="", rendering_until=None)
    lives.lock(letter)
    rows = lives.rows()
    assert publish(job, b"%PDF draft") is None
    assert lives.rows() == rows


def test_there_is_no_second_final():
    letter = lives.locked_letter()
    final = letter.final()
    final.pk, final.state_no = None, final.state_no + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        final.save()


def flipped(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def lengthened(path):
    path.write_bytes(path.read_bytes() + b"\n")


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flipped, cut, lengthened, emptied, Path.unlink])
def test_a_damaged_pdf_is_not_read(letter, damage):
    rendition = lives.publish(letter)
    path = Path(rendition.pdf.path)
    path.chmod(0o600)
    damage(path)
    with pytest.raises(DamagedRendition, match=f"PDF {rendition.state_no} of Mills"):
        rendition.read()


def test_a_pdf_in_a_folder_is_not_read(letter):
    rendition = lives.publish(letter)
    path = Path(rendition.pdf.path)
    path.unlink()
    path.mkdir()
    with pytest.raises(DamagedRendition):
        rendition.read()
