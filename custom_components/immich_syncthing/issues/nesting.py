"""Places that lie in one another: what belongs to the one is taken for the other's."""

import hashlib
from collections.abc import Iterable, Iterator

from homeassistant.helpers import issue_registry as ir

from ..markdown import as_code, as_text
from ..nesting import Placed
from .board import Issue

TOPIC = "nesting"


def nesting_issues(pairs: Iterable[tuple[Placed, Placed]]) -> Iterator[Issue]:
    """Yield what is to be said of pairs of places."""
    for one, other in pairs:
        places = [place.store.in_words for place in (one, other)]
        # Two may be called the same: on two ports of a server, say.
        about = repr([one.store.place, other.store.place, one.name, other.name]).encode(errors="replace")
        yield Issue(
            key="places_nested",
            about=hashlib.sha256(about).hexdigest()[:12],
            placeholders={
                "one": as_text(one.name),
                "place": as_code(places[0]),
                "other": as_text(other.name),
                "other_place": as_code(places[1]),
            },
            severity=ir.IssueSeverity.ERROR,
        )
