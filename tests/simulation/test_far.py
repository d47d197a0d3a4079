"""Lives from seeds whose vault lies in a store far away, beside a replica in another one; both fail as stores do."""

from collections.abc import Callable

import pytest

from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.replica.counting import Tally, Verdict
from custom_components.immich_syncthing.vault.model import LocalFile, VaultEntry, VaultOrigin
from custom_components.immich_syncthing.vault.object_vault import ObjectVault

from .minimise import as_text, minimise, promise
from .steps import Step
from .story import again, from_seed
from .world import Setup

BATCHES = 8
SEEDS_IN_BATCH = 8


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_promises_hold(batch: int, record_property: Callable[[str, object], None]) -> None:
    steps = cycles = faults = 0
    for seed in range(batch * SEEDS_IN_BATCH, (batch + 1) * SEEDS_IN_BATCH):
        told = from_seed(seed, far=True)
        steps, cycles, faults = steps + len(told.steps), cycles + told.cycles, faults + told.faults
        assert told.violation is None, as_text(seed, minimise(told))
    record_property("simulated", [SEEDS_IN_BATCH, steps, cycles, faults])


def test_a_story_told_from_its_list_is_the_same() -> None:
    told = from_seed(3, far=True)
    assert told.violation is None
    assert again(told.setup, told.steps).trace == told.trace


def test_a_vault_that_keeps_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation itself is put to the test."""

    async def forgetful(self: ObjectVault, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        return VaultEntry(origin, 0.0)

    monkeypatch.setattr(ObjectVault, "store_file", forgetful)
    found = next(told for seed in range(100) if (told := from_seed(seed, far=True)).violation is not None)
    assert promise(found) is not None
    assert "without a copy in the vault" in str(found.violation)


def test_a_vault_that_looks_at_sizes_only_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ObjectVault, "_is_whole", ObjectVault._has_size)  # noqa: SLF001 - its own flaw is put in
    steps = [
        *(Step("takes_photo", ("anna", f"Camera/IMG_{number}.jpg", number, 86_400.0)) for number in range(1, 6)),
        Step("comes_to_rest"),
        Step("web_trashes", ((1,),)),
        Step("comes_to_rest"),
        Step("web_restores", ((1,),)),
        Step("comes_to_rest"),
        Step("vault_rots", (1,)),
        Step("web_trashes", ((1,),)),
        Step("comes_to_rest"),
    ]
    setup = Setup({"camera": (Preset.MIRROR, ("anna",))}, far=True)
    assert "without a copy in the vault" in str(again(setup, steps).violation)


RETURNS = [
    Step("takes_photo", ("anna", "Camera/IMG_1.jpg", 1, 86_400.0)),
    Step("comes_to_rest"),
    Step("passes", (60.0,)),
    Step("web_uploads", (2,)),
    Step("dumps_database"),
    Step("web_purges", (1,)),
    Step("replicates"),
    Step("restores_database", (False,)),
    Step("replicates"),
]
"""A photo comes back with an older database, under a date that was passed long ago."""


@pytest.mark.parametrize("counts", [True, False])
def test_a_replica_that_goes_by_dates_alone_is_found(counts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def blind(self: Tally, *_: object) -> Verdict:
        return Verdict.FINE

    if not counts:
        monkeypatch.setattr(Tally, "compare", blind)
    told = again(Setup({"camera": (Preset.MIRROR, ("anna",))}, far=True), RETURNS)
    assert ("the replica says that only 0 fail" in str(told.violation)) is not counts
