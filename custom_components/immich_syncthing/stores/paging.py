"""Things that come in pages, one by one, and the other way round. Whatever is not read to its end is closed here."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager


@asynccontextmanager
async def closed[T](found: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Close what was not read to its end, here and not when the garbage is collected."""
    try:
        yield found
    finally:
        if isinstance(found, AsyncGenerator):
            await found.aclose()


async def one_by_one[T](pages: AsyncIterator[Sequence[T]]) -> AsyncGenerator[T]:
    """Yield what is on ``pages``."""
    async with closed(pages):
        async for page in pages:
            for one in page:
                yield one


async def in_pages[T](found: AsyncIterator[T], size: int) -> AsyncGenerator[tuple[T, ...]]:
    """Yield what ``found`` yields, ``size`` at a time; the last page has what is left, if anything."""
    page: list[T] = []
    async with closed(found):
        async for one in found:
            page.append(one)
            if len(page) == size:
                yield tuple(page)
                page.clear()
    if page:
        yield tuple(page)
