"""The PDF: a letter's contents in, bytes out."""

from importlib.metadata import version

from .contents import draft_mark, letter_data
from .letter import RenderError
from .render import render

RENDERER = f"WeasyPrint {version('weasyprint')}"

__all__ = ["RENDERER", "RenderError", "draft_mark", "letter_data", "render"]
