"""The rows as a JSON file, and back."""

import base64
import dataclasses
import json
import types
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from .records import Tables

if TYPE_CHECKING:
    from pathlib import Path


def save_tables(tables: Tables, path: Path) -> None:
    """Write atomically: whoever is killed while writing leaves the version before."""
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(_plain(tables)))
    draft.replace(path)


def load_tables(path: Path) -> Tables:
    """Read what :func:`save_tables` wrote."""
    tables = _typed(json.loads(path.read_text()), Tables)
    assert isinstance(tables, Tables)
    return tables


def to_json(row: Any) -> Any:
    """A row, or several, as plain JSON values."""
    return _plain(row)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _typed(value: Any, kind: Any) -> Any:
    """Read ``value`` as what the annotation says, through containers and rows."""
    if value is None or kind is object:
        return value
    if get_origin(kind) is types.UnionType:
        kind = next(choice for choice in get_args(kind) if choice is not type(None))
    if get_origin(kind) is list:
        return [_typed(item, get_args(kind)[0]) for item in value]
    if get_origin(kind) is dict:
        return {key: _typed(item, get_args(kind)[1]) for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: _typed(item, hints[name]) for name, item in value.items()})
    return _scalar(value, kind)


def _scalar(value: Any, kind: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is bytes:
        return base64.b64decode(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
