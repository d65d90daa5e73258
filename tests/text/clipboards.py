"""What programs put on the clipboard for a letter: written anew for each letter, in the shapes that each program uses.

A body is a list of blocks: ("p" or "quote", runs), or ("li", level, style, number, runs). A run is (text, marks, note): marks are
letters out of "biu", or an address; note is the text of a footnote that is called after the run, or "".
"""

from html import escape

from letters.text import tree
from letters.text.numerals import marker

TOP = ["March 3, 2026", "The Honorable Sam Reed|Secretary|Department of Boats|Washington, DC 20001", "Dear Secretary Reed:"]
BOTTOM = ["Sincerely,", "Ada Lovelock|Member of Congress", "cc: The Clerk"]
_FORMATS = {"a": "alpha-lower", "A": "alpha-upper", "i": "roman-lower", "I": "roman-upper", "•": "bullet", "1": "decimal"}
_CSS = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman", "•": "disc", "1": "decimal"}


def runs_of(block):
    return block[-1]


def notes_of(body):
    return [note for block in body for _, _, note in runs_of(block) if note]


def plain(body):
    """The text/plain beside the markup: a line for each paragraph, lists with their marks, no notes."""
    lines = [line for part in TOP for line in part.split("|")]
    for block in body:
        mark = "" if block[0] != "li" else "•\t" if block[2] == "•" else f"{marker(block[3], block[2])}.\t"
        lines.append(mark + "".join(text for text, _, _ in runs_of(block)))
    return "\n".join([*lines, *(line for part in BOTTOM for line in part.split("|"))])


def blocks_of(body):
    """The body as blocks: neighbours that are items stand in one list while their numbers go on."""
    found, open_lists = [], []
    for block in body:
        runs = [run for text, marks, note in runs_of(block) for run in _tree_runs(text, marks, note)]
        paragraph = tree.Block("p", tree.tidy(runs))
        if block[0] != "li":
            open_lists = []
            quoted = block[0] == "quote" and found and found[-1].kind == "blockquote"
            if quoted:
                found[-1].blocks.append(paragraph)
            else:
                found.append(paragraph if block[0] == "p" else tree.Block("blockquote", blocks=[paragraph]))
            continue
        _, level, style, number, _ = block
        open_lists = open_lists[: level + 1]
        last = open_lists[level] if len(open_lists) > level else None
        kind = "ul" if style == "•" else "ol"
        if last is None or last.kind != kind or (kind == "ol" and (last.style, last.start + len(last.blocks)) != (style, number)):
            open_lists = open_lists[:level]
            last = tree.Block("ul") if kind == "ul" else tree.Block("ol", start=number, style=style)
            (open_lists[-1].blocks[-1].blocks if open_lists else found).append(last)
            open_lists.append(last)
        last.blocks.append(tree.Block("li", blocks=[paragraph]))
    return found


def _tree_runs(text, marks, note):
    names = {f"a {marks}"} if "://" in marks else {{"b": "strong", "i": "em", "u": "u"}[mark] for mark in marks}
    return [tree.Run(text, frozenset(names)), *([tree.Run("", note=(tree.Run(note),))] if note else [])]


def canonical_html(body):
    return tree.write(blocks_of(body))


# --- Word and Outlook

