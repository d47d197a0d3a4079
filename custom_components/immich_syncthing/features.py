"""What some settings need of the API key beyond what it must have, and how a person reads what is missing."""

from collections.abc import Iterable, Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.model import OnEdit
from .engine.settings import FolderSettings
from .engine.sorting.model import Rule
from .immich.models import ApiKeyInfo, User
from .immich.permissions import Feature, missing

type Lacking = Mapping[Feature, tuple[str, ...]]
"""The permissions that are missing, by what they are for."""

OF_ADMINISTRATORS = frozenset({Feature.DATABASE_BACKUPS, Feature.QUEUES})
"""Features that need an administrator's key, whatever it allows."""

UNASKED = frozenset({Feature.LIVE_PHOTOS, Feature.SIDECARS})
"""Features that no setting switches on."""


def features_for(user: User) -> frozenset[Feature]:
    """Return what a key of this user can be for."""
    return frozenset(Feature) if user.is_admin else frozenset(Feature) - OF_ADMINISTRATORS


def features_of(settings: FolderSettings) -> frozenset[Feature]:
    """Return what the settings of a folder use of that which not every key allows."""
    on_edit, rules = settings.policy.on_edit, settings.sorting.rules
    used = {
        Feature.CARRY_OVER: on_edit is not OnEdit.KEEP_BOTH,
        Feature.STACK: on_edit is OnEdit.STACK,
        Feature.ALBUMS: settings.rules.protect_albums,
        Feature.RULE_ALBUMS: any(rule.album is not None for rule in rules),
        Feature.RULE_TAGS: any(rule.tags for rule in rules),
        Feature.RULE_FIELDS: any(map(_changes_fields, rules)),
        Feature.RULE_STACKS: any(rule.stack for rule in rules),
    }
    return frozenset(feature for feature, is_used in used.items() if is_used)


def _changes_fields(rule: Rule) -> bool:
    texts = rule.description is not None or rule.rating is not None or rule.position is not None
    return texts or rule.favourite or rule.archive


def lacking(key: ApiKeyInfo, features: Iterable[Feature]) -> Lacking:
    """Return what ``key`` lacks for ``features``, in the order in which they are defined.

    What no setting asks for is told beside something that one does, and not by itself: who has no live photos and no
    sidecars needs no permission for them.
    """
    wanted = set(features)
    found = {feature: missing(key, feature) for feature in Feature}
    if not any(found[feature] for feature in wanted):
        return {}
    wanted |= UNASKED
    return {feature: permissions for feature, permissions in found.items() if permissions and feature in wanted}


async def async_feature_words(hass: HomeAssistant) -> Mapping[Feature, str]:
    """Return each feature in Home Assistant's language."""
    words = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return {feature: words[f"component.{DOMAIN}.selector.feature.options.{feature}"] for feature in Feature}


def in_words(missing_ones: Lacking, words: Mapping[Feature, str]) -> str:
    """Return a list, one line per feature with what it lacks, for a text that Home Assistant shows as Markdown."""
    return "\n".join(
        f"- {words[feature]}: {', '.join(f'`{permission}`' for permission in permissions)}"
        for feature, permissions in missing_ones.items()
    )
