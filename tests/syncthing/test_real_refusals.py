"""How real Syncthing 1.19 and 1.29 refuse, and what we make of it."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import (
    FolderFaultError,
    HostCheckError,
    SyncthingCannotConnectError,
    SyncthingCertificateError,
    SyncthingWrongKeyError,
)
from custom_components.immich_syncthing.syncthing.health import status_after_all

from ..servers.syncthing_pair import SyncthingPair
from .conftest import Lone


class EverythingIsHere(AbstractResolver):
    """A resolver for which every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def session_with_names() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=EverythingIsHere())) as session:
        yield session


@pytest.mark.parametrize("key", ["wrong-key", "", "with\nnewline", "schlüssel"])
async def test_a_wrong_key_is_a_wrong_key(pair: SyncthingPair, session: aiohttp.ClientSession, key: str) -> None:
    client = SyncthingClient(session, pair.server.url, key)

    with pytest.raises(SyncthingWrongKeyError):
        await client.ping()
    with pytest.raises(SyncthingWrongKeyError):
        await client.scan("photos", ["a.jpg"])


async def test_a_key_may_be_pasted_with_blanks_around_it(pair: SyncthingPair, session: aiohttp.ClientSession) -> None:
    await SyncthingClient(session, pair.server.url, f" {pair.server.api_key}\n").ping()


async def test_a_password_on_the_web_interface_changes_the_refusal_but_not_its_meaning(
    lone: Lone, session: aiohttp.ClientSession
) -> None:
    await lone.process.change_gui(user="anna", password="sesame")
    right, wrong = lone.client(session), lone.client(session, key="wrong-key")

    try:
        await right.ping()
        with pytest.raises(SyncthingWrongKeyError):
            await wrong.ping()
    finally:
        await lone.process.change_gui(user="", password="")


async def test_a_host_name_in_front_of_a_loopback_listener_is_refused(
    pair: SyncthingPair, session_with_names: aiohttp.ClientSession
) -> None:
    port = pair.server.gui_port

    with pytest.raises(HostCheckError):
        await SyncthingClient(session_with_names, f"http://syncthing:{port}", pair.server.api_key).ping()
    await SyncthingClient(session_with_names, f"http://localhost:{port}", pair.server.api_key).ping()


async def test_https_with_its_own_certificate_needs_verification_off(
    pair: SyncthingPair, session: aiohttp.ClientSession
) -> None:
    url = pair.server.url.replace("http://", "https://")

    with pytest.raises(SyncthingCertificateError):
        await SyncthingClient(session, url, pair.server.api_key).ping()
    await SyncthingClient(session, url, pair.server.api_key, verify_ssl=False).ping()


async def test_a_syncthing_that_insists_on_https_is_followed_and_remembered(
    lone: Lone, session: aiohttp.ClientSession
) -> None:
    await lone.process.change_gui(useTLS=True)
    strict, lenient = lone.client(session), lone.client(session, verify_ssl=False)

    try:
        with pytest.raises(SyncthingCertificateError):
            await strict.ping()
        (lone.directory / "line\nbreak +&.jpg").write_bytes(b"photo")
        await lenient.scan("photos", ["line\nbreak +&.jpg"])
        assert await lenient.file("photos", "line\nbreak +&.jpg") is not None
        assert lenient.url == lone.process.url.replace("http://", "https://")
    finally:
        await lone.process.change_gui(useTLS=False)


async def test_a_syncthing_that_is_not_there_cannot_be_connected(lone: Lone, session: aiohttp.ClientSession) -> None:
    client = lone.client(session)
    await client.ping()
    await lone.process.kill()

    with pytest.raises(SyncthingCannotConnectError):
        await client.ping()
    with pytest.raises(SyncthingCannotConnectError):
        await client.scan("photos")

    await lone.process.start()
    await client.ping()


async def test_a_missing_marker_is_a_fault_of_the_folder_and_heals(lone: Lone, session: aiohttp.ClientSession) -> None:
    client = lone.client(session)
    marker = lone.directory / ".stfolder"
    aside = lone.directory.parent / "marker"
    marker.rename(aside)

    with pytest.raises(FolderFaultError, match="folder marker missing"):
        await client.scan("photos")
    broken = await client.folder_status("photos")
    assert broken.state == "error"
    assert broken.error.startswith("folder marker missing")
    still = await status_after_all(client, "photos", ".stfolder", broken)
    assert (still.state, still.error) == (broken.state, broken.error)
    aside.rename(marker)
    healed = await status_after_all(client, "photos", ".stfolder", broken)
    assert (healed.state, healed.error) == ("idle", "")
    assert await status_after_all(client, "photos", ".stfolder", healed) is healed


async def test_a_missing_path_is_a_fault_of_the_folder(lone: Lone, session: aiohttp.ClientSession) -> None:
    client = lone.client(session)
    (lone.directory / "a.jpg").write_bytes(b"a")
    await client.scan("photos")
    lone.directory.rename(lone.directory.parent / "unmounted")

    with pytest.raises(FolderFaultError, match="folder path missing"):
        await client.scan("photos", ["a.jpg"])

    status = await client.folder_status("photos")
    assert (status.state, status.error) == ("error", "folder path missing")
    assert status.local_files == 1
