"""The owner's patterns: which paths of a folder are invisible to us. Pure: texts in, yes or no out.

Patterns are lines as git's ``.gitignore`` has them: ``*``, ``?``, ``[a-z]``, ``**``, ``/`` in front or inside to
anchor at the root, ``/`` behind for directories only, ``!`` to take back, ``#`` for a comment; the last line that
matches decides. Upper and lower case differ, as in git and Syncthing: ``*.[mM][pP]4`` is any name that ends so.

What Syncthing and Android name for themselves is no file for us in any case (see :mod:`.naming`): no pattern brings
it in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from .errors import BadPatternError
from .pattern_steps import steady

_SHORTHANDS: Final = {".": ".+", "(?P<ps_d>/)": ".+/"}
"""What pathspec 1.1.1 makes of ``*`` and ``*/``: good enough to search with, yet not the whole of what they match."""

_SENSELESS: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|//|^!?/\s*$|(?<!\\)\[[^]/]*(?:\[|&&|--|~~|\|\|)")
"""Control characters; slashes that no path has; and in brackets ``[[:digit:]]`` and what Python may once read as sets,
which pathspec 1.1.1 hands to Python as it is."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line understood: ``matches`` takes a path, of a directory with a slash behind it."""

    matches: re.Pattern[str]
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """One list of patterns. Equal ``lines`` make equal patterns; without any, nothing matches."""

    lines: tuple[str, ...] = ()
    _understood: tuple[_Line, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Understand the lines. Raises ``BadPatternError`` with the first that is no pattern."""
        understood = (_understand(line) for line in self.lines)
        object.__setattr__(self, "_understood", tuple(line for line in understood if line is not None))

    def __bool__(self) -> bool:
        """Whether there is any: blank lines and comments are none."""
        return bool(self._understood)

    def match(self, *paths: str) -> bool:
        """Return whether the last line that matches one of the paths is no ``!`` line.

        The paths of directories end with a slash. A directory matches for itself: not for what is above it.
        """
        for line in reversed(self._understood):
            if any(line.matches.fullmatch(path) for path in paths):
                return not line.taken_back
        return False


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a folder is visible: what ``include`` matches, everything if that is empty, except what ``ignore`` does.

    Below a directory that is ignored nothing is taken back, as in git. ``include`` takes a directory with all that is
    below it, and ``!DCIM/Screenshots/`` after ``DCIM/`` leaves out a part again.
    """

    ignore: Patterns = field(default_factory=Patterns)
    include: Patterns = field(default_factory=Patterns)

    @classmethod
    def of(cls, ignore: Iterable[str], include: Iterable[str]) -> Self:
        """Return the filter of two lists of lines. Raises ``BadPatternError``."""
        return cls(parse_patterns(ignore), parse_patterns(include))

    def excludes(self, path: str) -> bool:
        """Return whether the file is invisible."""
        return self.within(path.rpartition("/")[0]).excludes(path)

    def closes(self, directory: str) -> bool:
        """Return whether everything below the directory is invisible, so that nobody needs to enter it."""
        return self.within(directory).closed

    def within(self, directory: str) -> Within:
        """Return the filter inside of one directory (``""``: the root), to be asked for many names."""
        above = tuple(_upwards(directory))
        closed = bool(self.ignore) and any(self.ignore.match(one) for one in above)
        return Within(self, above, closed)


@dataclass(frozen=True, slots=True)
class Within:
    """A filter inside of one directory; ``closed``: the directory, or one above it, is ignored."""

    _filter: Filter
    _above: tuple[str, ...]
    closed: bool

    def excludes(self, path: str) -> bool:
        """Return whether a file directly inside, named by its whole path, is invisible."""
        ignore, include = self._filter.ignore, self._filter.include
        return self.closed or ignore.match(path) or (bool(include) and not include.match(path, *self._above))


def parse_patterns(lines: Iterable[str]) -> Patterns:
    """Return the patterns of some lines.

    Raises:
        BadPatternError: a line is no pattern, e.g. ``!`` or ``[z-a].jpg``. git passes over such lines without a word;
            here, photos that somebody wanted to keep to himself would be uploaded.
    """
    return Patterns(tuple(lines))


def _understand(line: str) -> _Line | None:
    """Return what the line says, ``None`` for a blank line or a comment."""
    text = _simplified(line)
    if not text or text.startswith("#"):
        return None
    try:
        regex, wanted = GitIgnoreSpecPattern.pattern_to_regex(text)
        if regex is None or _SENSELESS.search(line):
            raise BadPatternError(line)
        return _Line(re.compile(_SHORTHANDS.get(regex) or steady(regex), re.DOTALL), taken_back=not wanted)
    except (GitIgnorePatternError, re.PatternError) as error:
        raise BadPatternError(line) from error


def _simplified(line: str) -> str:
    """Return a line that means the same.

    Where git 2.39 means everything, or every directory, inside of ``a``, pathspec 1.1.1 takes ``a/**`` for ``a/`` and
    ``a/**/`` for everything.
    """
    text = line if line.endswith("\\ ") else line.rstrip()
    if text.endswith("/**"):
        return f"{text}/*"
    return f"{text}*/" if text.endswith("/**/") else text


def _upwards(directory: str) -> Iterator[str]:
    """Yield a directory and those above it, without the root, each with a slash behind."""
    while directory:
        yield f"{directory}/"
        directory = directory.rpartition("/")[0]
