"""A directory that is mounted read-only for a while, as a disk with errors is."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch


@contextmanager
def read_only(directory: Path) -> Iterator[None]:
    """Have the operating system say of ``directory`` what it says of a read-only mount.

    A real mount needs rights that a test rarely has; ``access`` alone is no test for root, who may write anywhere.
    """
    really = os.statvfs

    def statvfs(path: str | Path) -> os.statvfs_result:
        found = really(path)
        if not Path(path).is_relative_to(directory):
            return found
        values = list(found)
        values[8] |= os.ST_RDONLY
        return os.statvfs_result(values)

    with patch("os.statvfs", statvfs):
        yield
