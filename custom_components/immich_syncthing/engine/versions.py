"""Where Syncthing's own versioning may have kept what a device deleted. Read, never relied on. Blocking.

Its cleaner goes by mtime and count, and it keeps only what Syncthing itself took away. The names (measured with 1.29.5
and 2.1.3): the bin keeps the path, the other kinds ``NAME~YYYYMMDD-HHMMSS.ext``, local time.
"""

import os
import re

from .listing import Kind, join
from .scan import Root

DIRECTORY = ".stversions"


def kept_versions(root: Root, path: str, size: int) -> list[str]:
    """Return the paths, from the root, of what may be an old version of a file of that size, newest name first.

    Raises nothing but ``UnsafePathError``.
    """
    directory, _, name = path.rpartition("/")
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name may end in spaces or dots, which Path drops
    dated = re.compile(rf"{re.escape(stem)}~\d{{8}}-\d{{6}}{re.escape(ending)}")
    listing = root.listing(join(DIRECTORY, directory) if directory else DIRECTORY)
    found = [
        entry.name
        for entry in listing.entries
        if entry.kind is Kind.FILE
        and entry.signature is not None
        and entry.signature.size == size
        and (entry.name == name or dated.fullmatch(entry.name))
    ]
    return [join(listing.directory, one) for one in sorted(found, reverse=True)]
