"""Letters made at random of everything that Word files hold: no word is lost without a word."""

import random
import re
from itertools import count

import pytest

from letters.text import Unsettled
from letters.text.html import plain
from letters.text.word.reader import read_docx

from .docx import LETTER, RELS, R, part, parts, zipped

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
TARGETS = ("https://a.example/x", "file:///a", "javascript:a()", "mailto:a@b.example")
LINKS = "".join(
    f'<Relationship Id="l{n}" Type="{R}/hyperlink" Target="{target}" TargetMode="External"/>' for n, target in enumerate(TARGETS)
)
NUMBERING = part(
    "numbering",
    "".join(
        f'<w:abstractNum w:abstractNumId="{kind}">'
        + "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{kind}"/><w:lvlText w:val="%{n + 1})"/></w:lvl>' for n in range(9))
        + f'</w:abstractNum><w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/></w:num>'
        for number, kind in enumerate(("bullet", "decimal", "lowerRoman", "upperLetter", "none", "ordinal"), 1)
    ),
)
PROPERTIES = (
    *("<w:b/>", "<w:i/>", "<w:vanish/>", "<w:strike/>", "<w:dstrike/>", "<w:caps/>", "<w:smallCaps/>", "", "", ""),
    *('<w:u w:val="single"/>', '<w:highlight w:val="yellow"/>', '<w:rStyle w:val="Strong"/>', '<w:rFonts w:ascii="Symbol"/>'),
    *(
        '<w:vertAlign w:val="subscript"/>',
        '<w:vertAlign w:val="superscript"/>',
        '<w:rPrChange w:author="E"><w:rPr/></w:rPrChange>',
    ),
)


