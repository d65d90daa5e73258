"""The PDF as WeasyPrint writes it, made fit for an archive and a screen reader: PDF/A-3a and PDF/UA-1 in one file.

WeasyPrint claims one of the two, so the claims are written here, over its own. Importing this module needs Pango.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from xml.sax.saxutils import escape

import pydyf
from weasyprint import Document
from weasyprint.css import ColorProfile

from letters.pdf import tags

# Says what it is and nothing of who made it, with what, or when: the same letter gives the same bytes.
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="A"/>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def written(document: Document, identifier: bytes) -> bytes:
    """The laid-out document as PDF/A-3a and PDF/UA-1. identifier: of the letter, the same for the same letter."""
    document.color_profiles["srgb"] = srgb()
    # No intent by name: WeasyPrint would read the profile anew for each letter, and leave the file open.
    own = {"pdf_variant": "pdf/a-3a", "pdf_identifier": identifier.hex().encode(), "output_intent": ""}
    return document.write_pdf(finisher=finished, **own)


def srgb() -> ColorProfile:
    """Made for each letter, because one that was written is another when it is written again."""
    return ColorProfile(BytesIO(_profile()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _profile() -> bytes:
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def finished(document: Document, pdf: pydyf.PDF):
    tags.put_right(document, pdf)
    title = document.metadata.title
    packet = PACKET.format(title=escape(title), language=escape(document.metadata.lang))
    # Not compressed, so that whoever looks for a claim finds it.
    metadata = pydyf.Stream([packet.encode()], {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(metadata)
    pdf.catalog["Metadata"] = metadata.reference
    pdf.info.clear()
    pdf.info["Title"] = pydyf.String(title)
