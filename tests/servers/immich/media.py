"""File types, and what the metadata and thumbnail jobs read out of a file."""

import asyncio
import base64
import hashlib
import importlib.util
import io
import mimetypes
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any

from .records import Exif, Kind

# The second Python environment may lack Pillow: then every file counts as readable and has no EXIF.
_PILLOW = importlib.util.find_spec("PIL") is not None
if _PILLOW:
    from PIL import Image

# GET /server/media-types of 2.7.5 (measured), in its order.
_VIDEO = """
.3gp .3gpp .avi .flv .insv .m2t .m2ts .m4v .mkv .mov .mp4 .mpe .mpeg .mpg .mts .mxf .ts .vob .webm .wmv
"""
_IMAGE = """
.avif .bmp .gif .jpeg .jpg .png .webp .3fr .ari .arw .cap .cin .cr2 .cr3 .crw .dcr .dng .erf .fff .iiq .k25 .kdc .mrw
.nef .nrw .orf .ori .pef .psd .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f .heic .heif .hif .insp .jp2 .jpe .jxl .svg .tif
.tiff
"""
VIDEO, IMAGE = tuple(_VIDEO.split()), tuple(_IMAGE.split())
SIDECAR = (".xmp",)

_READABLE = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
_MIME = {".heic": "image/heic", ".heif": "image/heif", ".dng": "image/x-adobe-dng", ".mov": "video/quicktime"}
_DATE_TIME_ORIGINAL, _OFFSET_ORIGINAL, _MAKE, _MODEL, _ORIENTATION, _EXIF_BLOCK = 36867, 36881, 271, 272, 274, 34665


def extension(name: str) -> str:
    """As Node's path.extname, lower case: ``".jpg"`` alone has none, ``"a.jpg."`` has ``"."`` (measured)."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    dot = base.rfind(".")
    return base[dot:].lower() if dot > 0 else ""


def kind_of(name: str) -> Kind | None:
    """The type, which Immich takes from the extension alone; None when it would refuse the file."""
    suffix = extension(name)
    if suffix in IMAGE:
        return Kind.IMAGE
    return Kind.VIDEO if suffix in VIDEO else None


def mime_of(name: str) -> str:
    suffix = extension(name)
    guessed = _MIME.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0]
    return guessed or ("video/mp4" if suffix in VIDEO else "image/jpeg")


@dataclass(frozen=True, slots=True)
class Details:
    """What a file says about itself; ``taken`` is the moment, ``local`` the wall clock that Immich shows as UTC."""

    exif: Exif
    taken: datetime | None
    local: datetime | None


async def read_details(path: Path, sidecar: Path | None) -> Details:
    """The metadata job: EXIF through Pillow, overridden by an .xmp sidecar (measured: its date and text win)."""
    return await asyncio.to_thread(_read_details, path, sidecar)


async def make_thumbnail(path: Path) -> bytes | None:
    """The thumbnail job: a small WebP, or None for a file that cannot be decoded (measured: no event for those)."""
    return await asyncio.to_thread(_make_thumbnail, path)


def thumbhash(thumbnail: bytes) -> str:
    """Not the real algorithm, but its shape: 28 base64 characters that depend on the picture."""
    return base64.b64encode(hashlib.sha256(thumbnail).digest()[:21]).decode()


def _read_details(path: Path, sidecar: Path | None) -> Details:
    size = path.stat().st_size
    exif = Exif(file_size=size or None)
    taken = local = None
    if _PILLOW and path.suffix.lower() in _READABLE and size:
        try:
            with Image.open(path) as picture:
                exif.width, exif.height = picture.size
                taken, local = _read_tags(exif, picture.getexif())
        except OSError, SyntaxError, ValueError:  # whatever Pillow says of broken files
            pass
    if sidecar is not None and sidecar.is_file():
        taken, local = _read_sidecar(exif, sidecar.read_bytes(), (taken, local))
    exif.date_time_original = taken
    return Details(exif, taken, local)


def _read_tags(exif: Exif, tags: Any) -> tuple[datetime | None, datetime | None]:
    exif.make = tags.get(_MAKE)
    exif.model = tags.get(_MODEL)
    exif.orientation = str(tags[_ORIENTATION]) if _ORIENTATION in tags else None
    block = tags.get_ifd(_EXIF_BLOCK)
    return _moment(exif, str(block.get(_DATE_TIME_ORIGINAL, "")), str(block.get(_OFFSET_ORIGINAL, "")))


def _moment(exif: Exif, text: str, offset: str) -> tuple[datetime | None, datetime | None]:
    """The moment and its wall clock; ``0000:00:00`` is no date, a missing offset means UTC (measured)."""
    try:
        local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None, None
    if not offset:
        return local, local
    hours, minutes = offset[1:].split(":")
    ahead = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if offset.startswith("-") else 1)
    exif.time_zone = f"UTC{offset[0]}{int(hours)}"
    return local.replace(tzinfo=timezone(ahead)).astimezone(UTC), local


def _read_sidecar(
    exif: Exif, content: bytes, before: tuple[datetime | None, datetime | None]
) -> tuple[datetime | None, datetime | None]:
    try:
        root = ET.fromstring(content)  # noqa: S314 - a test's own file
    except ET.ParseError:
        return before
    taken, local = before
    for element in root.iter():
        tag = element.tag.rsplit("}", 1)[-1]
        values = [(key.rsplit("}", 1)[-1], value) for key, value in element.attrib.items()]
        if element.text and element.text.strip():
            values.append((tag, element.text.strip()))
        for key, value in values:
            if key == "DateTimeOriginal":
                moment = datetime.fromisoformat(value)
                local = moment.replace(tzinfo=UTC)
                taken = moment.astimezone(UTC) if moment.tzinfo else local
        if tag == "description":
            exif.description = "".join(element.itertext()).strip()
    return taken, local


def _make_thumbnail(path: Path) -> bytes | None:
    if not _PILLOW:
        return path.read_bytes() or None
    out = io.BytesIO()
    if path.suffix.lower() in _READABLE:
        try:
            with Image.open(path) as picture:
                small = picture.convert("RGB")
        except OSError, SyntaxError, ValueError:
            return None
        small.thumbnail((250, 250))
    elif path.stat().st_size == 0:
        return None
    else:  # a video or a raw file: decoded by programs that this stand-in does not have
        colour = hashlib.sha256(path.name.encode()).digest()
        small = Image.new("RGB", (64, 48), (colour[0], colour[1], colour[2]))
    small.save(out, "WEBP", quality=60)
    return out.getvalue()


def upload_path(owner_id: str, file_id: str, name: str) -> str:
    """Where the real server would say that the file is (measured pattern); a path of its machine, not of this one."""
    folder = PurePosixPath("/data/upload") / owner_id / file_id[:2] / file_id[2:4]
    return str(folder / f"{file_id}{extension(name)}")
