"""The letter as text: in from Word or from a PDF's text, kept as a small HTML subset."""

from .characters import TextError

__all__ = ["TextError", "read"]


def read(name: str, data: bytes):
    """A letter's file, as `letter.Imported`. `name` tells only which kind it claims to be; TextError says what to do instead."""
    # Imported here: the readers are slow to load, and the pages need none of them.
    from .plain import read_txt
    from .word import read_docx

    kind = name.lower().rpartition(".")[2]
    if kind in ("txt", "text"):
        return read_txt(data)
    if kind == "docx":
        return read_docx(data)
    raise TextError(f"{name} is neither a .docx nor a .txt file. In Word, save the letter as a Word document (.docx) first.")
