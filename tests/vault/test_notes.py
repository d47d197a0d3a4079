"""Small texts that the vault keeps beside the photos."""

import errno
import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultFullError, VaultUnavailableError
from custom_components.immich_syncthing.vault.notes import LONGEST_NOTE


async def test_a_note_is_kept_replaced_and_removed(vault: DirectoryVault) -> None:
    assert await vault.read_note("fence") is None
    await vault.write_note("fence", b"one")
    assert await vault.read_note("fence") == b"one"
    await vault.write_note("fence", b"two")
    assert await vault.read_note("fence") == b"two"
    await vault.prepare(create=False)
    assert await vault.read_note("fence") == b"two"
    await vault.remove_note("fence")
    await vault.remove_note("fence")
    assert await vault.read_note("fence") is None


@pytest.mark.parametrize("name", ["", "../escape", ".hidden", "a/b", "a" * 101, "ü"])
async def test_a_name_stays_in_its_place(vault: DirectoryVault, name: str) -> None:
    for call in (vault.read_note(name), vault.write_note(name, b""), vault.remove_note(name)):
        with pytest.raises(ValueError, match="not the name of a note"):
            await call


async def test_an_absent_vault_is_no_vault_without_notes(vault: DirectoryVault) -> None:
    await vault.write_note("fence", b"one")
    vault.directory.rename(vault.directory.with_name("away"))
    for call in (vault.read_note("fence"), vault.write_note("fence", b"two"), vault.remove_note("fence")):
        with pytest.raises(VaultUnavailableError):
            await call
    assert not vault.directory.exists()


async def test_a_vault_from_before_there_were_notes_takes_one(vault: DirectoryVault) -> None:
    (vault.directory / "notes").rmdir()
    assert await vault.read_note("fence") is None
    await vault.write_note("fence", b"one")
    assert await vault.read_note("fence") == b"one"


async def test_a_link_is_not_followed_and_an_endless_note_not_read(vault: DirectoryVault, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (vault.directory / "notes" / "fence").symlink_to(secret)
    with pytest.raises(VaultUnavailableError):
        await vault.read_note("fence")
    await vault.write_note("fence", bytes(LONGEST_NOTE + 1))
    assert await vault.read_note("fence") == bytes(LONGEST_NOTE)
    assert secret.read_bytes() == b"secret"


async def test_on_a_full_disk_the_old_note_stays(vault: DirectoryVault, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    await vault.write_note("fence", b"one")
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(VaultFullError):
        await vault.write_note("fence", b"two")
    assert await vault.read_note("fence") == b"one"
    assert list((vault.directory / "incoming").iterdir()) == []
