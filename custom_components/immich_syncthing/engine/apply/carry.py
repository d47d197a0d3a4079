"""What the owner of a photo did to it in Immich, given to the edited one that takes its place.

Nothing that the new photo says of itself is overwritten: description and rating are carried only where it has none,
and the tags of both are united. Everything may be repeated.
"""

from ...immich.errors import MissingPermissionError
from ...immich.models import AssetDetails, Change, Visibility
from ..errors import EditNotCarriedError
from ..model import OnEdit
from ..ports import ImmichPort


def must_be_read_first(old: AssetDetails, new: AssetDetails) -> bool:
    """Return whether Immich has yet to read what the new photo says of itself, and would overwrite what is written."""
    return not new.is_read and bool(old.description or old.rating is not None or old.tags)


async def carry_over(
    immich: ImmichPort, old: AssetDetails, new: AssetDetails, mode: OnEdit, *, with_sidecar: bool
) -> None:
    """Give the new asset what the old one has. ``with_sidecar``: also what a sidecar of the old one says.

    ``PUT /assets/copy`` carries albums, favourite, shared links, stack and sidecar, and neither tags nor description
    nor rating (measured on 2.7.5). It copies that the old one is no favourite as well, and a sidecar over the new
    one's own: both are left out where they would take something away.

    Raises:
        EditNotCarriedError: the API key does not allow a part of it.
        ImmichError: anything else; what is done by then does no harm.
    """
    source, target = old.asset, new.asset
    leads = _leads(old, mode)
    change, tags = _texts(old, new), _tags(old) - _tags(new)
    try:
        await immich.copy(source.id, target.id, favorite=source.is_favorite, sidecar=with_sidecar, stack=not leads)
        if change:
            await immich.update(target.id, **change)
        if tags:
            await immich.tag(target.id, sorted(tags))
        if leads and not _is_under(old, new):
            await immich.stack(target.id, source.id)
    except MissingPermissionError as error:
        raise EditNotCarriedError(error.permission or error.detail) from error


async def verify(immich: ImmichPort, old: AssetDetails, new: AssetDetails, mode: OnEdit) -> None:
    """Return if both, looked at after carrying over, show that all of it arrived. Shared links are not to be seen.

    Raises:
        EditNotCarriedError: something did not.
        ImmichError: Immich did not tell.
    """
    missing = [*_texts(old, new), *sorted(_tags(old) - _tags(new))]
    if old.asset.is_favorite and not new.asset.is_favorite:
        missing.append("favourite")
    stacked = _is_under(old, new) if mode is OnEdit.STACK else old.stack is None or new.stack is not None
    if not stacked:
        missing.append("stack")
    if not await _albums(immich, old.asset.id) <= await _albums(immich, new.asset.id):
        missing.append("albums")
    if missing:
        raise EditNotCarriedError(", ".join(missing))


async def _albums(immich: ImmichPort, asset_id: str) -> set[str]:
    """Return the albums of an asset; of a key that may not see albums none: they are carried without being seen."""
    try:
        return set(await immich.albums_of(asset_id))
    except MissingPermissionError:
        return set()


def _texts(old: AssetDetails, new: AssetDetails) -> Change:
    change: Change = {}
    if old.description and not new.description:
        change["description"] = old.description
    if old.rating is not None and new.rating is None:
        change["rating"] = old.rating
    if old.asset.visibility is Visibility.ARCHIVE and new.asset.visibility is Visibility.TIMELINE:
        change["visibility"] = Visibility.ARCHIVE
    return change


def _tags(details: AssetDetails) -> set[str]:
    return {tag.value for tag in details.tags}


def _leads(old: AssetDetails, mode: OnEdit) -> bool:
    """Return whether the new one goes on top of a stack: asked for, or where the old one was on top.

    Immich shows a stack by its top: with that in the trash, the others would be hidden.
    """
    return mode is OnEdit.STACK or (old.stack is not None and old.stack.primary_id == old.asset.id)


def _is_under(old: AssetDetails, new: AssetDetails) -> bool:
    stack = new.stack
    return stack is not None and stack.primary_id == new.asset.id and old.stack is not None and old.stack.id == stack.id
