"""What is refused: before a letter is laid out, and when what was laid out is not the whole letter."""

from bisect import bisect_left

from letters.pdf import fonts
from letters.pdf.letter import LetterData, RenderError, flow, notes, texts
from letters.pdf.markup import INVISIBLE

REPORT = "Please report this to whoever runs the site."


def refuse_missing_glyphs(data: LetterData):
    for place, text in texts(data):
        if (at := fonts.first_missing(text)) is not None:
            raise RenderError(
                f"The letter's font has no {fonts.named(text[at])}. It stands in {place}, "
                f"here: “{' '.join(text[max(0, at - 30) : at + 30].split())}”. Write it another way and try again."
            )


def refuse_lost_images(data: LetterData, sheets):
    """Every image once, in order, and no other: WeasyPrint leaves out what it cannot read."""
    printed = [url for sheet in sheets for url in sheet.images]
    if data.seal and printed[:1] != [data.seal_url]:
        raise RenderError(f"The seal of the letterhead cannot be printed as it is on file. {REPORT}")
    wanted = [signer for signer in data.signers if signer.image]
    if printed[bool(data.seal) :] != [signer.image_url for signer in wanted]:
        lost = next((signer.name for signer in wanted if signer.image_url not in printed), "a Member")
        raise RenderError(f"The signature image of {lost} cannot be printed as it is on file. {REPORT}")


def refuse_lost_text(data: LetterData, sheets):
    """Compares all that was laid out with all that was to be printed, in order, white space and capitals aside."""
    wanted = " ".join(text for _, text in flow(data)), " ".join(notes(data))
    printed = "".join(sheet.text for sheet in sheets), "".join(sheet.notes for sheet in sheets)
    for whole, got in zip(wanted, printed, strict=True):
        if squeezed(whole) != squeezed(got):
            raise RenderError(
                "The letter was not printed whole: something is lost or out of order near "
                f"“{parting(whole, squeezed(got))}”. {REPORT}"
            )
    for number, sheet in enumerate(sheets, 1):
        if squeezed(sheet.edges) != squeezed(edges(data, number)):
            raise RenderError(f"The head or foot of page {number} was not printed whole. {REPORT}")


def edges(data: LetterData, page: int) -> str:
    """What stands in the margins of a page, counted from 1."""
    if page == 1:
        return data.draft_mark
    if data.running_head:
        return f"{data.running_head} Page {page} {data.draft_mark}"
    return f"{data.draft_mark} {page}"


def squeezed(text: str) -> str:
    return "".join(text.split()).translate(INVISIBLE).lower()


def parting(whole: str, got: str) -> str:
    """The words of the whole text around the first place where the squeezed text is another."""
    pairs = enumerate(zip(squeezed(whole), got, strict=False))
    same = next((at for at, (wanted, found) in pairs if wanted != found), len(got))
    at = bisect_left(range(len(whole)), same, key=lambda at: len(squeezed(whole[:at])))
    return " ".join(whole[max(0, at - 30) : at + 30].split())
