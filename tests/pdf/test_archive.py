"""What the PDF claims of itself, and that a program which keeps archives finds it so."""

from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from pdfua import Severity, validate

from letters.pdf.render import render
from tests.pdf import pictures, sample

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PDFA, PDFUA = "{http://www.aiim.org/pdfa/ns/id/}", "{http://www.aiim.org/pdfua/ns/id/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
LETTERS = {
    "none signed": sample.letter(0),
    "two": sample.letter(2, draft_mark="DRAFT – 2 signers"),
    "fourteen with images": sample.letter(signers=pictures.images(0, 3)(sample.signers(14))),
    "hundred": sample.letter(101),
    "no letterhead": sample.letter(2, letterhead=()),
}


@pytest.fixture(scope="module")
def pdf():
    return pikepdf.open(BytesIO(render(LETTERS["fourteen with images"])))


def metadata(pdf):
    packet = pdf.Root.Metadata.read_raw_bytes()  # whoever looks for a claim need not unpack it
    (rdf,) = ElementTree.fromstring(packet[packet.index(b"<x:xmpmeta") : packet.index(b"<?xpacket end")])
    assert rdf.tag == f"{RDF}RDF"
    return rdf


def test_it_claims_pdf_a_3a_and_pdf_ua_1_at_once(pdf):
    rdf = metadata(pdf)
    claims = {name: value for part in rdf for name, value in part.attrib.items() if name != f"{RDF}about"}
    assert claims == {f"{PDFA}part": "3", f"{PDFA}conformance": "A", f"{PDFUA}part": "1"}
    assert [found.text for found in rdf.iter(f"{SCHEMA}prefix")] == ["pdfuaid"]


def test_title_and_language_are_set_and_nobody_and_no_moment_is_named():
    found = pikepdf.open(BytesIO(render(sample.letter(1, pdf_title="Über “A & B”", language="es-PR"))))
    rdf = metadata(found)
    assert [item.text for item in rdf.find(f".//{DC}title").iter(f"{RDF}li")] == ["Über “A & B”"]
    assert [item.text for item in rdf.find(f".//{DC}language").iter(f"{RDF}li")] == ["es-PR"]
    assert dict(found.docinfo) == {"/Title": "Über “A & B”"}
    assert found.Root.Lang == "es-PR"
    assert found.Root.ViewerPreferences.DisplayDocTitle
    everything = ElementTree.tostring(rdf, encoding="unicode")
    for word in ("WeasyPrint", "Producer", "Creator", "Date"):
        assert word not in everything


def test_colours_are_those_of_the_profile_that_lies_within(pdf):
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_a_letter_gives_the_same_bytes_each_time():
    first, *others = (render(sample.letter(3)) for _ in range(3))
    assert others == [first, first]


def test_the_same_letter_has_the_same_identifier_and_another_letter_another():
    first, again, other = (identifier(sample.letter(number)) for number in (1, 1, 2))
    assert first == again != other


def identifier(letter):
    return bytes(pikepdf.open(BytesIO(render(letter))).trailer.ID[0])


def test_nothing_is_in_the_file_that_an_archive_refuses(pdf):
    assert not pdf.is_encrypted
    assert not {"/AA", "/OpenAction", "/AcroForm", "/Names"} & set(pdf.Root.keys())
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            assert "/JS" not in found
            assert "/EF" not in found
            assert not found.get("/Interpolate", False)
            assert found.get("/Type") != "/Font" or embedded(found)


def embedded(font):
    font = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
    return bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()))


def test_links_are_printed_and_say_where_they_lead(pdf):
    links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
    assert links
    for link in links:
        assert link.F == 4
        assert str(link.Contents) == str(link.A.URI)
    assert all(page.obj.Tabs == "/S" for page in pdf.pages)


@pytest.mark.parametrize("name", LETTERS)
def test_a_checker_of_pdf_ua_finds_nothing(name, tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(render(LETTERS[name]))
    found = [finding for finding in validate(str(file)).findings if finding.severity is not Severity.INFO]
    assert found == []
