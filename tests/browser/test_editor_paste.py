"""What is pasted into a letter: from Word, Google Docs, LibreOffice, mail, the web and plain text."""

import pytest

from tests import factories

from .writing import Writer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
<style><!-- p.MsoNormal {margin:0in; font-family:"Times New Roman"} --></style></head><body lang=EN-US>
<!--StartFragment-->
<p class=MsoNormal style='text-indent:.5in'><b style='mso-bidi-font-weight:normal'>We write</b> about the <i>mills</i>.<a
style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span
style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference><span
style='font-size:12.0pt'>[1]</span></span><![endif]></span></span></a><span
style='mso-spacerun:yes'>&nbsp; </span>They stand.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>One<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>Inner</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Two</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>c)<span>&nbsp; </span></span><![endif]>Third</p>
<p class=MsoNormal><img width=602 height=300 src="file:///C:/Users/x/image001.png"><del
cite="mailto:A" datetime="2026">Old</del>New</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Left</p></td><td><p class=MsoNormal>Right</p></td></tr>
<tr><td>Low</td></tr></table>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1"
name="_ftn1" title=""><span class=MsoFootnoteReference><span
style='mso-special-character:footnote'>[1]</span></span></a> <i>See</i> Reed, page 4.</p></div>
</div><!--EndFragment--></body></html>"""
FROM_WORD = (
    '<p><strong>We write</strong> about the <em>mills</em>.<span class="fn"><em>See</em> Reed, page 4.</span> They stand.</p>'
    '<ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul><ol start="3" type="a"><li>Third</li></ol>'
    "<p>New</p><p>Left</p><p>Right</p><p>Low</p>"
)
LIBREOFFICE = (
    '<p>We write.<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p>'
    '<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>'
    "\tReed, 4.</p></div>"
)
GOOGLE = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38">'
    '<span style="font-size:11pt;font-weight:700">Bold</span><span style="font-weight:400"> and </span>'
    '<span style="font-style:italic;text-decoration:none">slanted</span></p><br/>'
    '<ol><li dir="ltr" style="list-style-type:lower-alpha" aria-level="1"><p><span>one</span></p></li>'
    '<ol><li style="list-style-type:lower-roman" aria-level="2"><p><span>inner</span></p></li></ol></ol></b>'
)
CASES = {
    "word": (WORD, FROM_WORD),
    "libreoffice": (LIBREOFFICE, '<p>We write.<span class="fn">Reed, 4.</span></p>'),
    "google docs": (
        GOOGLE,
        '<p><strong>Bold</strong> and <em>slanted</em></p><ol type="a"><li>one<ol type="i"><li>inner</li></ol></li></ol>',
    ),
    "mail": ("<div>One<br>line<br><br>Two</div><div><br></div><div>Three</div>", "<p>One<br>line</p><p>Two</p><p>Three</p>"),
    "a page of ours": (
        '<p>Mills.<sup class="fn-call"><a id="call-1" href="http://here/l/x/#note-1" role="doc-noteref">1</a></sup></p>'
        '<section class="footnotes"><h2>Notes</h2><ol><li id="note-1">Reed. <a href="http://here/l/x/#call-1">↩</a></li></ol></section>',
        '<p>Mills.<span class="fn">Reed.</span></p>',
    ),
    "endnotes of several paragraphs": (
        '<p>Mills<a href="file:///C:/clip.htm#_edn1" name="_ednref1"><span>[i]</span></a> stand.</p><div id=edn1>'
        '<p><a href="file:///C:/clip.htm#_ednref1" name="_edn1">[i]</a> One, see <a href="https://a.example/x">A</a>.</p>'
        "<p>Two.</p></div>",
        '<p>Mills<span class="fn">One, see <a href="https://a.example/x">A</a>.<br>Two.</span> stand.</p>',
    ),
    "word on the web": (
        '<p class="Paragraph"><span style="font-weight:bold">Now</span><span class="EOP">&nbsp;</span></p>'
        '<div class="ListContainerWrapper"><ol start="3"><li><p>One</p></li></ol></div>'
        '<div class="ListContainerWrapper"><ol start="4"><li><p>Two</p></li></ol></div>',
        '<p><strong>Now</strong></p><ol start="3"><li>One</li><li>Two</li></ol>',
    ),
    "lines that were set": ("<pre>One\nTwo</pre>", "<p>One</p><p>Two</p>"),
    "lists deeper than a letter's": (
        "<ul><li>1" * 8 + "</li></ul>" * 8,
        "<ul><li>1" * 6 + "</li><li>1" * 2 + "</li></ul>" * 6,
    ),
    "invisible": ("<p>zero\u200bwidth\ufeff and soft\u00adhyphen</p>", "<p>zerowidth and softhyphen</p>"),
    "what can act": (
        '<p onclick="x()">Hi<script>x()</script><img src=x onerror=x()> <a href="javascript:x()">there</a>'
        '<iframe src="//x.example"></iframe><svg><script>x()</script></svg></p>',
        "<p>Hi there</p>",
    ),
}
PLAIN = {
    "paragraphs": ("One.\n\nTwo.\nThree.", "<p>One.</p><p>Two.</p><p>Three.</p>"),
    "wrapped": (
        "We write to you about the state of the mills in the\nvalley of the river, which the Department surveyed in\n"
        "the spring of last year.\n\nPlease answer.",
        "<p>We write to you about the state of the mills in the valley of the river, which the Department surveyed in "
        "the spring of last year.</p><p>Please answer.</p>",
    ),
    "an address": ("The Honorable Ada Byron\nSecretary", "<p>The Honorable Ada Byron</p><p>Secretary</p>"),
    "bullets": (
        "Ask:\n• One\n• Two\n\n3. Three\n4. Four",
        '<p>Ask:</p><ul><li>One</li><li>Two</li></ul><ol start="3"><li>Three</li><li>Four</li></ol>',
    ),
}


@pytest.fixture
def writer(site):
    return Writer(site, factories.make_draft())


def pasted(writer, html, plain=""):
    writer.put("<p></p>")
    writer.text.focus()
    writer.paste(html, plain)
    return writer.html


def test_what_is_pasted_becomes_the_letter_s_own_text(writer):
    for html, expected in CASES.values():
        assert pasted(writer, html) == expected
    for plain, expected in PLAIN.values():
        assert pasted(writer, "", plain) == expected


def test_what_is_left_out_is_said(writer):
    pasted(writer, WORD)
    told = writer.told()
    assert "A picture is left out" in told
    assert "A table is pasted as paragraphs" in told
    assert "Words that were marked as deleted are left out." in told
    writer.visitor.press("Close this message")
    pasted(writer, '<p>Mills<a href="#_ftn7" name="_ftnref7">[7]</a>.</p>')
    assert "The text of footnote 7 was not copied along" in writer.told()
    assert writer.html == "<p>Mills.</p>"


def test_a_picture_or_a_file_is_not_pasted(writer):
    before = writer.html
    writer.text.focus()
    writer.page.evaluate("""() => {
      const data = new DataTransfer()
      data.items.add(new File(['x'], 'seal.png', { type: 'image/png' }))
      data.setData('text/html', '<img src="https://a.example/seal.png" alt="">')
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }""")
    assert writer.told() == "A file or a picture cannot be put into the text. Paste words, or import a Word file."
    assert writer.html == before


def test_paragraphs_pasted_into_a_note_become_its_lines(writer):
    writer.put('<p>Mills.<span class="fn">See</span></p>')
    writer.notes.first.click()
    writer.press("End")
    writer.paste("<p>One <b>two</b></p><ul><li>three</li></ul>")
    assert writer.html == '<p>Mills.<span class="fn">SeeOne <strong>two</strong><br>three</span></p>'


def test_what_is_copied_here_is_pasted_as_it_was(writer):
    body = '<h2>Ask</h2><ol start="3" type="a"><li>One<span class="fn">See <em>Reed</em>.</span></li><li>Two</li></ol>'
    writer.put(body)
    writer.text.focus()
    copy = """() => {
      const data = new DataTransfer()
      document.activeElement.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }))
      return data.getData('text/html')
    }"""
    writer.press("Control+a")
    copied = writer.page.evaluate(copy)
    assert pasted(writer, copied) == body
