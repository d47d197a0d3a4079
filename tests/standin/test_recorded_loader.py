"""Nothing recorded is left out without a reason that still fits."""

import fnmatch

import pytest

from .recorded import FOLDER, NOT_REPLAYED, recorded, replayable

TOLD_BY_NAME = {"14-failures", "17-misc"}
PATTERNS = [(file, pattern) for file, patterns in NOT_REPLAYED.items() for pattern in patterns]


@pytest.mark.parametrize(("file", "pattern"), PATTERNS)
def test_every_reason_to_leave_an_entry_out_still_has_its_entry(file: str, pattern: str) -> None:
    assert NOT_REPLAYED[file][pattern]
    assert any(fnmatch.fnmatchcase(entry.label, pattern) for entry in recorded(file))


@pytest.mark.parametrize("file", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_of_every_file_something_is_replayed(file: str) -> None:
    assert file in TOLD_BY_NAME or any(replayable(file))
