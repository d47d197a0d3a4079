"""The story of field photos: they arrive from a building site, and one rule files them by site, stage and installer."""

import sqlite3
import time
from contextlib import closing

from tests.e2e.photos import photo
from tests.e2e.sides import sha1
from tests.e2e.stage import DOMAIN, FOLDER_FLOW, PERMISSIONS, Json, Stage

from .story import Ending
from .terminal import Terminal

RULE: dict[str, Json] = {"name": "Field photos", "path": "*/*/*_*_*"}
EFFECTS: dict[str, Json] = {
    "album": "Site {1}",
    "tags": ["Sites/{1}/{2}", "Installers/{4}"],
    "favorite": False,
    "archive": False,
    "has_location": False,
}
"""What ``docs/rules.md`` explains."""

WORK = (
    ("Harbour 12", "Roof", "Ada"),
    ("Harbour 12", "Roof", "Bob"),
    ("Harbour 12", "Cabling", "Bob"),
    ("Mill Lane 3", "Roof", "Ada"),
    ("Mill Lane 3", "Meter", "Ada"),
)
"""Site, stage and installer of each photo."""


FREED = range(3)
"""The oldest ones, which leave the phone."""


def field_path(number: int) -> str:
    """Return where the installers' app saves photo ``number``."""
    site, stage, installer = WORK[number]
    return f"{site}/{stage}/2026-06-01_{installer}_{number:04}.jpg"


async def tell_of_the_field(stage: Stage, terminal: Terminal, ending: Ending | None) -> None:
    """Play the story on ``stage``, then ``ending``. Raises whatever went wrong; all processes end in any case."""
    terminal.title("Field photos that file themselves")
    terminal.tell("Home", "starting Home Assistant, a Syncthing at home, one on the phone, and Immich's stand-in …")
    async with stage:
        stage.key = await stage.new_key([*PERMISSIONS, "tag.read"])  # the last one is for the search by tags
        await stage.set_up()
        terminal.tell("Home", "the integration is set up in its forms: Immich → Syncthing → folder")
        await _old_photos_are_there(stage, terminal)
        await _a_rule_is_made(stage, terminal)
        await _what_is_there_is_filed(stage, terminal)
        await _what_arrives_is_filed(stage, terminal)
        await _they_are_found(stage, terminal)
        await _one_was_in_the_wrong_directory(stage, terminal)
        await _one_is_restored(stage, terminal)
        await stage.agree()
        await _the_phone_is_full(stage, terminal)
        await _a_freed_one_is_restored(stage, terminal)
        if bad := stage.complaints():
            raise AssertionError("\n".join(bad))
        terminal.title("At the end of the day")
        terminal.facts({album: ", ".join(names) for album, names in sorted((await _albums(stage)).items())})
        if ending is not None:
            await ending(stage, terminal)


async def _old_photos_are_there(stage: Stage, terminal: Terminal) -> None:
    terminal.title("Before there was a rule")
    await stage.phone_takes_photos({field_path(number): photo(number) for number in range(2)})
    await stage.agree()
    terminal.tell("Immich", "has two photos of a roof, in no album and without a tag")


async def _a_rule_is_made(stage: Stage, terminal: Terminal) -> None:
    terminal.title("The rule is made")
    [subentry] = await stage.home.command("config_entries/subentries/list", entry_id=stage.entry_id)
    which = {"handler": [stage.entry_id, "folder"], "subentry_id": subentry["subentry_id"]}
    step = await stage.home.call("POST", FOLDER_FLOW, which)
    to = [{"next_step_id": one} for one in ("rules", "add_rule")]
    step = await stage.home.answer(FOLDER_FLOW, step, *to, {**RULE, "type": "any"}, EFFECTS)
    for line in step["description_placeholders"]["rules"].splitlines():
        terminal.tell("Home", line)
    step = await stage.home.answer(FOLDER_FLOW, step, {"next_step_id": "try_rules"})
    terminal.tell("Home", "tried on real photos, before it is saved:")
    for line in step["description_placeholders"]["tried"].splitlines():
        terminal.tell("Home", line)
    done = await stage.home.answer(FOLDER_FLOW, step, {"next_step_id": "save_rules"})
    if done.get("reason") != "reconfigure_successful":
        raise AssertionError(done)
    await stage.shows(status="in_agreement")


