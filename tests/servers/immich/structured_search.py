"""The ``filter`` / ``orderBy`` / ``cursor`` form of the search.

Source of everything here: SDK 3.2.2. No implicit exclusion of trash or visibility; unknown keys and a mix with flat
fields are 400; the cursor hides an offset, but the order is broken by id, so that nothing is lost between pages.
"""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from . import dates
from .errors import Invalid, Issue, Problem
from .records import Asset, Visibility
from .uploads import read_checksum

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .routing import Call

_ENVELOPE = frozenset({"filter", "orderBy", "cursor", "size", "withExif", "withPeople", "withStacked"})
_DEFAULT_SIZE, _MOST = 250, 1000

_DATES: dict[str, Callable[[Asset], datetime | None]] = {
    "takenAt": lambda asset: asset.file_created_at,
    "createdAt": lambda asset: asset.created_at,
    "updatedAt": lambda asset: asset.updated_at,
    "trashedAt": lambda asset: asset.deleted_at,
}
_VALUES: dict[str, Callable[[Asset], Any]] = {
    "id": lambda asset: asset.id,
    "libraryId": lambda asset: asset.library_id,
    "type": lambda asset: asset.kind.value,
    "visibility": lambda asset: asset.visibility.value,
    "isFavorite": lambda asset: asset.is_favorite,
    "isOffline": lambda asset: asset.is_offline,
    "isMotion": lambda asset: asset.live_photo_video_id is not None,
    "description": lambda asset: asset.exif.description,
    "originalFileName": lambda asset: asset.name,
    "originalPath": lambda asset: asset.original_path,
    "make": lambda asset: asset.exif.make,
    "model": lambda asset: asset.exif.model,
    "city": lambda asset: asset.exif.city,
    "country": lambda asset: asset.exif.country,
    "rating": lambda asset: asset.exif.rating,
    "fileSizeInBytes": lambda asset: asset.exif.file_size,
}
_ORDERS: dict[str, Callable[[Asset], Any]] = {
    "fileCreatedAt": lambda asset: asset.file_created_at,
    "localDateTime": lambda asset: asset.local_date_time,
    "fileSizeInBytes": lambda asset: asset.size,
    "rating": lambda asset: asset.exif.rating or 0,
}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "ne": lambda have, want: have != want,
    "gt": lambda have, want: have is not None and have > want,
    "gte": lambda have, want: have is not None and have >= want,
    "lt": lambda have, want: have is not None and have < want,
    "lte": lambda have, want: have is not None and have <= want,
    "in": lambda have, want: have in want,
    "notIn": lambda have, want: have not in want,
    "like": lambda have, want: want.lower() in (have or "").lower(),
    "notLike": lambda have, want: want.lower() not in (have or "").lower(),
    "startsWith": lambda have, want: (have or "").lower().startswith(want.lower()),
    "endsWith": lambda have, want: (have or "").lower().endswith(want.lower()),
}
_MEMBERS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "any": lambda have, want: bool(have & want),
    "all": lambda have, want: want <= have,
    "none": lambda have, want: not have & want,
}


def page_of_structured(call: Call, rows: list[Asset]) -> tuple[list[Asset], str | None]:
    """One page and the cursor of the next, None after the last."""
    if flat := sorted(set(call.fields) - _ENVELOPE):
        raise Problem(400, f"Cannot mix filter with deprecated fields: {', '.join(flat)}")
    size = call.fields.get("size", _DEFAULT_SIZE)
    if not isinstance(size, int) or not 1 <= size <= _MOST:
        raise Invalid(Issue("size", (), f"Invalid input: expected number between 1 and {_MOST}", "too_big"))
    start = _read_cursor(call.fields.get("cursor"))
    order = call.fields.get("orderBy") or {}
    field = order.get("field", "fileCreatedAt")
    if field not in _ORDERS or order.get("direction", "desc") not in {"asc", "desc"}:
        raise Invalid(Issue("orderBy", (), "Invalid option", "invalid_value"))
    found = sorted(structured_matches(call, rows), key=lambda asset: asset.id)
    found.sort(key=_ORDERS[field], reverse=order.get("direction", "desc") == "desc")
    cursor = _write_cursor(start + size) if len(found) > start + size else None
    return found[start : start + size], cursor


