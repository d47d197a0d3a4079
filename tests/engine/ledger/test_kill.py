"""Power may be lost at any moment."""

import multiprocessing
import random
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_socket

from custom_components.immich_syncthing.engine.ledger import Ledger

from . import writer
from .stories import PHONE

ROUNDS = 10


@pytest.fixture
def _unix_sockets() -> None:
    """Let the fork server be spoken to; Home Assistant's test harness forbids it before each test."""
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.mark.usefixtures("_unix_sockets")
def test_a_ledger_whose_writer_is_killed_holds_every_finished_step_and_no_half_one(place: Path) -> None:
    ledger = Ledger.open(place)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    ledger.close()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["__main__", writer.__name__])
    chance = random.Random(20)

    for _ in range(ROUNDS):
        reader, written = processes.Pipe(duplex=False)
        process = processes.Process(target=writer.write_for_ever, args=(place, written))
        process.start()
        written.close()
        finished = [reader.recv() for _ in range(chance.randrange(1, 30))]
        process.kill()
        process.join()
        with suppress(EOFError):
            while True:
                finished.append(reader.recv())

        ledger = Ledger.open(place)
        # The step after the last one told of may have ended just before it could be told.
        assert writer.done(ledger) - finished[-1] in {0, 1}
        ledger.close()
