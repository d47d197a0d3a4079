"""Which directory may be a folder's root. Everything that takes a path here blocks: call it off the event loop."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from homeassistant.core import HomeAssistant

from .const import CONF_EARLIER_STORES, CONF_STORE, DOMAIN, SUBENTRY_ALBUM_FOLDER, SUBENTRY_FOLDER, SUBENTRY_REPLICA
from .errors import (
    RootAmongCopiesError,
    RootClosedError,
    RootInConfigurationError,
    RootNotAbsoluteError,
    RootNotAllowedError,
    RootNotDirectoryError,
    RootNotFoundError,
    RootReadOnlyError,
    RootTakenError,
    RootUnmarkedError,
)
from .mounts import Mounts
from .store_choice import CONF_KIND
from .stores.settings import StoreKind
from .vault_choice import all_vaults

ALWAYS_ALLOWED = (Path("/share"), Path("/media"))
"""Where Home Assistant OS puts what its apps share with each other."""


@dataclass(frozen=True, slots=True)
class TakenRoot:
    """The root of a folder that is already set up, or the directory of a vault or a replica."""

    title: str
    path: Path


@dataclass(frozen=True, slots=True)
class RootRules:
    """Where roots may lie, as Home Assistant is configured now. ``media`` directories are part of ``allowed``.

    ``vaults`` and ``replicas``: where such are, or were.
    """

    configuration: Path
    media: tuple[Path, ...]
    allowed: tuple[Path, ...]
    taken: tuple[TakenRoot, ...]
    vaults: tuple[TakenRoot, ...] = ()
    replicas: tuple[TakenRoot, ...] = ()

    @classmethod
    def of(cls, hass: HomeAssistant, *, without: str | None = None) -> RootRules:
        """Return the rules of this Home Assistant; the folder with the subentry id ``without`` takes no root."""
        media = tuple(Path(path) for path in hass.config.media_dirs.values())
        listed = tuple(Path(path) for path in hass.config.allowlist_external_dirs)
        taken = tuple(
            TakenRoot(subentry.title, Path(subentry.data["path"]))
            for entry in hass.config_entries.async_entries(DOMAIN)
            for subentry in entry.subentries.values()
            if subentry.subentry_type in {SUBENTRY_FOLDER, SUBENTRY_ALBUM_FOLDER} and subentry.subentry_id != without
        )
        # Home Assistant lists a directory of its own web pages by itself, which is no place for photos.
        own = Path(hass.config.config_dir)
        outside = (path for path in sorted(listed) if not path.is_relative_to(own))
        allowed = tuple(dict.fromkeys((*ALWAYS_ALLOWED, *media, *outside)))
        return cls(own, media, allowed, taken, tuple(_vaults(hass)), tuple(_replicas(hass)))


def check_root(text: str, rules: RootRules, *, marker_name: str, writes: bool) -> Path:
    """Return the real path of the directory that ``text`` names, if it may be the root of a folder.

    ``writes``: whether files will be deleted or brought back in it.

    Raises:
        RootError: the directory cannot be used; each subclass is one reason.
    """
    root = _real_directory(text)
    _check_place(root, rules)
    if (copies := overlapping(root, (*rules.vaults, *rules.replicas))) is not None:
        raise RootAmongCopiesError(str(copies.path))
    if not os.access(root, os.R_OK | os.X_OK):
        raise RootClosedError(str(root))
    if not os.path.lexists(root / marker_name):
        raise RootUnmarkedError(marker_name)
    if writes and not is_writable(root):
        raise RootReadOnlyError(str(root))
    return root


def check_store_directory(text: str, rules: RootRules) -> Path:
    """Return the real path of the directory that ``text`` names, if copies may be kept in it.

    Raises:
        RootError: the directory cannot be used; each subclass is one reason.
    """
    directory = _real_directory(text)
    _check_place(directory, rules)
    if not os.access(directory, os.R_OK | os.X_OK):
        raise RootClosedError(str(directory))
    if not is_writable(directory):
        raise RootReadOnlyError(str(directory))
    return directory


def overlapping(root: Path, others: Iterable[TakenRoot]) -> TakenRoot | None:
    """Return the first that is, holds or lies in ``root``, whatever mounts or links it is reached through."""
    real, mounts = root.resolve(), Mounts.now()
    return next((one for one in others if _overlap(real, one.path, mounts)), None)


def _overlap(root: Path, other: Path, mounts: Mounts) -> bool:
    return inside(root, other) or inside(other, root) or (other.exists() and mounts.nested(root, other.resolve()))


def is_writable(root: Path) -> bool:
    """Return whether entries can be made and removed. For root, ``access`` overlooks a read-only mount."""
    return os.access(root, os.W_OK | os.X_OK) and not os.statvfs(root).f_flag & os.ST_RDONLY


def _vaults(hass: HomeAssistant) -> Iterator[TakenRoot]:
    for title, one in all_vaults(hass):
        if one[CONF_KIND] == StoreKind.DIRECTORY:
            yield TakenRoot(title, Path(one["directory"]))


def _replicas(hass: HomeAssistant) -> Iterator[TakenRoot]:
    for entry in hass.config_entries.async_entries(DOMAIN):
        for subentry in entry.get_subentries_of_type(SUBENTRY_REPLICA):
            for one in (subentry.data[CONF_STORE], *subentry.data.get(CONF_EARLIER_STORES, ())):
                if one[CONF_KIND] == StoreKind.DIRECTORY:
                    yield TakenRoot(subentry.title, Path(one["directory"]))


def _check_place(directory: Path, rules: RootRules) -> None:
    if not any(inside(directory, allowed) for allowed in rules.allowed):
        raise RootNotAllowedError(", ".join(str(path) for path in rules.allowed))
    if _touches_configuration(directory, rules):
        raise RootInConfigurationError(str(rules.configuration))
    if (taken := overlapping(directory, rules.taken)) is not None:
        raise RootTakenError(taken.title)


def _real_directory(text: str) -> Path:
    path = Path(text.strip())
    if not path.is_absolute() or "\x00" in text:
        raise RootNotAbsoluteError(text)
    try:
        root = path.resolve(strict=True)
    except PermissionError:
        raise RootClosedError(str(path)) from None
    except OSError, RuntimeError:
        raise RootNotFoundError(str(path)) from None
    if not root.is_dir():
        raise RootNotDirectoryError(str(path))
    return root


def _touches_configuration(root: Path, rules: RootRules) -> bool:
    """Return whether the root is, holds or lies in the configuration; media directories in it are no secret."""
    if inside(rules.configuration, root):
        return True
    return inside(root, rules.configuration) and not any(inside(root, media) for media in rules.media)


def inside(path: Path, directory: Path) -> bool:
    """Return whether ``path`` is ``directory`` or lies below it, whatever mounts or links they are reached through."""
    identity = _identity(directory)
    if identity is None:
        # One that is not mounted now still owns its place: then only the names can be compared.
        return path.is_relative_to(directory)
    return any(_identity(ancestor) == identity for ancestor in _with_ancestors(path))


def _with_ancestors(path: Path) -> Iterator[Path]:
    real = path.resolve()
    yield real
    yield from real.parents


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode, equal for two names of one directory; ``None`` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
