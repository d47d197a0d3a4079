"""The stand-in as a program: ``python -m tests.servers.immich --port 0 --version 3.2.2 --storage DIR``.

Prints one JSON line, ``{"url", "control", "key", "user", "email", "password", "pid"}``, once it serves, and stops on
SIGTERM or SIGINT. Started again on the same storage (and port) it goes on where it was, even after a SIGKILL, but for
the last quarter of a second.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from .control import Control
from .standin import ImmichStandIn
from .version import Quirks


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.servers.immich", description=__doc__)
    parser.add_argument("--version", default="3.2.2")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--storage", type=Path, required=True, help="keeps the photos and the state")
    parser.add_argument("--prefix", default="", help="URL sub-path, as behind a reverse proxy")
    parser.add_argument("--tls", action="store_true", help="HTTPS with a self-signed certificate")
    parser.add_argument("--stable-ties", action="store_true", help="list equal dates in the same order every time")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    standin = ImmichStandIn(
        arguments.version,
        arguments.storage,
        quirks=Quirks(shuffle_ties=not arguments.stable_ties),
        prefix=arguments.prefix,
        tls=arguments.tls,
        port=arguments.port,
        persistent=True,
    )
    control = Control(standin)
    async with standin:
        await control.start()
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        admin = standin.admin
        greeting = {
            "url": standin.url,
            "control": control.url,
            "key": standin.key,
            "user": admin.id,
            "email": admin.email,
            "password": admin.password,
            "pid": os.getpid(),
        }
        sys.stdout.write(json.dumps(greeting) + "\n")
        sys.stdout.flush()
        await stopping.wait()
        await control.stop()


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
