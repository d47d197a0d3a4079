"""The story that the demo tells: a phone's day, what the integration does about it, and how long that takes."""

import statistics
import time
from collections.abc import Awaitable, Callable

from tests.e2e.photos import camera_name, photo
from tests.e2e.sides import sha1
from tests.e2e.stage import Stage

from .terminal import Terminal

ROLL = 24
"""How many photos the phone has at the beginning."""

REPEATS = 3
"""How often a latency is measured, because chance plays a part."""

type Ending = Callable[[Stage, Terminal], Awaitable[None]]


async def tell(stage: Stage, terminal: Terminal, ending: Ending | None) -> None:
    """Play the story on ``stage``, which is set up by hand, then ``ending``.

    Raises whatever went wrong; all processes end in any case.
    """
    terminal.title("Immich Syncthing, on real parts")
    terminal.tell("Home", "starting Home Assistant, a Syncthing at home, one on the phone, and Immich's stand-in …")
    async with stage:
        syncthing = (await stage.pair.server.call("GET", "system/version"))["version"]
        version = (await stage.home.call("GET", "config"))["version"]
        terminal.tell("Home", f"Home Assistant {version}, Syncthing {syncthing}, Immich {stage.immich.version} run")
        stage.key = await stage.new_key(["all"])  # only to such a key Immich tells of changes by itself
        await stage.set_up()
        terminal.tell("Home", "the integration is set up in its forms: Immich → Syncthing → folder, preset mirror")
        await stage.shows(immich_changes="websocket")
        terminal.tell("Home", "Immich tells it of changes by its websocket")
        await _first_photos(stage, terminal)
        arrivals = [await _one_photo_arrives(stage, terminal, ROLL + n) for n in range(REPEATS)]
        deletions = [await _one_is_deleted_on_the_phone(stage, terminal, n) for n in range(REPEATS)]
        departures = [await _one_is_trashed_in_immich(stage, terminal, 10 + n) for n in range(REPEATS)]
        await _one_is_restored(stage, terminal, 10)
        await _one_is_renamed(stage, terminal, 20)
        await _all_agree(stage, terminal)
        terminal.title("How long it took")
        terminal.facts(
            {
                "photo complete on the server → asset in Immich": _seconds(arrivals),
                "phone deletion applied by Syncthing → asset trashed": _seconds(deletions),
                "trashed in Immich → file gone on the phone": _seconds(departures),
            }
        )
        if ending is not None:
            await ending(stage, terminal)


async def _first_photos(stage: Stage, terminal: Terminal) -> None:
    terminal.title("The phone is connected for the first time")
    terminal.tell("Phone", f"has {ROLL} photos in DCIM/Camera")
    began = time.monotonic()
    await stage.phone_takes_photos({camera_name(number): photo(number) for number in range(ROLL)})
    sides = await stage.agree()
    terminal.tell("Immich", f"has all {len(sides.assets)} of them, after {time.monotonic() - began:.1f} s")
    terminal.tell("Home", f"shows: {await _shown(stage)}")


async def _one_photo_arrives(stage: Stage, terminal: Terminal, number: int) -> float:
    name, content = camera_name(number), photo(number)
    terminal.title("A photo is taken")
    terminal.tell("Phone", f"takes {name}")
    await stage.phone_takes_photo(name, content)
    await stage.on_server(name)
    began = time.monotonic()
    terminal.tell("Home", "Syncthing has received it")
    await stage.active(sha1(content))
    latency = time.monotonic() - began
    terminal.tell("Immich", f"shows it, {latency:.1f} s later")
    return latency


async def _one_is_deleted_on_the_phone(stage: Stage, terminal: Terminal, number: int) -> float:
    name = camera_name(number)
    terminal.title("A photo is deleted on the phone")
    terminal.tell("Phone", f"deletes {name}")
    await stage.phone_deletes(name)
    await stage.on_server(name, there=False)
    began = time.monotonic()
    terminal.tell("Home", "Syncthing has deleted it here, too")
    await stage.trashed(sha1(photo(number)))
    latency = time.monotonic() - began
    terminal.tell("Immich", f"has it in the trash, {latency:.1f} s later")
    return latency


async def _one_is_trashed_in_immich(stage: Stage, terminal: Terminal, number: int) -> float:
    name = camera_name(number)
    terminal.title("A photo is deleted in Immich")
    await stage.at_rest(1.0)
    terminal.tell("Immich", f"moves {name} to the trash")
    await stage.immich_changes(sha1(photo(number)), "trashed")
    began = time.monotonic()
    await stage.on_server(name, there=False)
    terminal.tell("Home", "the integration has put it into the vault and deleted the file")
    await stage.on_phone(name, there=False)
    latency = time.monotonic() - began
    terminal.tell("Phone", f"has no such file any more, {latency:.1f} s after the click in Immich")
    return latency


async def _one_is_restored(stage: Stage, terminal: Terminal, number: int) -> None:
    name = camera_name(number)
    terminal.title("It was the wrong one")
    terminal.tell("Immich", f"restores {name} from the trash")
    began = time.monotonic()
    await stage.immich_changes(sha1(photo(number)), "restored")
    await stage.on_phone(name)
    terminal.tell("Phone", f"has the file again, byte for byte, after {time.monotonic() - began:.1f} s")


async def _one_is_renamed(stage: Stage, terminal: Terminal, number: int) -> None:
    name, to = camera_name(number), "DCIM/Best of/sunset.jpg"
    terminal.title("A photo is moved on the phone")
    terminal.tell("Phone", f"moves {name} to {to}")
    await stage.phone_renames(name, to)
    await stage.on_server(to)
    await stage.on_server(name, there=False)
    await stage.home.action("immich_syncthing", "sync_now", {})
    if not await stage.is_active(sha1(photo(number))):
        message = "a renamed photo must stay in Immich"
        raise AssertionError(message)
    terminal.tell("Immich", "keeps it: that was no deletion, and nothing was sent twice")


async def _all_agree(stage: Stage, terminal: Terminal) -> None:
    terminal.title("At the end of the day")
    sides = await stage.agree()
    if bad := stage.complaints():
        raise AssertionError("\n".join(bad))
    photos = len(sides.assets)
    terminal.tell("Home", f"shows: {await _shown(stage)}")
    terminal.tell("Home", f"the phone, the server and Immich hold the same {photos} photos, byte for byte")


async def _shown(stage: Stage) -> str:
    shown = await stage.shown()
    return f"status {shown['status']}, files {shown['files']}, in agreement {shown['linked']}"


def _seconds(latencies: list[float]) -> str:
    every = ", ".join(f"{latency:.1f}" for latency in latencies)
    return f"{statistics.median(latencies):.1f} s   ({every})"
