"""Makes the sample of the newest ledger version: a ledger in use, as SQLite dumps it.

Run ``python -m tests.engine.ledger.sample`` whenever the schema of a version that no owner has yet changes. A released
version's sample is never made anew: it is what owners have.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.schema import APPLICATION_ID, MIGRATIONS
from custom_components.immich_syncthing.engine.ledger.sortings import PlacedAlbum, SortingDone
from custom_components.immich_syncthing.engine.ledger.stackings import WantedStack
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, Departure, HoldKind

from .stories import CAT, PHONE, TABLET, entry, linked, photo, row, settle, sha

VERSIONS = Path(__file__).parent / "versions"

DOG, FOX, OWL = sha("dog"), sha("fox"), sha("owl")


def live(ledger: Ledger) -> None:
    """Let something of everything happen: linked, edited, removed, asked, failed, counted, begun."""
    ledger.set("user_id", "someone")
    for folder in (PHONE, TABLET):
        ledger.add_folder(folder, f"/media/{folder.removeprefix('folder-')}", 0.0)
    ledger.set_root_device(PHONE, 66)
    ledger.set_sorting([PHONE, TABLET])
    linked(ledger, "DCIM/cat.jpg", CAT)
    linked(ledger, "DCIM/dog.jpg", DOG)
    ledger.apply_observation(PHONE, [row("DCIM/new\n😀.jpg")], [("DCIM/dog.jpg", Departure.ABSENT)], 2.0)
    ledger.count_applied("asset", (PHONE,), DOG, False, 3.0, {(PHONE, "DCIM")})
    ledger.record(DOG, Base.REMOVED, "asset-dog", 3.0)
    settle(ledger, [DOG])
    linked(ledger, "owl.jpg", OWL, folder=TABLET)
    linked(ledger, "fox.jpg", FOX, folder=TABLET)
    photo(ledger, "fox.jpg", sha("fox, edited"), folder=TABLET, mtime=2)
    ledger.record(FOX, Base.REMOVED, "asset-fox", 3.0, replaced_by=sha("fox, edited"))
    ledger.add_history(entry(path="DCIM/cat.jpg"), 2.0)
    ledger.add_history(entry("trash", "DCIM/dog.jpg"), 3.0)
    ledger.set_assets([(OWL, AssetFact(AssetState.ACTIVE, "asset-owl", updated_ms=1_700_000_000_000))], 4.0)
    ledger.set_rule_album("Birds", "album-birds")
    photo_of_an_owl, *_ = ledger.to_sort(TABLET, 4.0, 10)
    ledger.end_stacks({WantedStack("asset-owl", ((OWL, "asset-owl"),)): "stack-owls"})
    ledger.note_sorted([SortingDone(photo_of_an_owl, 1, (PlacedAlbum("rule", "Birds", "album-birds"),))], 4.0)
    ledger.set_assets([(OWL, AssetFact(AssetState.GONE))], 4.0)
    ledger.ask([(HoldKind.VANISHED, (TABLET,), OWL)], 4.0)
    ledger.fail(OWL, 5.0, 50.0, "server_error", False)
    ledger.let_go(OWL, [PHONE])
    ledger.open_intent(IntentKind.DELETE, CAT, PHONE, {"path": "DCIM/cat.jpg"}, 5.0)


def main() -> None:
    """Write the sample of the newest version."""
    with tempfile.TemporaryDirectory() as home:
        place = Path(home, "ledger.sqlite")
        ledger = Ledger.open(place)
        live(ledger)
        ledger.close()
        with closing(sqlite3.connect(place)) as connection:
            lines = [
                f"-- A ledger of version {len(MIGRATIONS)} in use, as SQLite dumps it; see ../sample.py.",
                f"PRAGMA application_id = {APPLICATION_ID};",
                f"PRAGMA user_version = {len(MIGRATIONS)};",
                *connection.iterdump(),
            ]
    (VERSIONS / f"{len(MIGRATIONS)}.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
