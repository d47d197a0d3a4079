"""Whether a store can be used, asked of the store itself; and what a form says when it cannot."""

import asyncio
from typing import Any, Final

from homeassistant.core import HomeAssistant

from .errors import RootError
from .roots import RootRules, check_store_directory
from .store_choice import store_settings
from .stores.errors import (
    StoreBucketMissingError,
    StoreCertificateError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreMismatchError,
    StoreThrottledError,
    StoreUnreachableError,
)
from .stores.settings import StoreKind
from .stores.store import Store
from .typed_store import BadStoreSettingError

PATIENCE_SECONDS: Final = 30.0
"""How long a form waits for a store: whoever sits before it should not wonder for longer."""

type Refusal = StoreError | RootError | BadStoreSettingError
"""Why a store is not taken. Each has a ``code`` that the forms have words for."""

ANSWERS = frozenset(
    {
        StoreBucketMissingError.code,
        StoreCertificateError.code,
        StoreClockSkewError.code,
        StoreCredentialsError.code,
        StoreFullError.code,
        StoreMismatchError.code,
        StoreThrottledError.code,
        StoreUnreachableError.code,
    }
)
"""Codes of a store's refusals that have words of their own in the forms; any other is ``store_error``."""

_KEY_FIELDS = {
    StoreKind.S3: "secret_key",
    StoreKind.GCS: "service_account",
    StoreKind.AZURE: "account_key",
    StoreKind.DIRECTORY: "directory",
}
_PLACE_FIELDS = {StoreKind.S3: "endpoint", StoreKind.DIRECTORY: "directory"}


async def async_probe(hass: HomeAssistant, stored: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be stored of a store, once it was written to, listed, read and cleaned again.

    A directory's real path takes the place of what was typed.

    Raises:
        RootError: a directory that cannot be used.
        StoreError: the store refused, or did not answer in 30 seconds.
    """
    if stored["kind"] == StoreKind.DIRECTORY:
        rules = RootRules.of(hass)
        directory = await hass.async_add_executor_job(check_store_directory, stored.get("directory", ""), rules)
        stored = stored | {"directory": str(directory)}
    await _answers(hass, Store(store_settings(stored)))
    return stored


def form_error(kind: StoreKind, err: Refusal) -> dict[str, str]:
    """Return below which field of the form of ``kind`` what is said; ``detail`` is a placeholder of some texts."""
    if isinstance(err, BadStoreSettingError):
        return {err.field: err.code}
    if isinstance(err, RootError):
        return {"directory": err.code}
    code = err.code if err.code in ANSWERS else StoreError.code
    if isinstance(err, StoreCredentialsError):
        return {_KEY_FIELDS[kind]: code}
    if isinstance(err, StoreBucketMissingError):
        return {"bucket": code}
    if isinstance(err, StoreUnreachableError):
        return {_PLACE_FIELDS.get(kind, "base"): code}
    return {"base": code}


async def _answers(hass: HomeAssistant, store: Store) -> None:
    """Have the store checked, but wait no longer than a person would: what it wrote it removes in its own time."""
    check = hass.async_create_background_task(store.check(), "Check of a store")
    check.add_done_callback(_heard)
    try:
        done, _ = await asyncio.wait([check], timeout=PATIENCE_SECONDS)
    except asyncio.CancelledError:
        check.cancel()
        raise
    if not done:
        check.cancel()
        detail = f"{PATIENCE_SECONDS:.0f} s"
        raise StoreUnreachableError(detail)
    check.result()


def _heard(check: asyncio.Task[None]) -> None:
    """Let no check that nobody waits for any more complain that nobody heard its outcome."""
    if not check.cancelled():
        check.exception()
