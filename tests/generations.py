"""The stand-in for Immich in both generations, as fixtures."""

from collections.abc import AsyncIterator

import pytest

from tests.servers.immich import ImmichStandIn


@pytest.fixture
async def v2() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn("2.7.5") as server:
        yield server


@pytest.fixture
async def v3() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn("3.2.2") as server:
        yield server


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ImmichStandIn]:
    """Both, one after the other."""
    async with ImmichStandIn(request.param) as server:
        yield server
