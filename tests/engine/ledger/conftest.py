from collections.abc import Iterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger

from .stories import PHONE, TABLET


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "account.sqlite"


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    """A ledger that knows two folders."""
    ledger = Ledger.open(place)
    ledger.add_folder(PHONE, "/media/phone", 0.0)
    ledger.add_folder(TABLET, "/media/tablet", 0.0)
    yield ledger
    ledger.close()
