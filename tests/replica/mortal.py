"""A store in whose midst somebody pulls the plug."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import override

from custom_components.immich_syncthing.stores.model import Stored
from custom_components.immich_syncthing.stores.store import Store


class KilledError(BaseException):
    """The power went; nothing tidies up after that."""


class MortalStore(Store):
    """Passes everything on to ``inner``, and dies at the call with the number ``dies_at``, before or after its effect.

    A ``put`` that it dies in has sent half, of which the store shows nothing.
    """

    def __init__(self, inner: Store, dies_at: int, *, after: bool) -> None:
        super().__init__(inner.settings)
        self._inner = inner
        self._left = dies_at
        self._after = after

    def _die(self, *, after: bool) -> None:
        if not after:
            self._left -= 1
        if self._left < 0 and after is self._after:
            raise KilledError

    @override
    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        async def half() -> AsyncIterator[bytes]:
            async for chunk in chunks:
                yield chunk
                self._die(after=False)

        stored = await self._inner.put(key, half(), size)
        self._die(after=True)
        return stored

    @override
    async def put_small(self, key: str, data: bytes) -> None:
        self._die(after=False)
        await self._inner.put_small(key, data)
        self._die(after=True)

    @override
    async def head(self, key: str) -> Stored | None:
        return await self._inner.head(key)

    @override
    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        self._die(after=False)
        async for chunk in self._inner.read(key, offset=offset, end=end):
            yield chunk

    @override
    async def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
        async for page in self._inner.list(prefix, after):
            yield page

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        self._die(after=False)
        await self._inner.delete(keys)
        self._die(after=True)
