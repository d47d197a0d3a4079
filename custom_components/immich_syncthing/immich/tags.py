"""Tags, hierarchical by ``/``."""

from collections.abc import Sequence

from . import parse
from .errors import NotFoundError, UnexpectedAnswerError
from .fields import Fields, objects
from .models import Tag
from .transport import Transport, checked_id


async def tag(transport: Transport, asset_id: str, values: Sequence[str]) -> tuple[Tag, ...]:
    """Give an asset all these tags, creating what is missing; return them. Needs ``tag.create`` and ``tag.asset``.

    Immich creates the parents of ``a/b`` as well, and drops empty steps: ``/a//b/`` is ``a/b`` (measured on 2.7.5).
    Tags that the asset has already are left alone. May be repeated. Nothing is sent for no values.

    Raises:
        ValueError: a value has no step.
        NotFoundError: the asset is unknown, purged, foreign or locked; the tags exist now.
    """
    wanted = tuple(dict.fromkeys(_normal(value) for value in values))
    if not wanted:
        return ()
    body = {"ids": [checked_id(asset_id)]}
    found = parse.tags(await transport.put("/tags", {"tags": list(wanted)}))
    if len({each.id for each in found}) != len(wanted):
        detail = f"asked for {len(wanted)} tags, it sent {len(found)}"
        raise UnexpectedAnswerError(detail)
    # One by one: the call for several tags skips unknown assets without a word (measured on 2.7.5).
    for each in found:
        _check(await transport.put(f"/tags/{each.id}/assets", body), asset_id)
    return found


def _normal(value: str) -> str:
    normal = "/".join(step for step in value.split("/") if step)
    if not normal:
        reason = f"{value!r} is no tag"
        raise ValueError(reason)
    return normal


def _check(answer: object, asset_id: str) -> None:
    rows = objects(answer, "tagged")
    if [row.id("id").lower() for row in rows] != [asset_id.lower()]:
        detail = f"tagged asset {asset_id}, it answered about {len(rows)} assets"
        raise UnexpectedAnswerError(detail)
    _check_result(rows[0])


def _check_result(row: Fields) -> None:
    """Accept success and "duplicate"; the words of 2.7.5 (measured)."""
    if row.flag("success"):
        return
    match row.optional_text("error"):
        case "duplicate":
            return
        case "no_permission" | "not_found" as error:
            raise NotFoundError(error)
        case error:
            detail = f"it could not tag: {error}"
            raise UnexpectedAnswerError(detail)
