"""From the offices' files to the PDF: the letter is printed with the images that it names, or not at all."""

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from letters import tasks
from letters.models import Letter, guards
from letters.pdf import RenderError, letter_data
from letters.workflow import drafting, offices, rendering
from tests.factories import make_letter, make_office, make_person, sign
from tests.pdf import pictures
from tests.pdf.test_signature_images import figures
from tests.workflow import lives

pytestmark = pytest.mark.django_db


def office_with_image(first="Ada", number=1):
    office = make_office(first)
    offices.put_image(office, pictures.signature(number), make_person(admin=True), now=timezone.now())
    return office


@pytest.fixture
def letter():
    """Open, with images shown, signed by three Members of whom the first and the third have one."""
    letter = make_letter()
    drafting.arrange(letter, letter.created_by, signature_images=True, now=timezone.now())
    for office in (office_with_image("Ada", 1), make_office("Bea"), office_with_image("Cora", 3)):
        sign(letter, office)
    return lives.again(letter)


def rendered(letter):
    Letter.objects.filter(pk=letter.pk).update(render_after=None)
    tasks.render(letter.pk)
    return lives.again(letter)


def newest(letter):
    return letter.renditions.order_by("pk").last().read()


def spoiled(image, **columns):
    """What only a damaged disk or somebody at the database does: the rules do not let it happen."""
    guards.remove(connection)
    type(image).objects.filter(pk=image.pk).update(**columns)
    guards.install(connection)


def image_of(letter, number):
    return list(letter.signatures.order_by("pk"))[number].image


def alternates(letter):
    return [f"Signature of {signature.name}" for signature in letter.signatures.exclude(image=None).order_by("signed_at", "pk")]


def test_a_draft_shows_the_images_as_signed(letter):
    assert [alt for alt, _, _ in figures(newest(rendered(letter)))] == alternates(letter)
    assert len(alternates(letter)) == 2


def test_a_letter_without_images_shows_none(letter):
    drafting.arrange(letter, letter.created_by, signature_images=False, now=timezone.now())
    letter = rendered(letter)
    assert letter.pdf_is_current
    assert figures(newest(letter)) == []
    assert rendering.images(letter, letter.contents()) == {}


def test_a_signature_keeps_the_image_it_was_given_with(letter):
    before = rendering.images(letter, letter.contents())
    first, _, third = (signature.office for signature in letter.signatures.order_by("pk"))
    admin = make_person(admin=True)
    offices.put_image(first, pictures.signature(5), admin, now=timezone.now())
    offices.remove_image(third, admin, now=timezone.now())
    assert rendering.images(letter, letter.contents()) == before
    assert [alt for alt, _, _ in figures(newest(rendered(letter)))] == alternates(letter)


def test_the_final_is_printed_with_the_images_of_its_manifest(letter):
    lives.lock(rendered(letter))
    letter = rendered(lives.again(letter))
    manifest = json.loads(letter.manifest)
    named = [line["image_sha256"] for line in manifest["signers"] if "image_sha256" in line]
    assert len(named) == 2
    final = letter.final().read()
    assert [alt for alt, _, _ in figures(final)] == alternates(letter)
    data = letter_data(manifest, images=rendering.images(letter, manifest))
    assert tasks.render_pdf(data) == final
    assert "DRAFT" not in PdfReader(BytesIO(final)).pages[0].extract_text()


@pytest.mark.parametrize("locked", [False, True])
def test_a_damaged_image_fails_the_letter_with_a_sentence(letter, locked):
    if locked:
        lives.lock(rendered(letter))
    image = image_of(letter, 2)
    spoiled(image, png=image.png[:-1])
    count = letter.renditions.count()
    letter = rendered(letter)
    assert letter.render_error.startswith(f"The signature image of {image.office} is not the one that was put on file.")
    assert letter.renditions.count() == count
    assert not letter.pdf_is_current
    spoiled(image, png=image.png)
    assert rendered(letter).pdf_is_current


def test_a_final_waits_for_an_image_that_is_missing(letter):
    lives.lock(rendered(letter))
    image = image_of(letter, 0)
    spoiled(image, sha256="0" * 64)
    letter = rendered(letter)
    name = letter.signatures.order_by("pk").first().name
    assert letter.render_error.startswith(f"The letter shows the signature image of {name}, which is not on file any more.")
    assert letter.final() is None
    spoiled(image, sha256=image.sha256)
    assert len(figures(rendered(letter).final().read())) == 2


def test_only_images_of_the_letter_itself_are_given_to_it(letter):
    stranger = office_with_image("Dora", 7).signature_image()
    contents = letter.contents()
    contents["signers"][0]["image_sha256"] = stranger.sha256
    images = rendering.images(letter, contents)
    assert stranger.sha256 not in images
    with pytest.raises(RenderError, match="not on file any more"):
        letter_data(contents, images=images)


def test_images_are_fetched_in_one_query(letter, django_assert_num_queries):
    contents = letter.contents()
    with django_assert_num_queries(1):
        assert len(rendering.images(letter, contents)) == 2


def test_the_command_prints_the_images_too(letter, tmp_path):
    call_command("render_letter", letter.code, tmp_path / "letter.pdf", stdout=StringIO())
    assert len(figures((tmp_path / "letter.pdf").read_bytes())) == 2
    image = image_of(letter, 0)
    spoiled(image, png=b"")
    with pytest.raises(CommandError, match="is not the one that was put on file"):
        call_command("render_letter", letter.code, tmp_path / "letter.pdf")
