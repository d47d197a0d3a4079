"""Where a directory vault may lie, and where it lies best."""

import os
from collections.abc import Iterable
from pathlib import Path

from .errors import VaultUnavailableError

VAULT_NAME = ".immich-syncthing-vault"


def propose_vault_directory(root: Path, fallback: Path, forbidden: Iterable[Path] = ()) -> Path:
    """Return the best place for a vault of the folder at ``root``; nothing is made.

    That is hidden beside the root, where it is the same file system and writable: keeping a file is then a hard link.
    Else it is ``fallback``. ``forbidden`` are the roots of all Syncthing folders, this one may be among them.
    Raises ``VaultUnavailableError`` if neither place will do. Blocking.
    """
    roots = (root, *forbidden)
    real = Path(os.path.realpath(root))
    beside = real.parent / VAULT_NAME
    if real != real.parent and _usable_beside(real, beside) and not touches_folder(beside, roots):
        return beside
    if touches_folder(fallback, roots):
        raise VaultUnavailableError(str(fallback))
    return fallback


def touches_folder(directory: Path, roots: Iterable[Path]) -> bool:
    """Return whether ``directory`` lies in a folder, so that Syncthing would sync the vault, or has one inside.

    Only ``.stfolder`` is never synced. Even there a vault is the owner's choice and never proposed: when a folder is
    removed, Syncthing renames a ``.stfolder`` that is not empty, and that name is synced once the folder is back.
    Blocking.
    """
    vault = Path(os.path.realpath(directory))
    for root in map(Path, map(os.path.realpath, roots)):
        if root.is_relative_to(vault):
            return True
        if vault.is_relative_to(root) and not vault.is_relative_to(root / ".stfolder"):
            return True
    return False


def _usable_beside(root: Path, beside: Path) -> bool:
    try:
        same_file_system = root.stat().st_dev == root.parent.stat().st_dev
    except OSError:
        return False
    taken = beside.is_symlink() or (beside.exists() and not beside.is_dir())
    return same_file_system and not taken and os.access(root.parent, os.W_OK | os.X_OK)
