"""The account in Immich: what the settings ask for and its key does not allow, and a version that nobody has tried."""

from collections.abc import Iterable, Iterator, Mapping

from ..coordinator import AccountFacts
from ..engine.settings import FolderSettings
from ..features import features_of, in_words, lacking
from ..immich.models import ServerVersion
from ..immich.permissions import Feature
from .board import Issue

TOPIC = "account"

OLDEST = (2, 7)
"""The oldest Immich whose behaviour was measured, as major and minor number."""

NEWEST_MAJOR = 3


def account_issues(
    facts: AccountFacts, settings: Iterable[FolderSettings], words: Mapping[Feature, str], title: str
) -> Iterator[Issue]:
    """Yield what is to be said of these facts. All else goes on meanwhile."""
    features = {feature for one in settings for feature in features_of(one)}
    if missing := lacking(facts.key, features):
        told = {"account": title, "lacking": in_words(missing, words)}
        yield Issue(key="missing_permissions", placeholders=told)
    if not _is_supported(facts.version):
        told = {"version": str(facts.version), "oldest": ".".join(map(str, OLDEST)), "newest": str(NEWEST_MAJOR)}
        yield Issue(key="immich_unsupported", placeholders=told)


def _is_supported(version: ServerVersion) -> bool:
    return (version.major, version.minor) >= OLDEST and version.major <= NEWEST_MAJOR
