"""The demo as a program: ``python -m tests.demo [--once] [--story day|field]``; see ``scripts/demo``."""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.e2e.stage import Stage
from tests.servers.homeassistant import CHECKOUT, PASSWORD, USER

from .field import tell_of_the_field
from .story import Ending, tell
from .terminal import Terminal

_PLACE = CHECKOUT / ".demo"
"""Where the demo that stays keeps everything; a new one begins anew."""


type Story = Callable[[Stage, Terminal, Ending | None], Awaitable[None]]

STORIES: dict[str, Story] = {"day": tell, "field": tell_of_the_field}


async def _once(story: Story, terminal: Terminal) -> int:
    root = Path(tempfile.mkdtemp(prefix="immich-syncthing-demo-"))
    keep = False
    try:
        keep = not await _play(story, root, terminal, stay=False)
    finally:
        if not keep:
            shutil.rmtree(root)
    return 1 if keep else 0


async def _stay(story: Story, terminal: Terminal) -> int:
    shutil.rmtree(_PLACE, ignore_errors=True)
    _PLACE.mkdir()
    return 0 if await _play(story, _PLACE, terminal, stay=True) else 1


async def _play(story: Story, root: Path, terminal: Terminal, *, stay: bool) -> bool:
    stage = Stage(root, by_hand=True)
    try:
        await story(stage, terminal, _invite if stay else None)
    except asyncio.CancelledError:
        terminal.say("All processes have ended.")
        raise
    except Exception as err:  # noqa: BLE001 - whatever it was, the person at the terminal wants to know
        terminal.failed(err, logs=(stage.home.log_path, stage.pair.server.log_path, stage.pair.phone.log_path))
        return False
    return True


async def _invite(stage: Stage, terminal: Terminal) -> None:
    """Say where everything is, and leave it running until Ctrl-C."""
    terminal.title("Now it is yours")
    terminal.facts(
        {
            "Home Assistant": f"{stage.home.url}   user: {USER}   password: {PASSWORD}",
            "The integration": f"{stage.home.url}/config/integrations/integration/immich_syncthing",
            "The phone": f"{stage.phone_dir}   delete or add a photo there and watch",
            "The folder at home": str(stage.server_dir),
            "Syncthing at home": stage.pair.server.url,
            "Immich's stand-in": f"{stage.immich.control_url}   what it holds: /state, what happened: /log",
            "Everything ends with": "Ctrl-C",
        }
    )
    while True:
        await stage.home.ended()
        # As it does where it is at home: also when somebody restarts it in its own settings.
        terminal.say("Home Assistant has ended, and is started again …")
        await stage.home.restart()
        terminal.say("Home Assistant runs again.")


async def _main(story: Story, *, once: bool) -> int:
    terminal = Terminal()
    playing = asyncio.create_task((_once if once else _stay)(story, terminal))

    def end() -> None:
        if not playing.cancelling():  # whoever is impatient must not leave processes behind
            terminal.say("\nEnding all processes …")
            playing.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        return await playing
    except asyncio.CancelledError:
        return 130 if once else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Show the main job on real parts.")
    parser.add_argument("--once", action="store_true", help="end after the story, with exit code 0 if all went well")
    parser.add_argument("--story", choices=STORIES, default="day", help="which one; a phone's day if nothing is said")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(_main(STORIES[chosen.story], once=chosen.once)))
