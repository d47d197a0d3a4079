"""An XMP file for an original that has none: what its owner said about it in Immich, for any photo program."""

from datetime import datetime
from xml.sax.saxutils import escape

_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"'
)


def write_xmp(
    description: str, rating: int | None, tags: tuple[str, ...], captured_at: datetime | None
) -> bytes | None:
    """Return an XMP file that says this, or ``None`` if there is nothing that the photo does not say itself."""
    if not (description or rating or tags):
        return None
    said = []
    if captured_at is not None:
        said.append(f"<exif:DateTimeOriginal>{captured_at.isoformat()}</exif:DateTimeOriginal>")
    if rating:
        said.append(f"<xmp:Rating>{rating}</xmp:Rating>")
    if description:
        text = f'<rdf:li xml:lang="x-default">{_text(description)}</rdf:li>'
        said.append(f"<dc:description><rdf:Alt>{text}</rdf:Alt></dc:description>")
    if tags:
        values = "".join(f"<rdf:li>{_text(tag)}</rdf:li>" for tag in tags)
        said.append(f"<digiKam:TagsList><rdf:Seq>{values}</rdf:Seq></digiKam:TagsList>")
    body = "\n   ".join(said)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'  <rdf:Description rdf:about="" {_NAMESPACES}>\n   {body}\n  </rdf:Description>\n'
        " </rdf:RDF>\n</x:xmpmeta>\n"
    ).encode()


def _text(value: str) -> str:
    """Return text for XML 1.0, without the characters that it cannot hold."""
    held = "".join(one for one in value if one in "\t\n\r" or (one >= " " and not "\ud800" <= one <= "\udfff"))
    return escape(held.replace("\ufffe", "").replace("\uffff", ""))