class Maker:
    """`gone`: words that a tracked change takes out of the text, by the choice that does so.

    `elsewhere`: words of check boxes, and those that stand in the file as another way to draw a place.
    """

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.numbers = count(100)
        self.words: list[str] = []
        self.elsewhere: set[str] = set()
        self.gone = {"accepted": [], "rejected": []}
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}

    def word(self) -> str:
        self.words.append(f"wort{next(self.numbers)}")
        return f"{self.words[-1]} "

    def few(self, make, most: int = 3) -> str:
        return "".join(make() for _ in range(self.chance.randint(1, most)))

    def run(self) -> str:
        inner = self.few(lambda: f'<w:t xml:space="preserve">{self.word()}</w:t>' + self.chance.choice(BETWEEN), 2)
        return f"<w:r><w:rPr>{self.chance.choice(PROPERTIES)}</w:rPr>{inner}</w:r>"

    def inline(self, depth: int = 0) -> str:
        if depth > 2 or self.chance.random() < 0.4:
            return self.run()
        kind = self.chance.choice(("wrap", "change", "field", "link", "note", "box", "formula", "choice", "check"))
        return getattr(self, kind)(depth + 1)

    def inlines(self, depth: int) -> str:
        return self.few(lambda: self.inline(depth))

    def wrap(self, depth: int) -> str:
        return self.chance.choice(WRAPPERS) % self.inlines(depth)

    def change(self, depth: int) -> str:
        tag = self.chance.choice(("ins", "del", "moveFrom", "moveTo"))
        first = len(self.words)
        inner = self.inlines(depth)
        if tag == "del":
            inner = inner.replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
        self.gone["rejected" if tag in ("ins", "moveTo") else "accepted"] += self.words[first:]
        return f'<w:{tag} w:id="1" w:author="Ann">{inner}</w:{tag}>'

    def field(self, depth: int) -> str:
        code = self.chance.choice(
            (" PAGE ", ' HYPERLINK "https://b.example" \\o "tip"', " REF x \\h", ' HYPERLINK \\l "x"', "TOC")
        )
        if self.chance.random() < 0.3:
            return f"<w:fldSimple w:instr='{code}'>{self.run()}</w:fldSimple>"
        sign = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'
        end = sign % "end" if self.chance.random() < 0.9 else ""
        code = f"{sign % 'begin'}<w:r><w:instrText>{code}</w:instrText></w:r>{sign % 'separate'}"
        return f"{code}{self.inlines(depth)}{end}"

    def link(self, depth: int) -> str:
        where = self.chance.choice((*(f'r:id="l{n}"' for n in range(len(TARGETS))), 'w:anchor="x"', 'r:id="none"'))
        return f"<w:hyperlink {where}>{self.inlines(depth)}</w:hyperlink>"

    def note(self, depth: int) -> str:
        kind = self.chance.choice(("footnote", "endnote"))
        listed = self.notes[kind]
        listed.append(self.few(lambda: f"<w:p>{self.few(self.run)}</w:p>"))
        custom = ' w:customMarkFollows="1"' if self.chance.random() < 0.2 else ""
        mark = '<w:t xml:space="preserve">*</w:t>' if custom else ""
        return f'<w:r><w:{kind}Reference w:id="{len(listed)}"{custom}/>{mark}</w:r>'

    def box(self, depth: int) -> str:
        inner = f"<w:txbxContent><w:p>{self.inlines(depth)}</w:p></w:txbxContent>"
        inner = re.sub(r"<w:(foot|end)noteReference [^<>]*/>", "", inner)
        return (
            f'<w:r><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="wps"><w:drawing><w:x>{inner}</w:x></w:drawing>'
            f"</mc:Choice><mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )

    def formula(self, depth: int) -> str:
        return f'<m:oMath xmlns:m="{M}"><m:f><m:r><m:t>{self.word()}</m:t></m:r></m:f></m:oMath>'

    def choice(self, depth: int) -> str:
        first = self.run()
        shown = len(self.words)
        second = self.run()
        self.elsewhere |= set(self.words[shown:])
        return (
            f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x">{first}</mc:Choice>'
            f"<mc:Fallback>{second}</mc:Fallback></mc:AlternateContent>"
        )

    def check(self, depth: int) -> str:
        space = "http://schemas.microsoft.com/office/word/2010/wordml"
        first = len(self.words)
        inner = self.run()
        self.elsewhere |= set(self.words[first:])
        return f'<w:sdt><w:sdtPr><w14:checkbox xmlns:w14="{space}"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'

    def paragraph(self, depth: int = 0) -> str:
        properties = self.chance.choice(PLACES)
        if self.chance.random() < 0.3:
            properties += (
                f'<w:numPr><w:ilvl w:val="{self.chance.randint(0, 8)}"/><w:numId w:val="{self.chance.randint(0, 6)}"/></w:numPr>'
            )
        if self.chance.random() < 0.15:
            properties += f'<w:rPr><w:{self.chance.choice(("ins", "del"))} w:author="Bob"/></w:rPr>'
        return f"<w:p><w:pPr>{properties}</w:pPr>{self.inlines(0)}</w:p>"

    def table(self, depth: int) -> str:
        rows = self.few(lambda: f"<w:tr>{self.few(lambda: f'<w:tc>{self.block(depth + 1)}{self.paragraph()}</w:tc>')}</w:tr>")
        return f"<w:tbl>{rows}</w:tbl>"

    def block(self, depth: int = 0) -> str:
        kind = self.chance.random()
        if kind < 0.15 and depth < 2:
            return self.table(depth)
        if kind < 0.3 and depth < 3:
            return f"<w:sdt><w:sdtContent>{self.block(depth + 1)}</w:sdtContent></w:sdt>"
        return self.paragraph()

    def letter(self) -> bytes:
        body = "".join(self.block() for _ in range(self.chance.randint(1, 5)))
        head, comment = self.word(), self.word()
        files = parts(*LETTER[:3], body + "<w:p/>", *LETTER[4:], relationships=LINKS)
        files |= {"word/numbering.xml": NUMBERING, "word/header1.xml": part("hdr", f"<w:p><w:r><w:t>{head}</w:t></w:r></w:p>")}
        files["word/comments.xml"] = part("comments", f"<w:comment><w:p><w:r><w:t>{comment}</w:t></w:r></w:p></w:comment>")
        for kind, notes in self.notes.items():
            listed = "".join(f'<w:{kind} w:id="{number}">{note}</w:{kind}>' for number, note in enumerate(notes, 1))
            files[f"word/{kind}s.xml"] = part(f"{kind}s", listed)
            files[f"word/_rels/{kind}s.xml.rels"] = RELS % LINKS
        return zipped(files)


BETWEEN = (
    "",
    "<w:br/>",
    '<w:br w:type="page"/>',
    "<w:tab/>",
    "<w:cr/>",
    "<w:softHyphen/>",
    '<w:sym w:font="Symbol" w:char="F0B7"/>',
)
WRAPPERS = (
    "<w:smartTag>%s</w:smartTag>",
    "<w:customXml>%s</w:customXml>",
    '<w:bdo w:val="rtl">%s</w:bdo>',
    "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>",
    '<u:unknown xmlns:u="urn:u">%s</u:unknown>',
    "<w:r><w:ruby><w:rubyBase>%s</w:rubyBase></w:ruby></w:r>",
)
PLACES = (
    *("", "", '<w:jc w:val="center"/>', '<w:ind w:left="900"/>', "<w:pageBreakBefore/>", '<w:pStyle w:val="ListContinue"/>'),
    *('<w:pStyle w:val="Heading1"/>', '<w:pStyle w:val="Quote"/>', '<w:outlineLvl w:val="0"/>', "<w:sectPr/>"),
)


def tokens(text: str) -> list[str]:
    return re.findall(r"wort\d+", text)


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_no_word_is_lost_silently_and_none_comes_twice(first):
    for seed in range(first, first + 20):
        maker = Maker(seed)
        data = maker.letter()
        for choice, gone in maker.gone.items():
            imported = read_docx(data, choice)
            found = tokens(plain(imported.text.body))
            changes = "".join(said for said in imported.doubts if "tracked change" in said)
            others = "".join(said for said in imported.doubts if "tracked change" not in said)
            assert len(found) == len(set(found)), (seed, choice)
            assert not set(found) & set(gone), (seed, choice)
            assert set(maker.words) - set(found) - set(gone) <= set(tokens(others)), (seed, choice)
            assert set(gone) <= set(tokens(changes + others)), (seed, choice)


def test_no_change_and_no_comment_is_left_out_of_the_list():
    for seed in range(20):
        maker = Maker(seed)
        data = maker.letter()
        with pytest.raises(Unsettled) as refused:
            read_docx(data)
        listed = "\n".join(refused.value.changes)
        assert len(refused.value.comments) == 1
        gone = {word for words in maker.gone.values() for word in words}
        assert gone - maker.elsewhere <= set(tokens(listed)), seed
