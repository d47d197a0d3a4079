"""Open holds: each is a question that waits for the owner, and can be answered where it is shown."""

from collections.abc import Iterator, Mapping, Sequence

from ..engine.ledger.hold_views import HoldView
from ..markdown import as_text
from .board import Issue

TOPIC = "hold"


def hold_issues(holds: Sequence[HoldView], titles: Mapping[str, str]) -> Iterator[Issue]:
    """Yield one issue for each hold. ``titles``: of the folders, by id."""
    for hold in holds:
        names = [as_text(titles[one]) for one in hold.folder_ids if one in titles]
        yield Issue(
            key=f"hold_{hold.kind}",
            about=hold.id,
            placeholders={"count": str(hold.count), "folders": ", ".join(names)},
            fix={"flow": "hold", "hold_id": hold.id},
        )
