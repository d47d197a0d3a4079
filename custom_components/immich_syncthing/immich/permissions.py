"""What an API key must allow, and what more some features need. Names as in 2.7.5 and 3.2.2."""

from enum import StrEnum

from .models import ApiKeyInfo

REQUIRED = (
    "asset.read",
    "asset.upload",
    "asset.delete",
    "asset.download",
    "asset.statistics",
    "user.read",
)
"""Without these nothing works."""


class Feature(StrEnum):
    """What works only with a key that allows more."""

    CARRY_OVER = "carry_over"
    """Albums, favourite, shared links, stack and sidecar of an edited photo follow it, then its tags and texts."""
    STACK = "stack"
    """An edited photo is stacked with its original."""
    ALBUMS = "albums"
    """Members of albums are known, so can be protected."""
    LIVE_PHOTOS = "live_photos"
    """The two halves of a live photo that came one after the other are joined."""
    SIDECARS = "sidecars"
    """A sidecar that changes later is applied."""
    DISK = "disk"
    """How full Immich's disk is, is shown."""
    RELEASES = "releases"
    """A newer release of Immich is shown."""
    QUEUES = "queues"
    """How many jobs wait in Immich is shown; Immich tells that to administrators only."""
    DATABASE_BACKUPS = "database_backups"
    """Immich's own backups of its database are made and fetched; Immich lets administrators only."""
    LAST_PHOTO = "last_photo"
    """The photo that went up last is shown."""
    RULE_ALBUMS = "rule_albums"
    """A folder's rules put photos into albums."""
    RULE_TAGS = "rule_tags"
    """They tag them."""
    RULE_FIELDS = "rule_fields"
    """They make them favourites, archive, describe, rate and place them."""
    RULE_STACKS = "rule_stacks"
    """They stack RAW files with their pictures, and bursts."""


OPTIONAL: dict[Feature, tuple[str, ...]] = {
    Feature.CARRY_OVER: ("asset.copy", "asset.update", "tag.create", "tag.asset"),
    Feature.STACK: ("stack.create",),
    Feature.ALBUMS: ("album.read",),
    Feature.LIVE_PHOTOS: ("asset.update",),
    Feature.SIDECARS: ("asset.update", "tag.create", "tag.asset"),
    Feature.DISK: ("server.storage",),
    Feature.RELEASES: ("server.versionCheck",),
    Feature.QUEUES: ("queue.read",),
    Feature.DATABASE_BACKUPS: ("job.create", "queue.read", "maintenance", "backup.download"),
    Feature.LAST_PHOTO: ("asset.view",),
    Feature.RULE_ALBUMS: ("album.read", "album.create", "albumAsset.create", "albumAsset.delete"),
    Feature.RULE_TAGS: ("tag.create", "tag.asset"),
    Feature.RULE_FIELDS: ("asset.update",),
    Feature.RULE_STACKS: ("stack.create",),
}


def missing(key: ApiKeyInfo, feature: Feature | None = None) -> tuple[str, ...]:
    """Return the permissions that a key lacks for a feature; without feature, of those that are required."""
    wanted = REQUIRED if feature is None else OPTIONAL[feature]
    return tuple(permission for permission in wanted if not key.allows(permission))
