"""Where a folder's mark stands: under its ``.stfolder``, which Syncthing never syncs, or else in the vault.

The mark is one line of JSON, ``{"instance": "…", "generation": 12}``, at ``.stfolder/immich_syncthing/fence.json``,
with ``"freed": true`` where photos have left the folder to free space. It is replaced in one step: written beside,
brought to stable storage, renamed. Where ``.stfolder`` is no directory (a marker of another name, or one that is a
file) or cannot be written to, the vault takes it as a note instead; once ``.stfolder`` takes it again, the vault's note
is removed. Until then the newer of both counts.
"""

import contextlib
import hashlib
import json
import os
import stat

from ..vault.errors import VaultError
from ..vault.model import Vault
from .errors import EngineError, NoFenceError
from .fence import Damaged, Found, Mark, Unreadable, foremost
from .placing import disk_errors, give_to_owner_of, make_directory, open_directory, sync_names
from .quarantine import INTERNAL, OURS
from .scan import Root
from .settings import FolderSettings
from .workers import Workers

_NAME = "fence.json"
_DRAFT = "fence.json.new"
_LONGEST = 1024
"""Bytes of a mark; whatever is longer is none."""

_LARGEST = 2**62
"""The largest generation that is believed; SQLite keeps it, and a bump of it too."""


class FenceFile:
    """The mark of one folder, in its folder or in the vault."""

    def __init__(self, folder: FolderSettings, vault: Vault, workers: Workers) -> None:
        """Keep the mark of ``folder``."""
        self._folder = folder
        self._vault = vault
        self._workers = workers
        self._note = f"fence-{hashlib.sha256(folder.id.encode()).hexdigest()[:32]}"
        self._in_vault: bool | None = None

    async def read(self) -> Found:
        """Return what stands there. Raises ``EngineError`` where the folder's root cannot be trusted.

        The vault is looked into once, and then only as long as its note may count.
        """
        here = await self._workers.disk.run(self._read)
        if isinstance(here, Mark) and self._in_vault is False:
            return here
        try:
            text = await self._vault.read_note(self._note)
        except VaultError as error:
            return foremost(here, Unreadable(error.detail))
        self._in_vault = text is not None
        return foremost(here, None if text is None else parse(text))

    async def write(self, mark: Mark) -> None:
        """Bring a mark to stable storage.

        Raises:
            NoFenceError: neither the folder nor the vault takes it.
        """
        try:
            await self._workers.disk.run(self._write, render(mark))
        except EngineError as refused:
            try:
                await self._vault.write_note(self._note, render(mark))
            except VaultError as error:
                raise NoFenceError(refused.detail) from error
            self._in_vault = True
            return
        if self._in_vault is not False:
            # If this fails, what is left behind there is older, and so harmless.
            with contextlib.suppress(VaultError):
                await self._vault.remove_note(self._note)
                self._in_vault = False

    # --- blocking ----------------------------------------------------------------------------------------------

    def _read(self) -> Found:
        with Root.open(self._folder.root, self._folder.marker_name) as root:
            try:
                with root.open_parent(f"{INTERNAL}/{OURS}/{_NAME}") as (place, _):
                    return _read_at(place)
            except FileNotFoundError, NotADirectoryError:
                return None
            except OSError as error:
                return Unreadable(error.strerror or type(error).__name__)

    def _write(self, text: bytes) -> None:
        with (
            disk_errors(INTERNAL),
            Root.open(self._folder.root, self._folder.marker_name) as root,
            root.open_parent(f"{INTERNAL}/{OURS}") as (marker, _),
        ):
            with contextlib.suppress(FileExistsError):
                make_directory(marker, OURS)
            place = open_directory(marker, OURS)
            try:
                _replace_at(place, text)
            finally:
                os.close(place)


def render(mark: Mark) -> bytes:
    """Return a mark as it is written."""
    told: dict[str, str | int] = {"instance": mark.instance, "generation": mark.generation}
    return json.dumps(told | ({"freed": True} if mark.freed else {})).encode() + b"\n"


def parse(text: bytes) -> Mark | Damaged:
    """Return the mark that is written, or that there is none to be read."""
    try:
        told = json.loads(text) if len(text) <= _LONGEST else None
    except ValueError:
        return Damaged()
    match told:
        case {"instance": str(instance), "generation": int(generation), **more} if (
            not isinstance(generation, bool) and 0 < generation <= _LARGEST
        ):
            return Mark(instance, generation, more.get("freed") is True)
        case _:
            return Damaged()


def _replace_at(place: int, text: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(_DRAFT, dir_fd=place)
    fd = os.open(_DRAFT, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=place)
    try:
        give_to_owner_of(place, fd)
        os.write(fd, text)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.rename(_DRAFT, _NAME, src_dir_fd=place, dst_dir_fd=place)
    sync_names(place)


def _read_at(place: int) -> Mark | Damaged:
    """Read the mark in an open directory. What is no regular file is no mark, and is never opened."""
    if not stat.S_ISREG(os.stat(_NAME, dir_fd=place, follow_symlinks=False).st_mode):
        return Damaged()
    fd = os.open(_NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
    with os.fdopen(fd, "rb") as file:
        return parse(file.read(_LONGEST + 1))