_WORD_HEAD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=Generator content="Microsoft Word 15">
<link rel=File-List href="file:///C:/Users/staff/AppData/Local/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal, li.MsoNormal {mso-style-unhide:no; margin:0in; font-family:"Times New Roman",serif;}
%s
ol {margin-bottom:0in;} --></style></head><body lang=EN-US style='tab-interval:.5in'><!--StartFragment-->"""


def word(body, shown_lists="<![if !supportLists]>%s<![endif]>"):
    """`shown_lists`: the conditional comment around the mark of an item, which browsers write in their own way."""
    notes, parts = [], [_word_paragraph(part) for part in TOP]
    for block in body:
        words = "".join(_word_run(*run, notes) for run in runs_of(block))
        if block[0] == "li":
            parts.append(_word_item(block, words, shown_lists))
        else:
            parts.append(f"<p class={'MsoNormal' if block[0] == 'p' else 'MsoQuote'}>{words}<o:p></o:p></p>")
    parts += [_word_paragraph(part) for part in BOTTOM]
    levels = {(block[1], block[2]) for block in body if block[0] == "li"}
    rules = [f"@list l{ord(style)}:level{level + 1} {{mso-level-number-format:{_FORMATS[style]};}}" for level, style in levels]
    head = _WORD_HEAD % "\n".join(rules).replace("mso-level-number-format:decimal;", "mso-level-tab-stop:none;")
    return head + "\n\n".join(parts) + _word_notes(notes) + "<!--EndFragment--></body></html>"


def _word_paragraph(part):
    return "<p class=MsoNormal>" + "<br>\n".join(map(escape, part.split("|"))) + "<o:p></o:p></p>"


def _word_item(block, words, shown_lists):
    _, level, style, number, _ = block
    mark = "·" if style == "•" else f"{marker(number, style)}."
    spaces = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span>"
    shown = shown_lists % f"<span style='font-family:Symbol'><span style='mso-list:Ignore'>{mark}{spaces}</span></span>"
    place = f"margin-left:{level + 1}.0in;text-indent:-.25in;mso-list:l{ord(style)} level{level + 1} lfo1"
    return f"<p class=MsoListParagraphCxSpMiddle style='{place}'>{shown}{words}<o:p></o:p></p>"


def _word_run(text, marks, note, notes):
    html = escape(text).replace(" ", "\n", 1)
    if "://" in marks:
        html = f"<a href=\"{escape(marks)}\"><span style='color:#0563C1'>{html}</span></a>"
    for mark in marks if "://" not in marks else "":
        html = f"<{mark}>{html}</{mark}>"
    if note:
        notes.append(note)
        html += _word_call(len(notes), "href='#_ftn{0}' name='_ftnref{0}'")
    return html


def _word_call(number, addresses):
    shown = f"<span class=MsoFootnoteReference><span style='font-size:12.0pt'>[{number}]</span></span>"
    return (
        f"<a style='mso-footnote-id:ftn{number}' {addresses.format(number)} title=''><span class=MsoFootnoteReference>"
        f"<span style='mso-special-character:footnote'><![if !supportFootnotes]>{shown}<![endif]></span></span></a>"
    )


def _word_notes(notes):
    if not notes:
        return ""
    rule = "<![if !supportFootnotes]><br clear=all><hr align=left size=1 width='33%'><![endif]>"
    listed = [
        f"<div style='mso-element:footnote' id=ftn{number}><p class=MsoFootnoteText>"
        f"{_word_call(number, 'href=#_ftnref{0} name=_ftn{0}')} {escape(note)}<o:p></o:p></p></div>"
        for number, note in enumerate(notes, 1)
    ]
    return f"<div style='mso-element:footnote-list'>{rule}{''.join(listed)}</div>"


def word_in_chrome(body):
    return (
        word(body, "<!--[if !supportLists]-->%s<!--[endif]-->").replace("<![if !supportFootnotes]>", "").replace("<![endif]>", "")
    )


# --- programs that write real lists


def _lines(parts, paragraph, line_break):
    return "".join(paragraph(line_break.join(map(escape, part.split("|")))) for part in parts)


def _written(blocks, inline, paragraph, list_tag):
    """Blocks as HTML: `inline` writes a run, `paragraph` a paragraph, `list_tag` what opens a list."""
    html = ""
    for block in blocks:
        inner = _written(block.blocks, inline, paragraph, list_tag)
        if block.kind == "p":
            html += paragraph("".join(map(inline, block.runs)))
        elif block.kind in ("ul", "ol"):
            html += f"{list_tag(block)}{inner}</{block.kind}>"
        else:
            html += f"<{block.kind}>{inner}</{block.kind}>"
    return html


_TAGS = {"strong": "b", "em": "i", "u": "u"}


def _tagged(run):
    html = escape(run.text)
    for mark in sorted(run.marks):
        name, _, href = mark.partition(" ")
        html = f'<a href="{escape(href)}">{html}</a>' if href else f"<{_TAGS[name]}>{html}</{_TAGS[name]}>"
    return html


class _Notes(list):
    """Writes runs; keeps the notes that were called, so that they can be written below."""

    def __init__(self, write, call):
        super().__init__()
        self.write, self.call = write, call

    def __call__(self, run):
        if not run.note:
            return self.write(run)
        self.append(run.note[0].text)
        return self.call.format(len(self))


def libreoffice(body):
    def paragraph(words):
        return f'<p style="line-height: 100%; margin-bottom: 0in">{words}</p>\n'

    def list_tag(block):
        return "<ul>" if block.kind == "ul" else f'<ol start="{block.start}" type="{block.style}">'

    notes = _Notes(_tagged, '<a class="sdfootnoteanc" name="sdfootnote{0}anc" href="#sdfootnote{0}sym"><sup>{0}</sup></a>')
    html = _lines(TOP, paragraph, "<br/>\n") + _written(blocks_of(body), notes, paragraph, list_tag)
    html += _lines(BOTTOM, paragraph, "<br/>\n")
    for number, note in enumerate(notes, 1):
        back = f'<a class="sdfootnotesym" name="sdfootnote{number}sym" href="#sdfootnote{number}anc">{number}</a>'
        html += f'<div id="sdfootnote{number}"><p class="sdfootnote">{back}{escape(note)}</p></div>\n'
    return f'<!DOCTYPE html><html><head><meta name="generator" content="LibreOffice 24.2"/></head><body>{html}</body></html>'


def google_docs(body):
    spans = {"strong": "font-weight:700", "em": "font-style:italic", "u": "text-decoration:underline"}

    def inline(run):
        styles = ["font-size:11pt", "font-weight:400", "font-style:normal", "vertical-align:baseline", "white-space:pre-wrap"]
        styles += [spans[mark] for mark in run.marks if mark in spans]
        href = next((mark[2:] for mark in run.marks if mark.startswith("a ")), "")
        if href:
            style = f"{';'.join(styles)};text-decoration:underline;color:#1155cc"
            return f'<a href="{escape(href)}" style="text-decoration:none;"><span style="{style}">{escape(run.text)}</span></a>'
        return f'<span style="{";".join(styles)};">{escape(run.text)}</span>'

    def paragraph(words):
        return f'<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;">{words}</p>'

    def list_tag(block):
        kind = _CSS["•" if block.kind == "ul" else block.style]
        start = f' start="{block.start}"' if block.start > 1 else ""
        return f'<{block.kind}{start} style="margin-top:0;list-style-type:{kind};">'

    notes = _Notes(inline, '<sup><a href="#ftnt{0}" id="ftnt_ref{0}">[{0}]</a></sup>')
    html = (
        _lines(TOP, paragraph, "<br>") + _written(blocks_of(body), notes, paragraph, list_tag) + _lines(BOTTOM, paragraph, "<br>")
    )
    for number, note in enumerate(notes, 1):
        back = f'<a href="#ftnt_ref{number}" id="ftnt{number}">[{number}]</a>'
        html += f'<div><p style="margin:0">{back}<span style="font-size:10pt">&nbsp;{escape(note)}</span></p></div>'
    return f'<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1f2e3d4c-7fff">{html}</b><br class="x">'


def browser(body):
    def paragraph(words):
        return f'<p style="color: rgb(0, 0, 0); font-family: serif; orphans: 2; -webkit-text-stroke-width: 0px;">{words}</p>'

    def list_tag(block):
        return "<ul>" if block.kind == "ul" else f'<ol start="{block.start}" style="list-style-type: {_CSS[block.style]};">'

    notes = _Notes(_tagged, '<sup id="cite_ref-{0}"><a href="https://page.example/letter#cite_note-{0}">[{0}]</a></sup>')
    html = (
        _lines(TOP, paragraph, "<br>") + _written(blocks_of(body), notes, paragraph, list_tag) + _lines(BOTTOM, paragraph, "<br>")
    )
    listed = "".join(
        f'<li id="cite_note-{number}"><a href="https://page.example/letter#cite_ref-{number}">^</a> {escape(note)}</li>'
        for number, note in enumerate(notes, 1)
    )
    html += f'<ol class="references">{listed}</ol>' if notes else ""
    return f"<html>\n<body>\n<!--StartFragment-->{html}<!--EndFragment-->\n</body>\n</html>"


PROGRAMS = {
    "Word": word,
    "Word in Chrome": word_in_chrome,
    "LibreOffice": libreoffice,
    "Google Docs": google_docs,
    "a browser": browser,
}
