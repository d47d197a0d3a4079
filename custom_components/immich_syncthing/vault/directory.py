"""The vault as a directory on disk, best on the folder's own file system: keeping a file is then a hard link.

::

    README.txt .nomedia
    objects/ab/<checksum>               the bytes, once per content
    entries/<checksum>/<when>-<n>.json  where they came from, once per deletion
    notes/<name>                        small texts about the folders; no photos
    incoming/                           being written; what a crash left goes at the next start
"""

import hashlib
import os
import secrets
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from .entries import Entries
from .errors import VaultMismatchError, VaultUnavailableError
from .model import Blocking, LocalFile, VaultContent, VaultEntry, VaultOrigin, VaultUsage
from .notes import LONGEST_NOTE, note_name
from .objects import IncomingObject, Objects
from .turns import turns_at
from .writing import BLOCK, claim, create_small, finished, in_blocks, remove, sync_directory, vault_errors

README = """\
Immich Syncthing vault: do not delete, do not change.

Every photo and video that Immich Syncthing deleted is kept here first, so that it can be restored.
objects/ holds the bytes, each file named by the SHA-1 of its content; entries/ says in JSON where each came from.
"""

CONTENTS_PAGE = 1000

_SUBDIRECTORIES = ("objects", "entries", "incoming", "notes")
_NAMES = frozenset({"README.txt", ".nomedia", "database", "probe", *_SUBDIRECTORIES})
"""What may be in it: backups of a database come along from a store, and a probe is left by a crash."""