async def _what_is_there_is_filed(stage: Stage, terminal: Terminal) -> None:
    terminal.title("It is applied to what is there")
    if await _albums(stage):
        message = "a new rule must change nothing that is in Immich already"
        raise AssertionError(message)
    answer = await stage.home.action(DOMAIN, "apply_rules", {"dry_run": True}, response=True)
    [told] = answer["folders"]
    terminal.tell("Home", f"a dry run tells: {told['photos']} photos, {told['effects']}")
    await stage.home.action(DOMAIN, "apply_rules", {})
    await _filed(stage, terminal, range(2))


async def _what_arrives_is_filed(stage: Stage, terminal: Terminal) -> None:
    terminal.title("Photos arrive")
    later = range(2, len(WORK))
    terminal.tell("Phone", f"takes {len(later)} photos on two sites")
    await stage.phone_takes_photos({field_path(number): photo(number) for number in later})
    await _filed(stage, terminal, range(len(WORK)))


async def _they_are_found(stage: Stage, terminal: Terminal) -> None:
    terminal.title("What did Ada do on the roofs?")
    roofs = sorted(
        field_path(n).rpartition("/")[2] for n, (_, work, who) in enumerate(WORK) if (work, who) == ("Roof", "Ada")
    )
    found: set[str] = set()
    for site in sorted({site for site, work, who in WORK if (work, who) == ("Roof", "Ada")}):
        wanted = {"album": f"Site {site}", "tags": [f"Sites/{site}/Roof", "Installers/Ada"]}
        answer = await stage.home.action(DOMAIN, "search", wanted, response=True)
        names = [one["name"] for one in answer["photos"]]
        terminal.tell(
            "Home", f"the action search finds in {wanted['album']}, {', '.join(wanted['tags'])}: {', '.join(names)}"
        )
        found.update(names)
    if sorted(found) != roofs:
        message = f"the search must find {roofs}"
        raise AssertionError(message)


async def _one_was_in_the_wrong_directory(stage: Stage, terminal: Terminal) -> None:
    terminal.title("One was saved in the wrong directory")
    site, stage_of_work, installer = WORK[3]
    to = field_path(3).replace(site, "Harbour 12")
    terminal.tell("Phone", f"moves it from {site} to Harbour 12")
    await stage.phone_renames(field_path(3), to)
    name = to.rpartition("/")[2]

    async def moved() -> bool:
        found = await _albums(stage)
        return name in found["Site Harbour 12"] and name not in found[f"Site {site}"]

    await stage.until(moved, "the photo is in the other album")
    terminal.tell("Immich", f"has it in the album of Harbour 12 ({stage_of_work}, {installer}), and in no other")


async def _one_is_restored(stage: Stage, terminal: Terminal) -> None:
    terminal.title("One is deleted by mistake")
    path, content = field_path(4), photo(4)
    await stage.phone_deletes(path)
    await stage.trashed(sha1(content))
    terminal.tell("Phone", f"deletes {path}; Immich has it in the trash")
    await stage.home.action(DOMAIN, "restore", {"path": [path]})
    await stage.on_phone(path)
    await stage.active(sha1(content))
    name = path.rpartition("/")[2]
    if name not in (await _albums(stage))[f"Site {WORK[4][0]}"]:
        message = "a restored photo must be in its album again"
        raise AssertionError(message)
    terminal.tell("Home", "the action restore brings it back: on the phone, in Immich, and in its album")


