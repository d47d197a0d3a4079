"""The form of a store, shared by all that keep something in one: what is asked, what is stored, and whether it works.

What is stored are the fields of ``StoreSettings`` that are set, for an entry's or a subentry's data. ``SECRETS`` are
shown to nobody: a form that changes a store leaves them blank, and blank ones stay as they are.
"""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .stores.settings import Encryption, StoreKind, StoreSettings
from .typed_store import typed_store

KINDS = (StoreKind.DIRECTORY, StoreKind.S3, StoreKind.GCS, StoreKind.AZURE)
"""In the order in which they are offered."""

CONF_KIND = "kind"
CONF_MORE = "more"
"""The section of the form that holds what seldom differs from its default."""

SECRETS = frozenset({"secret_key", "service_account", "account_key"})

_TEXT = TextSelector()
_URL = TextSelector(TextSelectorConfig(type=TextSelectorType.URL, autocomplete="off"))
_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_ENCRYPTION = SelectSelector(
    SelectSelectorConfig(
        options=[name.lower() for name in Encryption.__members__],
        mode=SelectSelectorMode.DROPDOWN,
        translation_key="store_encryption",
    )
)

_MORE_OF_S3 = vol.Schema(
    {
        vol.Required("path_style", default=True): BooleanSelector(),
        vol.Required("verify_ssl", default=True): BooleanSelector(),
        vol.Required("encryption", default="none"): _ENCRYPTION,
        vol.Optional("kms_key"): _TEXT,
    }
)

_FORMS: dict[StoreKind, dict[str, TextSelector | section]] = {
    StoreKind.DIRECTORY: {"directory": _TEXT},
    StoreKind.S3: {
        "endpoint": _URL,
        "region": _TEXT,
        "bucket": _TEXT,
        "prefix": _TEXT,
        "access_key": _TEXT,
        "secret_key": _SECRET,
        CONF_MORE: section(_MORE_OF_S3, {"collapsed": True}),
    },
    StoreKind.GCS: {"bucket": _TEXT, "prefix": _TEXT, "service_account": _SECRET},
    StoreKind.AZURE: {"account": _TEXT, "bucket": _TEXT, "prefix": _TEXT, "account_key": _SECRET},
}
_MAY_BE_BLANK = frozenset({"endpoint", "region", "prefix", CONF_MORE})


def store_schema(kind: StoreKind, before: Mapping[str, Any] | None = None) -> vol.Schema:
    """Return the form of a store; ``before``: what is stored of the one that it changes, of whatever kind."""
    blank = _MAY_BE_BLANK | (SECRETS if _changes(kind, before) else frozenset())
    return vol.Schema(
        {(vol.Optional if name in blank else vol.Required)(name): field for name, field in _FORMS[kind].items()}
    )


def as_typed(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the form shows what is stored: without the secrets."""
    shown = {name: value for name, value in stored.items() if name not in SECRETS | {CONF_KIND}}
    if stored[CONF_KIND] == StoreKind.S3:
        more = {str(name): shown.pop(str(name)) for name in _MORE_OF_S3.schema if str(name) in shown}
        if "encryption" in more:
            more["encryption"] = Encryption(more["encryption"]).name.lower()
        shown[CONF_MORE] = more
    return shown


def as_stored(kind: StoreKind, typed: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what is stored of a filled-in form, or of the same fields without a section.

    Raises:
        BadStoreSettingError: a field cannot be meant so; each subclass is one reason, ``field`` is where.
    """
    flat = {**typed, **typed.get(CONF_MORE, {})}
    flat.pop(CONF_MORE, None)
    if before is not None and _changes(kind, before):
        kept = {name: before[name] for name in SECRETS & before.keys() if not flat.get(name)}
        flat |= kept
    return as_data(typed_store(kind, flat))


def as_data(settings: StoreSettings) -> dict[str, Any]:
    """Return settings as they are stored: only what differs from the default, in types that JSON has."""
    stored: dict[str, Any] = {CONF_KIND: settings.kind.value}
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.name != CONF_KIND and value != one.default:
            stored[one.name] = value.value if isinstance(value, StrEnum) else value
    return stored


def store_settings(stored: Mapping[str, Any]) -> StoreSettings:
    """Return the settings that are stored; what this release does not know is left out."""
    known = {one.name for one in fields(StoreSettings)}
    values = {name: value for name, value in stored.items() if name in known}
    values[CONF_KIND] = StoreKind(values[CONF_KIND])
    if "encryption" in values:
        values["encryption"] = Encryption(values["encryption"])
    return StoreSettings(**values)


def _changes(kind: StoreKind, before: Mapping[str, Any] | None) -> bool:
    return before is not None and before[CONF_KIND] == kind
