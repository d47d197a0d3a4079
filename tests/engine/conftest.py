"""Fixtures of the engine's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.mounts import mounted, read_only, small_disk

from .living import Life, living

__all__ = ["life", "mounted", "read_only", "small_disk"]


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def life(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Life]:
    """Return an account that lives with an Immich of either version."""
    async with living(tmp_path, version=request.param) as one:
        yield one
