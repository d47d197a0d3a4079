"""Where a vault is proposed: near enough for a link, and nowhere that Syncthing syncs."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.location import propose_vault_directory, touches_folder


@pytest.fixture
def fallback(tmp_path: Path) -> Path:
    return tmp_path / "media" / "vault"


def test_beside_the_folder_on_the_same_disk(folder: Path, fallback: Path, tmp_path: Path) -> None:
    assert propose_vault_directory(folder, fallback) == tmp_path / ".immich-syncthing-vault"
    assert list(tmp_path.iterdir()) == [folder]


def test_the_folders_own_root_may_be_among_the_forbidden(folder: Path, fallback: Path, tmp_path: Path) -> None:
    assert propose_vault_directory(folder, fallback, [folder]) == tmp_path / ".immich-syncthing-vault"


def test_elsewhere_if_the_folder_is_a_disk_of_its_own(other_disk: Path, fallback: Path) -> None:
    assert propose_vault_directory(other_disk.parent, fallback) == fallback


def test_elsewhere_if_beside_lies_in_another_folder(folder: Path, fallback: Path) -> None:
    nested = folder / "nested"
    nested.mkdir()
    assert propose_vault_directory(nested, fallback, [folder]) == fallback


def test_elsewhere_if_the_name_beside_is_a_link_or_a_file(folder: Path, fallback: Path, tmp_path: Path) -> None:
    beside = tmp_path / ".immich-syncthing-vault"
    beside.write_text("a file")
    assert propose_vault_directory(folder, fallback) == fallback
    beside.unlink()
    beside.symlink_to("/etc")
    assert propose_vault_directory(folder, fallback) == fallback


def test_a_root_reached_through_a_link_has_its_vault_beside_the_real_one(
    folder: Path, fallback: Path, tmp_path: Path
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "photos").symlink_to(folder)

    proposed = propose_vault_directory(tmp_path / "config" / "photos", fallback)

    assert proposed == tmp_path / ".immich-syncthing-vault"


def test_elsewhere_if_the_folder_is_missing(fallback: Path, tmp_path: Path) -> None:
    assert propose_vault_directory(tmp_path / "not mounted" / "folder", fallback) == fallback


def test_nowhere_rather_than_inside_a_folder(folder: Path) -> None:
    nested = folder / "nested"
    nested.mkdir()
    with pytest.raises(VaultUnavailableError):
        propose_vault_directory(nested, folder / "vault", [folder])


@pytest.mark.parametrize(
    ("directory", "touches"),
    [
        ("folder", True),
        ("folder/vault", True),
        ("folder/.stfolder/vault", False),
        ("folder/DCIM/.stfolder/vault", True),
        (".", True),
        ("folder-vault", False),
        ("link/vault", True),
    ],
)
def test_which_places_touch_a_folder(folder: Path, tmp_path: Path, directory: str, *, touches: bool) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert touches_folder(tmp_path / directory, [folder]) is touches
