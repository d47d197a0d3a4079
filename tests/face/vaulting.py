"""What tests of the vault do: a photo is deleted, and what the vault then holds is looked at."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.vault.model import VaultEntry
from tests.checksums import sha1
from tests.servers.s3 import S3Server

from .household import Household


async def delete_in_immich(home: Household, name: str) -> bytes:
    """Let somebody delete a photo in Immich, which the folder follows; return the bytes that the vault then has."""
    content = (home.photos / name).read_bytes()
    home.immich.browser.trash(home.immich.browser.find(name).id)
    await home.sync()
    assert not (home.photos / name).exists()
    return content


async def kept(home: Household) -> list[VaultEntry]:
    """Return all entries that the account finds."""
    return [entry async for page in home.runtime.vault.vaults.whole.entries() for entry in page]


async def read(home: Household, content: bytes) -> bytes:
    """Return the bytes that the account finds for a content."""
    return b"".join([block async for block in home.runtime.vault.vaults.whole.read(sha1(content))])


def bucket_form(server: S3Server, **changes: Any) -> dict[str, Any]:
    """Return the filled-in form for a new bucket."""
    settings = server.settings(server.new_bucket(), prefix="immich/vault")
    return {
        "endpoint": settings.endpoint,
        "region": settings.region,
        "bucket": settings.bucket,
        "prefix": settings.prefix,
        "access_key": settings.access_key,
        "secret_key": settings.secret_key,
        "more": {"path_style": True, "verify_ssl": True, "encryption": "none"},
    } | changes


def stored_bucket(form: dict[str, Any]) -> dict[str, Any]:
    """Return what an entry's data hold of such a form."""
    return {"kind": "s3"} | {name: value for name, value in form.items() if name != "more"}


async def new_account(hass: HomeAssistant, household: Household, kind: str) -> Any:
    """Fill in the forms of a new account up to that of its vault."""
    data = household.data
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for server in ("immich", "syncthing"):
        typed = {part: data[f"{server}_{part}"] for part in ("url", "api_key", "verify_ssl")}
        form = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    kinds = [f"store_{one}" for one in ("directory", "s3", "gcs", "azure")]
    assert form["menu_options"] == ["vault_beside", *kinds]
    return await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": kind})


async def option(hass: HomeAssistant, home: Household, *steps: str) -> ConfigFlowResult:
    """Begin to reconfigure the account and choose in one menu after the other."""
    assert home.entry is not None
    form: ConfigFlowResult = await home.entry.start_reconfigure_flow(hass)
    for step in steps:
        form = await hass.config_entries.flow.async_configure(form["flow_id"], {"next_step_id": step})
    return form


async def fill_in(hass: HomeAssistant, form: ConfigFlowResult, **typed: Any) -> ConfigFlowResult:
    """Fill in a form of the account; as Home Assistant's page does, its folded part is sent too."""
    if form["step_id"] == "settings":
        typed = {"database_backups": {}} | typed
    done = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return done
