"""Power may be lost at any moment."""

import multiprocessing
import random
from contextlib import suppress
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger

from . import writer
from .stories import PHONE

ROUNDS = 12


@pytest.mark.usefixtures("socket_enabled")  # the fork server is asked through one
def test_a_ledger_whose_writer_is_killed_holds_every_finished_step_and_no_half_one(place: Path) -> None:
    ledger = Ledger.open(place)
    ledger.add_folder(PHONE, "/media/phone")
    ledger.close()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([writer.__name__])
    chance = random.Random(20)

    for _ in range(ROUNDS):
        reader, written = processes.Pipe(duplex=False)
        process = processes.Process(target=writer.write_for_ever, args=(place, written))
        process.start()
        written.close()
        finished = [reader.recv() for _ in range(chance.randrange(1, 60))]
        process.kill()
        process.join()
        with suppress(EOFError):
            while True:
                finished.append(reader.recv())

        ledger = Ledger.open(place)
        # The step after the last one told of may have ended just before it could be told.
        assert writer.done(ledger) - finished[-1] in {0, 1}
        ledger.close()
