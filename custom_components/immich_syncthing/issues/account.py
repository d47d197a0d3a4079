"""The account in Immich: what its key does not allow, where it has no room, and a version that nobody has tried."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from ..coordinator import AccountFacts
from ..engine.settings import FolderSettings
from ..features import features_of, in_words, lacking
from ..immich.models import ServerVersion
from ..immich.permissions import Feature
from ..markdown import as_text
from .board import Issue
from .places import is_nearly_full, room

TOPIC = "account"

FULL_DISK = "immich_disk_nearly_full"
FULL_QUOTA = "immich_quota_nearly_full"

OLDEST = (2, 7)
"""The oldest Immich whose behaviour was measured, as major and minor number."""

NEWEST_MAJOR = 3


def account_issues(
    facts: AccountFacts,
    settings: Iterable[FolderSettings],
    words: Mapping[Feature, str],
    title: str,
    shown: Collection[str],
) -> Iterator[Issue]:
    """Yield what is to be said of these facts. All else goes on meanwhile. ``shown``: the keys of what is said now."""
    features = {feature for one in settings for feature in features_of(one)}
    if missing := lacking(facts.key, features):
        told = {"account": as_text(title), "lacking": in_words(missing, words)}
        yield Issue(key="missing_permissions", placeholders=told)
    if not _is_supported(facts.version):
        told = {"version": str(facts.version), "oldest": ".".join(map(str, OLDEST)), "newest": str(NEWEST_MAJOR)}
        yield Issue(key="immich_unsupported", placeholders=told)
    yield from _too_full(facts, title, shown)


def _too_full(facts: AccountFacts, title: str, shown: Collection[str]) -> Iterator[Issue]:
    """Yield what has no room left in Immich; what it does not know, or cannot be, is no reason."""
    storage, user = facts.storage, facts.user
    if storage is not None and storage.size and storage.available is not None:
        free = storage.available
        if is_nearly_full(free, storage.size, was_full=FULL_DISK in shown):
            yield Issue(key=FULL_DISK, placeholders=room(free, storage.size))
    if user.quota_size and user.quota_usage is not None:
        free = user.quota_size - user.quota_usage
        if is_nearly_full(free, user.quota_size, was_full=FULL_QUOTA in shown):
            yield Issue(key=FULL_QUOTA, placeholders={"account": as_text(title), **room(free, user.quota_size)})


def _is_supported(version: ServerVersion) -> bool:
    return (version.major, version.minor) >= OLDEST and version.major <= NEWEST_MAJOR
