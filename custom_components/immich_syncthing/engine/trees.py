"""Sets of paths as trees: which directories they lie in, what lies below what."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence


def by_directory(paths: Iterable[str]) -> dict[str, set[str]]:
    """Return the names of the paths by their directory (``""``: the root)."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        directory, _, name = path.rpartition("/")
        groups[directory].add(name)
    return dict(groups)


def directories_of(paths: Iterable[str]) -> set[str]:
    """Return all directories that the paths lie in, near and far, without the root."""
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def within(tree: str, directories: Sequence[str]) -> list[str]:
    """Return, of the directories in binary order, ``tree`` and all below it; all for the root."""
    if not tree:
        return list(directories)
    start, found = bisect_left(directories, tree), []
    if start < len(directories) and directories[start] == tree:
        found.append(tree)
    # Others may stand between a directory and what is below it: "a", "a b", "a/c".
    start = bisect_left(directories, f"{tree}/")
    for directory in directories[start:]:
        if not directory.startswith(f"{tree}/"):
            break
        found.append(directory)
    return found


def is_at_or_below(path: str, tops: Collection[str]) -> bool:
    """Return whether the path is one of ``tops`` or lies below one."""
    while path:
        if path in tops:
            return True
        path = path.rpartition("/")[0]
    return False


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that lie below no other one of them, in binary order."""
    every = frozenset(paths)
    return sorted(path for path in every if not is_at_or_below(path.rpartition("/")[0], every))
