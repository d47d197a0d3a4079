"""A bucket of another server, and the line to it, which a story can cut: fixtures for the modules that import them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.servers.s3 import S3Kind, S3Server, serving
from tests.servers.troubled_line import Line, troubled_line

__all__ = ["bucket", "line", "server"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with serving(S3Kind.MOTO, tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture(scope="module")
def bucket(server: S3Server) -> str:
    return server.new_bucket()


@pytest.fixture(scope="module")
async def line(server: S3Server) -> AsyncIterator[Line]:
    """The line to that server."""
    async with troubled_line(server.url) as line:
        yield line
