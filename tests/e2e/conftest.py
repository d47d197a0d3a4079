"""The stage that all tests of a cast share: Home Assistant is started once for each."""

from collections.abc import AsyncIterator

import pytest

from .browser import Browser, browser
from .cast import NEW, Cast
from .photos import photo
from .stage import Stage

ROLL = range(40)
"""What the phone has before any story: enough that the guard lets single deletions pass."""


@pytest.fixture(scope="session", params=[NEW], ids=str)
async def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Everything runs, all sides agree, and afterwards Home Assistant's log is looked through."""
    cast: Cast = request.param
    root = tmp_path_factory.mktemp("stage")
    async with Stage(root, syncthing=cast.syncthing, immich=cast.immich, debug=True) as stage:
        await stage.phone_takes_photos({f"Before/IMG_{number}.jpg": photo(10_000 + number) for number in ROLL})
        await stage.agree()
        yield stage
        await stage.agree()
    assert stage.complaints() == []


@pytest.fixture(autouse=True)
async def _faults_end_with_their_test(stage: Stage) -> AsyncIterator[None]:
    yield
    await stage.immich.do("clear_faults")


@pytest.fixture
async def tab(stage: Stage) -> AsyncIterator[Browser]:
    """A tab of a browser; whatever it looked at, its console had nothing to complain of."""
    await stage.agree()
    async with browser(stage.home) as one:
        yield one
    assert one.console == []
