"""Nothing recorded is left out without a reason that still fits."""

import fnmatch

from .recorded import FOLDER, NOT_REPLAYED, recorded, replayable

TOLD_BY_NAME = {"14-failures", "17-misc"}


def test_every_reason_to_leave_an_entry_out_still_has_its_entry() -> None:
    for file, patterns in NOT_REPLAYED.items():
        labels = [entry.label for entry in recorded(file)]
        for pattern, reason in patterns.items():
            assert reason, pattern
            assert fnmatch.filter(labels, pattern), (file, pattern)


def test_of_every_file_something_is_replayed() -> None:
    for file in sorted(path.stem for path in FOLDER.glob("*.json")):
        assert file in TOLD_BY_NAME or any(replayable(file)), file
