"""Which files are shown, and as what: by the ending of their names, for no more is known of what lies in a vault."""

from typing import Final

_IMAGES: Final = {
    "avif": "avif",
    "bmp": "bmp",
    "gif": "gif",
    "heic": "heic",
    "heif": "heif",
    "hif": "heif",
    "jp2": "jp2",
    "jpe": "jpeg",
    "jpeg": "jpeg",
    "jpg": "jpeg",
    "jxl": "jxl",
    "png": "png",
    "tif": "tiff",
    "tiff": "tiff",
    "webp": "webp",
}
_RAW: Final = (
    *("3fr", "ari", "arw", "cap", "cin", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "insp", "k25", "kdc"),
    *("mpo", "mrw", "nef", "nrw", "orf", "ori", "pef", "psd", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f"),
)
_VIDEOS: Final = {
    "3gp": "3gpp",
    "3gpp": "3gpp",
    "avi": "x-msvideo",
    "flv": "x-flv",
    "insv": "mp4",
    "m2t": "mp2t",
    "m2ts": "mp2t",
    "m4v": "mp4",
    "mkv": "x-matroska",
    "mov": "quicktime",
    "mp4": "mp4",
    "mpe": "mpeg",
    "mpeg": "mpeg",
    "mpg": "mpeg",
    "mts": "mp2t",
    "mxf": "mxf",
    "ts": "mp2t",
    "vob": "mpeg",
    "webm": "webm",
    "wmv": "x-ms-wmv",
}
_TYPES: Final = (
    {ending: f"image/{kind}" for ending, kind in _IMAGES.items()}
    | {ending: f"image/x-{ending}" for ending in _RAW}
    | {ending: f"video/{kind}" for ending, kind in _VIDEOS.items()}
)
"""What Immich 2.7.5 and 3.1.0 take, without SVG: a browser may run what stands in that."""


def media_type(path: str) -> str | None:
    """Return the media type of an image or a video, ``None`` for anything else."""
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return _TYPES.get(ending.lower()) if dot else None


def is_media(path: str) -> bool:
    """Return whether a file is shown."""
    return media_type(path) is not None


def is_video(path: str | None) -> bool:
    """Return whether a file is a video, where that is known."""
    kind = None if path is None else media_type(path)
    return kind is not None and kind.startswith("video/")
