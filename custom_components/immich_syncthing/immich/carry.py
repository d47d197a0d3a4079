"""What belongs to one asset, carried over to another."""

from .transport import Transport, checked_id


async def copy(  # noqa: PLR0913 - Immich's own switches
    transport: Transport,
    source_id: str,
    target_id: str,
    *,
    albums: bool,
    favorite: bool,
    shared_links: bool,
    sidecar: bool,
    stack: bool,
) -> None:
    """Give the target what the source has, as far as the switches say; needs ``asset.copy``. May be repeated.

    Not carried: tags, description and rating (measured on 2.7.5: no tags right after), people, key/value metadata.
    ``favorite`` copies false as well. ``sidecar`` throws the target's own sidecar away, also one just uploaded, and
    has the target's metadata read anew: date, description and tags then follow the source's sidecar (server source).
    ``stack`` puts the target beside the source; if it is in a stack already, the source's whole stack joins that one
    (server source).

    Raises:
        ValueError: both are the same.
        NotFoundError: one of them is unknown, purged, foreign or locked; nothing is done.
    """
    if source_id.lower() == target_id.lower():
        reason = "an asset cannot be copied to itself"
        raise ValueError(reason)
    body = {
        "sourceId": checked_id(source_id),
        "targetId": checked_id(target_id),
        "albums": albums,
        "favorite": favorite,
        "sharedLinks": shared_links,
        "sidecar": sidecar,
        "stack": stack,
    }
    await transport.command("PUT", "/assets/copy", body)