async def _the_phone_is_full(stage: Stage, terminal: Terminal) -> None:
    terminal.title("Months later, the phone is full")
    await _hours_pass(stage)
    terminal.tell("Home", "(nothing leaves within an hour of its upload: while Home Assistant restarted, the demo has")
    terminal.tell("Home", "turned back in its ledger by two hours when the photos were linked)")
    wanted: dict[str, Json] = {"older_than_days": 30, "at_most": len(FREED)}
    told = await _free(stage, {**wanted, "dry_run": True})
    terminal.tell("Home", f"a dry run tells: {told['photos']} photos of {told['bytes']} bytes would leave the phone")
    told = await _free(stage, wanted)
    if told["photos"] != len(FREED):
        message = f"{len(FREED)} photos must leave the phone: {told}"
        raise AssertionError(message)
    for number in FREED:
        await stage.on_phone(field_path(number), there=False)
        if not await stage.is_active(sha1(photo(number))):
            message = "Immich must keep what leaves the phone"
            raise AssertionError(message)
    terminal.tell("Phone", f"has {len(FREED)} photos less; Immich has all {len(WORK)}, in their albums")


async def _a_freed_one_is_restored(stage: Stage, terminal: Terminal) -> None:
    terminal.title("Ada wants one of them back")
    path, content = field_path(FREED[0]), photo(FREED[0])
    await stage.home.action(DOMAIN, "restore", {"path": [path]})
    await stage.on_phone(path)
    if (stage.phone_dir / path).read_bytes() != content:
        message = "what comes back must be the same bytes"
        raise AssertionError(message)
    for number in FREED[1:]:
        await stage.on_phone(field_path(number), there=False)
    terminal.tell(
        "Home", f"the action restore brings {path} back to the phone, byte for byte; the others stay in Immich"
    )


async def _free(stage: Stage, wanted: dict[str, Json]) -> Json:
    answer = await stage.home.action(DOMAIN, "free_up_space", wanted, response=True)
    [told] = answer["folders"]
    return told


async def _hours_pass(stage: Stage) -> None:
    """Let it be two hours since the photos were linked, as far as the ledger knows."""
    [ledger] = stage.home.config_dir.rglob(f"{stage.entry_id}.sqlite")
    await stage.home.stop()
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("UPDATE contents SET linked_at = linked_at - 7200")
        connection.commit()
    await stage.home.start()
    await stage.shows(status="in_agreement")


async def _filed(stage: Stage, terminal: Terminal, numbers: range) -> None:
    """Wait until Immich has these photos, and no others, where the rule says."""
    began = time.monotonic()
    wanted: dict[str, list[str]] = {}
    for number in numbers:
        wanted.setdefault(f"Site {WORK[number][0]}", []).append(field_path(number).rpartition("/")[2])
    tags = {
        field_path(n).rpartition("/")[2]: {f"Sites/{'/'.join(WORK[n][:2])}", f"Installers/{WORK[n][2]}"}
        for n in numbers
    }

    async def filed() -> bool:
        albums = await _albums(stage)
        return {name: sorted(members) for name, members in wanted.items()} == albums and await _tags(stage) == tags

    await stage.until(filed, f"{len(numbers)} photos are filed")
    terminal.tell(
        "Immich", f"has all {len(numbers)} in their albums and tagged, after {time.monotonic() - began:.1f} s"
    )


async def _albums(stage: Stage) -> dict[str, list[str]]:
    """Return the albums in Immich with the names of their photos."""
    state = await stage.immich.state()
    names = {asset["id"]: asset["name"] for asset in state["assets"]}
    return {album["name"]: sorted(names[one] for one in album["asset_ids"]) for album in state["albums"]}


async def _tags(stage: Stage) -> dict[str, set[str]]:
    """Return the tags of each photo in Immich by its name."""
    state = await stage.immich.state()
    values = {tag["id"]: tag["value"] for tag in state["tags"]}
    return {asset["name"]: {values[one] for one in asset["tag_ids"]} for asset in state["assets"]}
