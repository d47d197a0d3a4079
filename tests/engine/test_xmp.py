"""What sidecars say, in the forms in which programs write them, and what is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.errors import SidecarError
from custom_components.immich_syncthing.engine.xmp import MAX_BYTES, MAX_DEPTH, MAX_TAGS, Sayings, read_xmp

HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:digiKam="http://www.digikam.org/ns/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">"""
TAIL = "</rdf:RDF></x:xmpmeta>"


def xmp(inside: str = "", attributes: str = "") -> bytes:
    return f'{HEAD}<rdf:Description rdf:about="" {attributes}>{inside}</rdf:Description>{TAIL}'.encode()


def listed(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"


def test_a_sidecar_that_says_nothing() -> None:
    assert read_xmp(xmp()) == Sayings()


def test_attributes_and_elements_say_the_same() -> None:
    moment = datetime(2020, 5, 17, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    said = Sayings(rating=4, captured_at=moment, position=(47.375, -8.5))
    date = "2020-05-17T10:00:00+02:00"
    attributes = f'xmp:Rating="4" exif:DateTimeOriginal="{date}" exif:GPSLatitude="47,22.5N" exif:GPSLongitude="8,30W"'
    elements = (
        f"<xmp:Rating>4</xmp:Rating><exif:DateTimeOriginal>{date}</exif:DateTimeOriginal>"
        "<exif:GPSLatitude>47,22,30N</exif:GPSLatitude><exif:GPSLongitude>8.5W</exif:GPSLongitude>"
    )
    assert read_xmp(xmp(attributes=attributes)) == said
    assert read_xmp(xmp(elements)) == said


def test_the_default_language_is_the_description() -> None:
    lines = '<rdf:li xml:lang="de">Hallo</rdf:li><rdf:li xml:lang="x-default"> Hello &amp; more </rdf:li>'
    inside = f"<dc:description><rdf:Alt>{lines}</rdf:Alt></dc:description>"
    assert read_xmp(xmp(inside)).description == "Hello & more"
    assert read_xmp(xmp("<dc:description>plain</dc:description>")).description == "plain"


def test_tags_come_with_their_parents() -> None:
    flat = listed("dc:subject", "Bilbao", "a/b", "Bilbao")
    hierarchy = listed("lr:hierarchicalSubject", "places|Spain|Bilbao", "people")
    digikam = listed("digiKam:TagsList", "places/Bilbao", " /x//y/ ", kind="Seq")
    assert read_xmp(xmp(flat)).tags == ("Bilbao", "a b")
    assert read_xmp(xmp(flat + hierarchy)).tags == ("places/Spain/Bilbao", "people")
    assert read_xmp(xmp(flat + hierarchy + digikam)).tags == ("places/Bilbao", "x/y")
    assert len(read_xmp(xmp(listed("dc:subject", *map(str, range(MAX_TAGS + 1))))).tags) == MAX_TAGS


def test_a_date_without_a_zone_is_utc_as_for_immich() -> None:
    assert read_xmp(xmp(attributes='xmp:CreateDate="2020-05-17T10:00:00"')).captured_at == datetime(
        2020, 5, 17, 10, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "attributes",
    [
        'xmp:Rating="many"',
        'xmp:Rating="9"',
        'xmp:Rating="1e999"',
        'exif:DateTimeOriginal="yesterday"',
        'exif:DateTimeOriginal="2020"',
        'exif:DateTimeOriginal="2020-99-99T00:00:00"',
        'exif:DateTimeOriginal="0001-01-01T00:00:00+14:00"',
        'exif:DateTimeOriginal="9999-12-31T23:59:59-12:00"',
        'exif:GPSLatitude="47,22.5N"',
        'exif:GPSLatitude="north" exif:GPSLongitude="8,30W"',
        'exif:GPSLatitude="147,0N" exif:GPSLongitude="8,30W"',
        'exif:GPSLatitude="nan" exif:GPSLongitude="8,30W"',
    ],
)
def test_nonsense_says_nothing(attributes: str) -> None:
    assert read_xmp(xmp(attributes=attributes)) == Sayings()


def test_utf_16_is_read() -> None:
    assert read_xmp(xmp(attributes='xmp:Rating="3"').decode().encode("utf-16")).rating == 3


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"not xml",
        b"<open>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        f"{BOMB}<x>&b;</x>".encode(),
        f"{OUTSIDE}<x>&a;</x>".encode(),
        b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>',
        b"<x>&unknown;</x>",
        xmp("x" * MAX_BYTES),
        xmp("<rdf:li>" * MAX_DEPTH + "</rdf:li>" * MAX_DEPTH),
    ],
)
def test_hostile_and_broken_files_are_refused(content: bytes) -> None:
    with pytest.raises(SidecarError):
        read_xmp(content)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: xmp(text, text)))
def test_whatever_it_is_it_says_something_or_is_refused(content: bytes) -> None:
    try:
        said = read_xmp(content)
    except SidecarError:
        return
    assert isinstance(said, Sayings)
