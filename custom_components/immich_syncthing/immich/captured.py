"""When a photo was taken, as the photo itself tells it."""

from datetime import datetime, timedelta

from .errors import UnexpectedAnswerError
from .fields import Fields

_FIRST_PHOTOGRAPH = 1826
_ROUNDING = timedelta(milliseconds=2)
"""Both dates come from the same ``stat`` of a file, one as a rounded and one as a cut off number of milliseconds."""


def captured_at(exif: Fields, uploaded_at: datetime) -> datetime | None:
    """Return the real capture date of an ``exifInfo``, in UTC; ``None`` where Immich knows none.

    A photo without a date gets one all the same: ``exifInfo.dateTimeOriginal``, ``fileCreatedAt`` and
    ``localDateTime`` all become the earlier of the stored file's mtime and birth (server source, 2.x), and its mtime is
    the ``fileModifiedAt`` of the upload, which ``exifInfo.modifyDate`` shows. Recorded on 2.7.5: of a video, and of a
    photo with make and model but without a date, both fields are equal; so make and model prove nothing.

    So a date is made up if it equals ``modifyDate``, and when it is not before the upload (a birth, where the mtime
    lies in the server's future). A photo whose true date is its mtime to the millisecond is unknown as well: rather
    unknown than wrong. A date that the owner has set in Immich, or that a sidecar tells, counts as real. One without a
    time zone was read in the server's own. What cannot be read, as PostgreSQL's years before 1 and beyond 9999, is
    unknown: one photo with a broken date must not hide the others.
    """
    taken, modified = _moment(exif, "dateTimeOriginal"), _moment(exif, "modifyDate")
    if taken is None or modified is None or taken.year < _FIRST_PHOTOGRAPH:
        return None
    if taken >= uploaded_at or abs(taken - modified) <= _ROUNDING:
        return None
    return taken


def _moment(exif: Fields, key: str) -> datetime | None:
    try:
        return exif.moment(key)
    except UnexpectedAnswerError:
        return None
