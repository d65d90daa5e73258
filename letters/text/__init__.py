"""The letter as text: in from Word or from a PDF's text, kept as a small HTML subset."""

from .characters import TextError, Unsettled

__all__ = ["TextError", "Unsettled", "read", "read_paste"]


def read(name: str, data: bytes, changes: str = ""):
    """A letter's file, as `letter.Imported`. `name` tells only which kind it claims to be; TextError says what to do instead.

    A Word file with tracked changes or comments is Unsettled, unless `changes` says to take all as "accepted" or "rejected".
    """
    # Imported here: the readers are slow to load, and the pages need none of them.
    from .extracted.reader import read_txt
    from .word.reader import read_docx

    kind = name.lower().rpartition(".")[2]
    if kind in ("txt", "text"):
        return read_txt(data)
    if kind == "docx":
        return read_docx(data, changes)
    raise TextError(f"{name} is neither a .docx nor a .txt file. In Word, save the letter as a Word document (.docx) first.")


def read_paste(text: str, markup: str = ""):
    """A pasted letter, as `letter.Imported`: its plain text, and its HTML where the clipboard has it; TextError as above."""
    from .pasted.reader import read_paste

    return read_paste(text, markup)
