"""What the settings ask for and the API key does not allow, as one repair issue per account."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .features import features_of, in_words, lacking
from .immich.permissions import Feature


@callback
def async_update_permission_issue(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, words: Mapping[Feature, str]
) -> None:
    """Raise, change or take away the account's issue, by what its key allows now. All else goes on meanwhile."""
    runtime = entry.runtime_data
    features = {one for folder in runtime.folders.values() for one in features_of(folder.engine.settings)}
    missing_ones = lacking(runtime.account.data.key, features)
    if not missing_ones:
        async_delete_permission_issue(hass, entry)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="missing_permissions",
        translation_placeholders={"account": entry.title, "lacking": in_words(missing_ones, words)},
    )


@callback
def async_delete_permission_issue(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Take the issue away: the account is not loaded any more."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ImmichSyncthingConfigEntry) -> str:
    return f"permissions_{entry.entry_id}"
