"""Reading linked files from outside of the cycles: whoever copies originals need not fetch from Immich what is here."""

import os
from collections.abc import AsyncGenerator, Sequence
from errno import ENOENT
from typing import BinaryIO

from .apply.context import Context
from .errors import EngineError
from .ledger.views import ContentView
from .listing import signature_of
from .model import Base, FileRow, FileStatus, Signature
from .scan import Root
from .xmp import MAX_BYTES

BLOCK = 1024 * 1024


class Originals:
    """The linked files of an account's folders, as they were when they were hashed.

    Nothing here raises but ``OSError``, before the first byte or amid them: then it is not to be had here.
    """

    def __init__(self, context: Context) -> None:
        """Read in the account's own threads."""
        self._context = context

    async def open(self, checksum: bytes) -> tuple[int, AsyncGenerator[bytes]] | None:
        """Return size and bytes of a file with this content, ``None`` where none is linked and unchanged.

        The bytes may be others all the same, if somebody writes just now: whoever reads them hashes them.
        """
        for row in await self._rows(checksum):
            file = await self._opened(row.folder_id, row.path, row.signature)
            if file is not None:
                file.close()
                return row.signature.size, self._blocks(row)
        return None

    async def sidecar(self, checksum: bytes) -> bytes | None:
        """Return the XMP file that lies beside such a file; ``None`` where there is none that can be read."""
        for row in await self._rows(checksum):
            try:
                view = await self._context.workers.ledger.run(self._context.ledger.sidecar_for, row.folder_id, row.path)
            except EngineError:
                return None
            if view is None or view.signature.size > MAX_BYTES:
                continue
            file = await self._opened(row.folder_id, view.path, view.signature)
            if file is not None:
                return await self._context.workers.disk.run(_all_of, file)
        return None

    async def linked(self, checksums: Sequence[bytes]) -> set[bytes]:
        """Return those of the contents that are linked."""
        try:
            bases = await self._context.workers.ledger.run(self._context.ledger.bases, checksums)
        except EngineError as err:
            raise OSError(err.code) from err
        return {one for one, base in bases.items() if base is Base.LINKED}

    async def _rows(self, checksum: bytes) -> list[FileRow]:
        try:
            view: ContentView | None = await self._context.workers.ledger.run(self._context.ledger.content, checksum)
        except EngineError:
            return []
        if view is None or view.base is not Base.LINKED:
            return []
        known = self._context.folders
        return [row for row in view.present if row.status is FileStatus.SETTLED and row.folder_id in known]

    async def _opened(self, folder_id: str, path: str, signature: Signature) -> BinaryIO | None:
        """Return the open file, never reached through a link, ``None`` where it looks otherwise or is not there."""
        settings = self._context.folders[folder_id].settings

        def opened() -> BinaryIO | None:
            with Root.open(settings.root, settings.marker_name) as root:
                file = os.fdopen(root.open_file(path), "rb", BLOCK)
            if signature_of(os.fstat(file.fileno())) == signature:
                return file
            file.close()
            return None

        try:
            return await self._context.workers.disk.run(opened)
        except EngineError, OSError:
            return None

    async def _blocks(self, row: FileRow) -> AsyncGenerator[bytes]:
        """Open the file when the first block is asked for: a generator that nobody begins closes nothing."""
        disk = self._context.workers.disk
        file = await self._opened(row.folder_id, row.path, row.signature)
        if file is None:
            raise FileNotFoundError(ENOENT, os.strerror(ENOENT))
        try:
            while block := await disk.run(file.read, BLOCK):
                yield block
        finally:
            file.close()


def _all_of(file: BinaryIO) -> bytes:
    with file:
        return file.read(MAX_BYTES)