def structured_matches(call: Call, rows: list[Asset]) -> list[Asset]:
    """Everything but the locked folder, which stays shut for keys, that the filter selects."""
    wanted = call.fields.get("filter") or {}
    test = _compile(call, wanted, "filter")
    if _names_locked(wanted):
        raise Problem(401, "Elevated permission is required")
    return [asset for asset in rows if asset.visibility is not Visibility.LOCKED and test(asset)]


def _names_locked(wanted: dict[str, Any]) -> bool:
    shown = wanted.get("visibility") or {}
    return shown.get("eq") == "locked" or "locked" in (shown.get("in") or ())


def _compile(call: Call, wanted: dict[str, Any], path: str) -> Callable[[Asset], bool]:
    tests = [_compile_field(call, name, rule, f"{path}.{name}") for name, rule in wanted.items()]
    return lambda asset: all(test(asset) for test in tests)


def _compile_field(call: Call, name: str, rule: Any, path: str) -> Callable[[Asset], bool]:
    if name == "or":
        branches = [_compile(call, branch, f"{path}.{at}") for at, branch in enumerate(rule)]
        return lambda asset: any(branch(asset) for branch in branches)
    if name in {"albumIds", "tagIds"}:
        return _compile_members(call, name, rule, path)
    if name in {"hasAlbums", "hasTags"}:
        kind = "albumIds" if name == "hasAlbums" else "tagIds"
        return lambda asset: bool(_members(call, kind, asset)) is rule.get("eq")
    if name == "checksum":
        return _compare(rule, path, lambda asset: asset.checksum, lambda text: read_checksum(str(text)))
    if name in _DATES:
        return _compare(rule, path, _DATES[name], lambda text: _moment(call, text, path))
    if name in _VALUES:
        return _compare(rule, path, _VALUES[name], lambda value: value)
    raise _unrecognized(path.removesuffix(f".{name}"), name)


def _compare(
    rule: dict[str, Any], path: str, column: Callable[[Asset], Any], read: Callable[[Any], Any]
) -> Callable[[Asset], bool]:
    tests: list[tuple[Callable[[Any, Any], bool], Any]] = []
    for operator, operand in rule.items():
        if operator not in _OPERATORS:
            raise _unrecognized(path, operator)
        want = (
            [read(item) for item in operand]
            if isinstance(operand, list)
            else None
            if operand is None
            else read(operand)
        )
        tests.append((_OPERATORS[operator], want))
    return lambda asset: all(test(column(asset), want) for test, want in tests)


def _compile_members(call: Call, name: str, rule: dict[str, Any], path: str) -> Callable[[Asset], bool]:
    for operator in rule:
        if operator not in _MEMBERS:
            raise _unrecognized(path, operator)
    return lambda asset: all(_MEMBERS[op](_members(call, name, asset), set(want)) for op, want in rule.items())


def _members(call: Call, name: str, asset: Asset) -> set[str]:
    if name == "tagIds":
        return set(asset.tag_ids)
    return {album.id for album in call.world.tables.albums.values() if asset.id in album.asset_ids}


def _moment(call: Call, text: Any, path: str) -> datetime:
    read = dates.strict(str(text), offsets=call.quirks.offset_dates)
    if read is None:
        raise Invalid(Issue(path, (), "Invalid input: expected ISO 8601 datetime string, received string"))
    return read


def _read_operand(operand: Any, read: Callable[[Any], Any]) -> Any:
    if isinstance(operand, list):
        return [read(item) for item in operand]
    return None if operand is None else read(operand)


def _unrecognized(path: str, name: str) -> Invalid:
    return Invalid(Issue(path, (), f'Unrecognized key: "{name}"', "unrecognized_keys"))


def _write_cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def _read_cursor(cursor: Any) -> int:
    if cursor is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(str(cursor)).decode().removeprefix("offset:"))
    except (binascii.Error, UnicodeDecodeError, ValueError) as err:
        raise Problem(400, "Invalid cursor") from err
