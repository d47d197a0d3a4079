"""A fault that nobody thought of, in the midst of a migration."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing import migration_coordinator

from .household import Household
from .migrating import complete, migrate, places
from .vaulting import delete_in_immich, read


async def test_it_is_said_and_tried_again(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(migration_coordinator, "FIRST_REST_SECONDS", 0.1)
    monkeypatch.setattr(migration_coordinator, "MOST_REST_SECONDS", 0.1)
    disk = household.photos.parent / "disk"
    disk.mkdir()
    await household.set_up(preset="mirror")
    await household.notice()
    deleted = await delete_in_immich(household, "IMG_1.jpg")
    before, _ = places(household)
    migration = household.runtime.migrations["vault"]
    still = migration.movable.still

    def faulty() -> Any:
        monkeypatch.setattr(migration.movable, "still", still)
        message = "nobody thought of this"
        raise RuntimeError(message)

    monkeypatch.setattr(migration.movable, "still", faulty)
    problems: list[str] = []
    migration.async_add_listener(lambda: problems.append(migration.data.problem.code if migration.data.problem else ""))
    await migrate(hass, kind="directory", directory=str(disk))
    await household.becomes(lambda: places(household)[1] == [before])
    await complete(household)

    assert "store_error" in problems
    assert "nobody thought of this" in caplog.text
    assert await read(household, deleted) == deleted
