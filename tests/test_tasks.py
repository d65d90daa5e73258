"""One letter that cannot be rendered holds up neither the others nor its own next state."""

import datetime

import pytest
from django.utils import timezone

from letters import tasks
from letters.models import Letter
from letters.pdf import RenderError
from letters.workflow import rendering

from .factories import make_letter, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def poison(monkeypatch):
    """A letter on whose text the renderer fails with the error given; others are rendered."""
    letter = make_letter(body="<p>poison</p>")
    true = tasks.render_pdf

    def fail(error):
        def render(data):
            if "poison" in data.body:
                raise error
            return true(data)

        monkeypatch.setattr(tasks, "render_pdf", render)
        return letter

    return fail


def tried(letter):
    Letter.objects.filter(pk=letter.pk).update(render_after=None)
    tasks.render(letter.pk)
    letter.refresh_from_db()
    return letter


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(RenderError("No such letter shape."), "No such letter shape."), (ZeroDivisionError(), "A fault in the program")],
)
def test_a_failure_is_noted_in_a_sentence_and_the_letter_is_let_go(error, sentence, poison):
    letter = tried(poison(error))
    assert letter.render_error.startswith(sentence)
    assert (letter.render_attempts, letter.rendering_token) == (1, "")
    assert letter.render_after > timezone.now()


def test_after_five_failures_it_waits_for_a_change(poison):
    letter = poison(ZeroDivisionError())
    for _ in range(rendering.ATTEMPTS):
        tried(letter)
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    assert not Letter.objects.render_due(tomorrow).filter(pk=letter.pk).exists()
    sign(letter)
    assert Letter.objects.render_due(tomorrow).filter(pk=letter.pk).exists()


def test_the_others_are_rendered_meanwhile(poison):
    tried(poison(ZeroDivisionError()))
    healthy = tried(make_letter())
    assert healthy.pdf_is_current
    assert healthy.renditions.get().read().startswith(b"%PDF")


def test_a_sweep_goes_on_when_one_kind_of_work_fails(monkeypatch, caplog):
    def broken(now):
        raise ZeroDivisionError

    done = []
    monkeypatch.setattr(tasks, "BY_THE_CLOCK", [broken, done.append])
    tasks.sweep()
    assert len(done) == 1
    assert "broken failed" in caplog.text
