"""The rules of a folder, and what they mean for one photo. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from .stacking import Stacking
from .templates import Template
from .wildcards import PathPattern, match

_VIDEOS: Final = frozenset(
    {"3gp", "3gpp", "avi", "flv", "insv", "m2t", "m2ts", "m4v", "mkv", "mov", "mp4", "mpe", "mpeg", "mpg", "mts"}
    | {"mxf", "ts", "vob", "webm", "wmv"}
)
"""What Immich 2.7.5 and 3.x take for a video, by its extension (``/server/media-types``)."""


_MAX_TAG: Final = 500
"""Immich finds its tags by an index, which in Postgres takes no more than 2,704 bytes of each."""


class Kind(StrEnum):
    """What a file is, as Immich sees it: by its name."""

    PHOTO = "photo"
    VIDEO = "video"


def kind_of(path: str) -> Kind:
    """Return what Immich takes a file for that it takes at all."""
    return Kind.VIDEO if PurePosixPath(path).suffix.lower().removeprefix(".") in _VIDEOS else Kind.PHOTO


class Effect(StrEnum):
    """What a rule does to a photo in Immich."""

    ALBUM = "album"
    TAGS = "tags"
    FAVOURITE = "favorite"
    ARCHIVE = "archive"
    DESCRIPTION = "description"
    RATING = "rating"
    LOCATION = "location"
    STACK = "stack"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: whom it is for, and what happens to them. ``id`` is for ever, whatever becomes of the rest.

    ``pattern`` is ``None`` for all files. ``since`` and ``until`` are days of the photo's own clock, both included.
    ``position``: latitude and longitude in degrees. Make it with ``parsing.parse_rule``.
    """

    id: str
    name: str = ""
    pattern: PathPattern | None = None
    kind: Kind | None = None
    since: date | None = None
    until: date | None = None
    album: Template | None = None
    tags: tuple[Template, ...] = ()
    favourite: bool = False
    archive: bool = False
    description: Template | None = None
    rating: int | None = None
    position: tuple[float, float] | None = None
    stack: frozenset[Stacking] = frozenset()

    @property
    def needs_date(self) -> bool:
        """Whether nobody can tell what it does before it is known when a photo was taken."""
        texts = (self.album, self.description, *self.tags)
        dated = any(one is not None and one.needs_date for one in texts)
        return dated or self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Effects:
    """What the rules do to one photo.

    ``albums``: names with the id of the rule that says so. ``rules``: the ids of those that are for this photo;
    ``undated``: of those that may be, once it is known when it was taken. Of two descriptions, ratings or locations the
    first counts. ``stack``: with what it is stacked, if that is there.
    """

    albums: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    favourite: bool = False
    archive: bool = False
    description: str | None = None
    rating: int | None = None
    position: tuple[float, float] | None = None
    stack: frozenset[Stacking] = frozenset()
    rules: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[Effect]:
        """Return what happens at all."""
        given = {
            Effect.ALBUM: bool(self.albums),
            Effect.TAGS: bool(self.tags),
            Effect.FAVOURITE: self.favourite,
            Effect.ARCHIVE: self.archive,
            Effect.DESCRIPTION: self.description is not None,
            Effect.RATING: self.rating is not None,
            Effect.LOCATION: self.position is not None,
            Effect.STACK: bool(self.stack),
        }
        return frozenset(effect for effect, happens in given.items() if happens)

    def __or__(self, other: Effects) -> Effects:
        """Return both together, as for a photo that is in two places."""
        return Effects(
            albums=_once(self.albums + other.albums),
            tags=_once(self.tags + other.tags),
            favourite=self.favourite or other.favourite,
            archive=self.archive or other.archive,
            description=other.description if self.description is None else self.description,
            rating=other.rating if self.rating is None else self.rating,
            position=other.position if self.position is None else self.position,
            stack=self.stack | other.stack,
            rules=_once(self.rules + other.rules),
            undated=_once(self.undated + other.undated),
        )


@dataclass(frozen=True, slots=True)
class SortingRules:
    """A folder's rules, in their order. ``folder`` is what ``{folder}`` means. Without rules it is false."""

    rules: tuple[Rule, ...] = ()
    folder: str = ""
    _needs_date: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """See once whether any rule asks for dates."""
        object.__setattr__(self, "_needs_date", any(rule.needs_date for rule in self.rules))

    def __bool__(self) -> bool:
        """Whether there is a rule."""
        return bool(self.rules)

    @property
    def needs_date(self) -> bool:
        """Whether some rule asks when a photo was taken."""
        return self._needs_date

    def effects(self, path: str, taken: datetime | None) -> Effects:
        """Return what the rules do to the photo at a path, taken at this time by the clock on the wall there."""
        found = Effects()
        places = _places(path, taken, self.folder)
        for rule in self.rules:
            one = _one(rule, path, taken, places)
            if one is not None:
                found |= one
        return found


def _one(rule: Rule, path: str, taken: datetime | None, places: Mapping[str, str]) -> Effects | None:
    if rule.kind is not None and rule.kind is not kind_of(path):
        return None
    parts = {} if rule.pattern is None else match(rule.pattern, path)
    if parts is None:
        return None
    if taken is None and rule.needs_date:
        return Effects(undated=(rule.id,))
    if taken is not None and not (rule.since or date.min) <= taken.date() <= (rule.until or date.max):
        return None
    # A group may be called what else means something: then the rule means its own.
    values = {**places, **parts}
    album = rule.album.fill(values) if rule.album is not None else ""
    description = rule.description.fill(values) if rule.description is not None else ""
    tags = (_tag(one.fill(values)) for one in rule.tags)
    return Effects(
        albums=((album, rule.id),) if album else (),
        tags=_once(tuple(one for one in tags if one)),
        favourite=rule.favourite,
        archive=rule.archive,
        description=description or None,
        rating=rule.rating,
        position=rule.position,
        stack=rule.stack,
        rules=(rule.id,),
    )


def _places(path: str, taken: datetime | None, folder: str) -> dict[str, str]:
    where = PurePosixPath(path)
    places = {"folder": folder, "parent": where.parent.name, "name": where.stem}
    if taken is not None:
        places |= {"year": f"{taken.year:04}", "month": f"{taken.month:02}", "day": f"{taken.day:02}"}
    return places


def _tag(text: str) -> str:
    """Return a tag as Immich names it: without empty steps, and without spaces around a step."""
    return "/".join(step for step in (step.strip() for step in text[:_MAX_TAG].split("/")) if step)


def _once[T](values: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
