"""What rules gave a photo is in the history, one line for each photo, as it was and when it was."""

import json
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger.views import Given, HistoryEntry, HistoryFilter, Told
from tests.servers.immich import FaultKind

from .living import Life, living
from .rule_life import ROOF, SITES, at_rest, named, with_rules
from .test_sorting_fails import refuse

pytestmark = pytest.mark.usefixtures("socket_enabled")

NAME = Path(ROOF).name


async def lines(life: Life) -> list[HistoryEntry]:
    """What the history tells of rules, oldest first."""
    return [one.entry for one in await life.account.history(wanted=HistoryFilter(action="sort"))][::-1]


async def test_each_photo_has_a_line_with_what_it_was_given(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES, {"id": "f", "path": "*/*/*", "favorite": True, "rating": 4})
        heard: list[Told] = []
        life.account.add_history_listener(heard.append)
        content = life.phone_adds(ROOF)
        life.phone_adds("cat.jpg")
        await at_rest(life)
        [line] = await lines(life)
        assert (line.path, line.folder_id, line.asset_id) == (ROOF, life.camera_id, named(life, NAME).id)
        assert (line.why, line.origin, line.result) == ("rules", "folder", "done")
        assert line.given == Given(
            ("album", "tags", "favorite", "rating"), albums=("Site North",), tags=("Sites/North/Roof", "By/Ana")
        )
        assert [one.view.entry for one in heard if one.view.entry.action == "sort"] == [line]
        assert life.in_immich() >= {content}
        await life.restart()
        await at_rest(life)
        assert len(await lines(life)) == 1


async def test_a_move_tells_which_album_a_photo_left(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        life.phone_renames(ROOF, f"South/Roof/{NAME}")
        await at_rest(life)
        assert (await lines(life))[-1].given == Given(("album",), albums=("Site South",), left=("Site North",))
        life.phone_renames(f"South/Roof/{NAME}", NAME)
        await at_rest(life)
        assert (await lines(life))[-1].given == Given(("album",), left=("Site South",))


async def test_only_what_worked_is_told_and_the_rest_once_it_does(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        refuse(life, FaultKind.STATUS, "PUT", r"/tags$", status=500)
        life.phone_adds(ROOF)
        await at_rest(life)
        assert [line.given for line in await lines(life)] == [Given(("album",), albums=("Site North",))]
        life.server.server.faults.rules.clear()
        life.clock.skip(3600)
        await at_rest(life)
        assert [line.given for line in await lines(life)][1:] == [Given(("tags",), tags=("Sites/North/Roof", "By/Ana"))]


async def test_the_export_has_it_as_lists(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "album": "Ünter"})
        life.phone_adds("a.jpg")
        await at_rest(life)
        assert await life.account.export_history(tmp_path / "history.jsonl") == 2
        uploaded, told = map(json.loads, (tmp_path / "history.jsonl").read_text(encoding="utf-8").splitlines())
        assert "given" not in uploaded
        assert told["given"] == {"effects": ["album"], "albums": ["Ünter"], "left": [], "tags": []}
