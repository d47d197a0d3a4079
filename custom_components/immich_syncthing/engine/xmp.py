"""What a sidecar says of its photo: the fields of an XMP file that Immich has a place for.

Whoever can write into the folder writes these files. So a document type is refused before anything of it is read: with
no declared entity there is nothing to expand and nothing to fetch, and expat builds no tree that could grow.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn
from xml.parsers import expat

from .errors import SidecarError

MAX_BYTES = 1024 * 1024
"""Sidecars are some 5 to 50 kB; those with a drawn mask or a long history of edits reach some hundred."""

MAX_TAGS = 200
"""Per photo, so that one file cannot fill the account with tags."""

MAX_DEPTH = 100
"""Elements inside of one another: XMP needs some ten, and a megabyte of nothing else would be read for minutes."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_DESCRIPTION = "http://purl.org/dc/elements/1.1/ description"
_SUBJECT = "http://purl.org/dc/elements/1.1/ subject"
_RATING = "http://ns.adobe.com/xap/1.0/ Rating"
_HIERARCHY = "http://ns.adobe.com/lightroom/1.0/ hierarchicalSubject"
_TAGS_LIST = "http://www.digikam.org/ns/1.0/ TagsList"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_DATES = (
    f"{_EXIF} DateTimeOriginal",
    "http://ns.adobe.com/photoshop/1.0/ DateCreated",
    "http://ns.adobe.com/xap/1.0/ CreateDate",
)
_LATITUDE, _LONGITUDE = f"{_EXIF} GPSLatitude", f"{_EXIF} GPSLongitude"
_RATINGS = range(-1, 6)


@dataclass(frozen=True, slots=True)
class Sayings:
    """What a sidecar says; ``None`` and no tags where it says nothing. A rating of 0 means none."""

    description: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    captured_at: datetime | None = None
    position: tuple[float, float] | None = None


def read_xmp(content: bytes) -> Sayings:
    """Return what an XMP file says.

    Raises:
        SidecarError: too large, too deep, no XML, or with a document type.
    """
    if len(content) > MAX_BYTES:
        reason = f"larger than {MAX_BYTES} bytes"
        raise SidecarError(reason)
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        reason = "no XML"
        raise SidecarError(reason) from error
    return _sayings(reader.values)


def _refuse(*_: object) -> NoReturn:
    reason = "it has a document type"
    raise SidecarError(reason)


@dataclass(slots=True)
class _Reader:
    """Collects the values of properties: attributes, text, and the items of lists, the default language first."""

    values: dict[str, list[str]] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _first: bool = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) == MAX_DEPTH:
            reason = f"more than {MAX_DEPTH} elements inside of one another"
            raise SidecarError(reason)
        self._open.append(name)
        self._text.clear()
        self._first = attributes.get(f"{_XML} lang") == "x-default"
        for key, value in attributes.items():
            self.values.setdefault(key, []).append(value)

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, name: str) -> None:
        self._open.pop()
        value = "".join(self._text).strip()
        self._text.clear()
        owner = next((one for one in reversed(self._open) if not one.startswith(_RDF)), None)
        target = owner if name == f"{_RDF} li" else name
        if value and target is not None:
            found = self.values.setdefault(target, [])
            found.insert(0 if self._first else len(found), value)
        self._first = False


def _sayings(values: dict[str, list[str]]) -> Sayings:
    description = values.get(_DESCRIPTION)
    return Sayings(
        description=description[0] if description else None,
        rating=_rating(values.get(_RATING)),
        tags=_tags(values),
        captured_at=next((moment for key in _DATES for moment in map(_moment, values.get(key, ())) if moment), None),
        position=_position(values.get(_LATITUDE), values.get(_LONGITUDE)),
    )


def _rating(values: list[str] | None) -> int | None:
    try:
        rating = int(float(values[0])) if values else None
    except ValueError, OverflowError:
        return None
    return rating if rating in _RATINGS else None


def _tags(values: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the tags with their parents, in the order in which Immich itself looks for them."""
    found = values.get(_TAGS_LIST) or [one.replace("/", " ").replace("|", "/") for one in values.get(_HIERARCHY, ())]
    found = found or [one.replace("/", " ") for one in values.get(_SUBJECT, ())]
    normal = ("/".join(step for step in (part.strip() for part in one.split("/")) if step) for one in found)
    return tuple(dict.fromkeys(one for one in normal if one))[:MAX_TAGS]


def _moment(text: str) -> datetime | None:
    """Return a date with its time; without a zone it is taken for UTC, as Immich does (measured with 2.7.5).

    One that lies outside of the calendar in UTC (``0001-01-01T00:00:00+14:00``) is none.
    """
    try:
        moment = datetime.fromisoformat(text) if "T" in text else None
        if moment is None:
            return None
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None
    return moment


def _position(latitudes: list[str] | None, longitudes: list[str] | None) -> tuple[float, float] | None:
    if not latitudes or not longitudes:
        return None
    latitude, longitude = _degrees(latitudes[0], "NS", 90), _degrees(longitudes[0], "EW", 180)
    return None if latitude is None or longitude is None else (latitude, longitude)


def _degrees(text: str, directions: str, limit: float) -> float | None:
    """Return degrees of ``47,22.5N``, ``47,22,30N`` (XMP's own forms) or ``47.375``."""
    ending = text[-1:].upper()
    sign = -1 if ending == directions[1] else 1
    try:
        parts = [float(part) for part in text.rstrip("NSEWnsew").split(",")]
    except ValueError:
        return None
    degrees = sign * sum(part / 60**power for power, part in enumerate(parts[:3]))
    return degrees if -limit <= degrees <= limit else None