class DirectoryVault:
    """A ``Vault`` in ``directory``. ``clock`` returns seconds since 1970.

    Only ``prepare`` makes the directory: if its disk goes away, all else raises ``VaultUnavailableError`` instead of
    filling the empty mount point. Two accounts may share one directory.
    """

    def __init__(self, directory: Path, blocking: Blocking, clock: Callable[[], float]) -> None:
        self.directory = directory
        self._blocking = blocking
        self._clock = clock
        self._objects = Objects(directory)
        self._entries = Entries(directory)
        self._turns = turns_at(directory)

    async def prepare(self, *, create: bool = True) -> None:
        """Make the directory ready and remove what a crash left in it.

        Without ``create`` a directory that is no vault yet is refused: its disk may not be mounted. A symlink, and a
        directory that holds anything else, always are. Raises ``VaultUnavailableError``, ``VaultFullError``.
        """
        await finished(self._blocking.run(self._prepare, create=create))

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep the file's bytes, as a hard link where possible; the source stays as it is.

        ``source.dir_fd`` is used by another thread until this returns; a cancelled call returns only after that.
        Raises ``VaultSourceError`` (cannot be read), ``VaultMismatchError`` (holds other bytes), ``VaultFullError``,
        ``VaultUnavailableError``; an object that was not here before is not here then.
        """
        async with self._turns.of(origin.checksum):
            return await finished(self._blocking.run(self._store_file, source, origin))

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep the bytes that ``chunks`` yields; it is not even started if the vault holds the content already.

        Raises what ``chunks`` raises, and as ``store_file``; nothing is kept then.
        """
        async with self._turns.of(origin.checksum):
            if not await finished(self._blocking.run(self._relied_on, origin)):
                await self._receive(chunks, origin)
            return await finished(self._blocking.run(self._add_entry, origin))

    async def find(self, checksum: bytes, *, relying: bool = True) -> VaultEntry | None:
        """Return the newest entry for this content, if its object has the size that the entry says.

        ``relying``: and if its bytes, hashed just now, have the checksum. It answers where to restore from. Whether a
        file may go is for ``store_file`` and ``store_stream`` to say: only they see to it that nobody else can write to
        the object. Raises ``VaultUnavailableError``.
        """
        return await finished(self._blocking.run(self._find, checksum, relying))

    async def read(self, checksum: bytes, *, offset: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content, or a part of it, in blocks of at most 1 MiB.

        In the end it raises ``VaultMismatchError`` if the whole was something else. Raises ``NotInVaultError``,
        ``VaultUnavailableError``.
        """
        whole = offset == 0 and end is None
        reader = await finished(self._blocking.run(self._open, checksum, offset, end))
        try:
            while block := await finished(self._blocking.run(self._next_block, reader)):
                yield block
        finally:
            await finished(self._blocking.run(reader.close))
        if whole and reader.checksum != checksum:
            raise VaultMismatchError(checksum.hex())

    async def read_note(self, name: str) -> bytes | None:
        """Return a note of this name (letters, digits, ``.-_``) or ``None``. Raises ``VaultUnavailableError``."""
        return await finished(self._blocking.run(self._read_note, name))

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note, in place of an older one. Raises ``VaultFullError``, ``VaultUnavailableError``."""
        await finished(self._blocking.run(self._write_note, name, text))

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer; that there is none is fine. Raises ``VaultUnavailableError``."""
        await finished(self._blocking.run(self._remove_note, name))

    async def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        """Yield all entries, or those of one folder, in pages of at most ``page``. Raises ``VaultUnavailableError``."""
        wanted = (entry for entry in self._entries.all(after) if folder_id in {None, entry.origin.folder_id})
        while found := await finished(self._blocking.run(self._next_page, wanted, page)):
            yield found

    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of one content, oldest first. Raises ``VaultUnavailableError``."""
        return await finished(self._blocking.run(self._entries_of, checksum))

    async def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        """Yield pages of what is here, by checksum. Raises ``VaultUnavailableError``."""
        wanted = self._contents()
        while found := await finished(self._blocking.run(self._next_page, wanted, CONTENTS_PAGE)):
            yield found

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep this content no longer; return the bytes that it took. Raises ``VaultUnavailableError``."""
        async with self._turns.of(checksum):
            return await finished(self._blocking.run(self._remove, checksum, before))

    async def usage(self) -> VaultUsage:
        """Count what is here. Raises ``VaultUnavailableError``."""
        return await finished(self._blocking.run(self._usage))

    # --- blocking ----------------------------------------------------------------------------------------------

    def _prepare(self, *, create: bool) -> None:
        with vault_errors(self.directory):
            if create:
                self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not stat.S_ISDIR(self.directory.lstat().st_mode):
                detail = f"{self.directory}: not a directory"
                raise VaultUnavailableError(detail)
            self._require_ours(create=create)
            with suppress(PermissionError):
                self.directory.chmod(0o700)
            for name in _SUBDIRECTORIES:
                (self.directory / name).mkdir(mode=0o700, exist_ok=True)
            self._remove_leftovers()
            self._write("README.txt", README.encode())
            self._write(".nomedia", b"")
            sync_directory(self.directory)
            sync_directory(self.directory.parent)

    def _require_ours(self, *, create: bool) -> None:
        names = {path.name for path in self.directory.iterdir()}
        if strangers := names - _NAMES:
            detail = f"{self.directory}: holds other things, e.g. {min(strangers)}"
            raise VaultUnavailableError(detail)
        if not create and "objects" not in names:
            detail = f"{self.directory}: no vault is here; is the disk mounted?"
            raise VaultUnavailableError(detail)

    def _remove_leftovers(self) -> None:
        for path in (self.directory / "incoming").iterdir():
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if claim(fd):
                    path.unlink()
            finally:
                os.close(fd)

    def _write(self, name: str, text: bytes) -> None:
        """Write a small file anew: this is also how it shows that the vault can be written to."""
        temporary = self.directory / "incoming" / f"{name}.tmp"
        remove(temporary)
        create_small(temporary, text)
        temporary.replace(self.directory / name)

    def _store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        with vault_errors(self.directory):
            self._objects.keep(source, origin.checksum, origin.size)
        return self._add_entry(origin)

    def _relied_on(self, origin: VaultOrigin) -> bool:
        with vault_errors(self.directory):
            return self._objects.relied_on(origin.checksum, origin.size)

    async def _receive(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> None:
        incoming = self._objects.new()
        try:
            async for block in in_blocks(chunks):
                await finished(self._blocking.run(self._append, incoming, block))
            await finished(self._blocking.run(self._publish, incoming, origin))
        finally:
            await finished(self._blocking.run(incoming.abandon))

    def _append(self, incoming: IncomingObject, block: bytes) -> None:
        with vault_errors(self.directory):
            incoming.append(block)

    def _publish(self, incoming: IncomingObject, origin: VaultOrigin) -> None:
        with vault_errors(self.directory):
            incoming.publish(origin.checksum, origin.size)

    def _add_entry(self, origin: VaultOrigin) -> VaultEntry:
        entry = VaultEntry(origin, self._clock())
        with vault_errors(self.directory):
            self._entries.add(entry)
        return entry

    def _find(self, checksum: bytes, relying: bool) -> VaultEntry | None:
        with vault_errors(self.directory):
            self._require_here()
            entry = self._entries.newest(checksum)
            if entry is None or self._objects.size(checksum) != entry.origin.size:
                return None
            return entry if not relying or self._objects.is_whole(checksum, entry.origin.size) else None

    def _remove(self, checksum: bytes, before: float | None) -> int:
        with vault_errors(self.directory):
            self._require_here()
            if before is not None and (
                any(time >= before for time in self._entries.times(checksum)) or not self._entries.are_read(checksum)
            ):
                return 0
            # The object first: what is cut off here is begun again by whoever finds the entries.
            size = self._objects.remove(checksum)
            self._entries.remove(checksum)
            return size

    def _usage(self) -> VaultUsage:
        with vault_errors(self.directory):
            self._require_here()
            count, total = 0, 0
            for size in self._objects.sizes():
                count, total = count + 1, total + size
            return VaultUsage(count, total, self._entries.oldest())

    def _open(self, checksum: bytes, offset: int, end: int | None) -> _Reader:
        with vault_errors(self.directory):
            self._require_here()
            return _Reader(self._objects.open(checksum), offset, end)

    def _next_block(self, reader: _Reader) -> bytes:
        with vault_errors(self.directory):
            return reader.read()

    def _read_note(self, name: str) -> bytes | None:
        with vault_errors(self.directory):
            self._require_here()
            try:
                fd = os.open(self._note(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            except FileNotFoundError:
                return None
            with os.fdopen(fd, "rb") as file:
                return file.read(LONGEST_NOTE)

    def _write_note(self, name: str, text: bytes) -> None:
        path = self._note(name)
        with vault_errors(self.directory):
            self._require_here()
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = self.directory / "incoming" / f"{name}-{secrets.token_hex(8)}"
            try:
                create_small(temporary, text)
                temporary.replace(path)
            except OSError:
                remove(temporary)
                raise
            sync_directory(path.parent)

    def _remove_note(self, name: str) -> None:
        path = self._note(name)
        with vault_errors(self.directory):
            self._require_here()
            with suppress(FileNotFoundError):
                path.unlink()
                sync_directory(path.parent)

    def _note(self, name: str) -> Path:
        return self.directory / "notes" / note_name(name)

    def _entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        with vault_errors(self.directory):
            self._require_here()
            return self._entries.of(checksum)

    def _contents(self) -> Iterator[VaultContent]:
        for checksum, oldest, newest in self._entries.spans():
            size = self._objects.size(checksum)
            if size is not None:
                yield VaultContent(checksum, size, oldest, newest)

    def _next_page[T](self, wanted: Iterator[T], page: int) -> tuple[T, ...]:
        with vault_errors(self.directory):
            return tuple(islice(wanted, page))

    def _require_here(self) -> None:
        """Raise ``OSError`` if there is no vault: an absent one must not look like an empty one."""
        (self.directory / "objects").stat()


class _Reader:
    """Reads an object once, from ``offset`` up to ``end`` or to its own end, hashing that. It owns ``fd``."""

    def __init__(self, fd: int, offset: int, end: int | None) -> None:
        self._fd = fd
        self._offset = offset
        self._end = end
        self._digest = hashlib.sha1(usedforsecurity=False)

    @property
    def checksum(self) -> bytes:
        return self._digest.digest()

    def read(self) -> bytes:
        wanted = BLOCK if self._end is None else max(0, min(BLOCK, self._end - self._offset))
        block = os.pread(self._fd, wanted, self._offset)
        self._offset += len(block)
        self._digest.update(block)
        return block

    def close(self) -> None:
        os.close(self._fd)
