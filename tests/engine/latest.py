"""An account that lives with the latest Immich only, for stories that go the same way with any."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .living import Life, living


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as one:
        yield one
