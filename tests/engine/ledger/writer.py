"""A process that writes until it is killed."""

from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base

from .stories import PHONE, entry, look, row, sha


def write_for_ever(place: Path, written: Connection) -> None:
    """Do step after step, and tell of each one once its method has returned."""
    ledger = Ledger.open(place)
    for step in steps(ledger):
        written.send(step)


def steps(ledger: Ledger) -> Iterator[int]:
    """Bring pairs of photos in, each in three steps: seen, hashed, linked; go on where the ledger stands."""
    number = done(ledger)
    while True:
        pair = [f"{number // 3:06}/{half}.jpg" for half in ("left", "right")]
        match number % 3:
            case 0:
                ledger.apply_observation(PHONE, [row(path) for path in pair], [], 1.0)
            case 1:
                ledger.set_hashes(PHONE, [(path, look(), sha(path)) for path in pair], 1.0)
            case _:
                with ledger.together():
                    fact = AssetFact(AssetState.ACTIVE, "asset")
                    ledger.set_assets([(sha(path), fact) for path in pair], 1.0)
                    for path in pair:
                        ledger.record(sha(path), Base.LINKED, "asset", 1.0, action=entry(path=path))
        number += 1
        yield number


def done(ledger: Ledger) -> int:
    """Return how many steps the ledger holds, each of them whole."""
    counts = ledger.counts(PHONE)
    seen, hashed, linked = counts.files, counts.files - counts.unresolved, counts.linked
    told = len(ledger.history(1_000_000))
    assert [seen % 2, hashed % 2, linked % 2] == [0, 0, 0]
    assert told == linked == ledger.linked_assets()
    assert len(ledger.checksums(None, 1_000_000)) == hashed
    return (seen + hashed + linked) // 2
