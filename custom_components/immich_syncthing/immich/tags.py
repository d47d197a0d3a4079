"""Tags, hierarchical by ``/``."""

from collections.abc import Sequence

from . import parse
from .errors import NotFoundError, UnexpectedAnswerError
from .groups import put_together
from .models import GroupResult, Tag
from .transport import Transport, checked_id


async def tags(transport: Transport) -> tuple[Tag, ...]:
    """Return the user's tags; needs ``tag.read``."""
    return parse.tags(await transport.get("/tags"))


async def tag(transport: Transport, asset_id: str, values: Sequence[str]) -> tuple[Tag, ...]:
    """Give an asset all these tags, creating what is missing; return them. Needs ``tag.create`` and ``tag.asset``.

    Immich creates the parents of ``a/b`` as well, and drops empty steps: ``/a//b/`` is ``a/b`` (measured on 2.7.5).
    Tags that the asset has already are left alone. May be repeated. Nothing is sent for no values.

    Raises:
        ValueError: a value has no step.
        NotFoundError: the asset is unknown, purged, foreign or locked; the tags exist now.
    """
    checked_id(asset_id)
    found = await make(transport, values)
    # One by one: the call for several tags skips unknown assets without a word (measured on 2.7.5).
    for each in found:
        if (await put_together(transport, f"/tags/{each.id}/assets", (asset_id,))).refused:
            raise NotFoundError(asset_id)
    return found


async def tag_all(transport: Transport, asset_ids: Sequence[str], values: Sequence[str]) -> dict[str, GroupResult]:
    """Give all these assets all these tags, as ``tag`` does; return what became of them, by the tag as Immich has it.

    Raises:
        ValueError: a value has no step.
    """
    found = await make(transport, values)
    return {each.value: await put_together(transport, f"/tags/{each.id}/assets", asset_ids) for each in found}


async def make(transport: Transport, values: Sequence[str]) -> tuple[Tag, ...]:
    """Return the tags, created where they are missing; needs ``tag.create``. Raises ``ValueError`` as ``tag``."""
    wanted = tuple(dict.fromkeys(normal(value) for value in values))
    if not wanted:
        return ()
    found = parse.tags(await transport.put("/tags", {"tags": list(wanted)}))
    if len({each.id for each in found}) != len(wanted):
        detail = f"asked for {len(wanted)} tags, it sent {len(found)}"
        raise UnexpectedAnswerError(detail)
    return found


def normal(value: str) -> str:
    """Return a tag as Immich writes it. Raises ``ValueError`` for what has no step."""
    steps = [step for step in value.split("/") if step]
    if not steps:
        reason = f"{value!r} is no tag"
        raise ValueError(reason)
    return "/".join(steps)


async def add(transport: Transport, tag_id: str, asset_ids: Sequence[str]) -> GroupResult:
    """Give assets a tag that there is; needs ``tag.asset``. Raises ``NotFoundError`` where there is none."""
    return await put_together(transport, f"/tags/{checked_id(tag_id)}/assets", asset_ids)
