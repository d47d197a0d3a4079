"""What the ledger tells of questions to the owner, and of the answers. Times are wall seconds."""

from dataclasses import dataclass

from ..model import Answer, Base, HoldKind
from .views import ContentView, Place


@dataclass(frozen=True, slots=True)
class HoldView:
    """A question to the owner; ``count`` is 0 exactly when it has just closed.

    Whatever joins or leaves it makes a new ``revision``, so that id and revision name one list of items.
    """

    id: str
    kind: HoldKind
    folder_ids: tuple[str, ...]
    revision: int
    created_at: float
    count: int


type HoldPosition = tuple[str, bytes]
"""Where an item of a hold comes: by folder and path of its first place, then by its checksum. No two have the same."""


@dataclass(frozen=True, slots=True)
class HoldItemView:
    """One content that waits for an answer since ``revision`` of its hold.

    ``places`` are the first few; ``order`` is the first one as text that sorts by folder, then by path.
    """

    checksum: bytes
    revision: int
    size: int
    places: tuple[Place, ...]
    order: str

    @property
    def position(self) -> HoldPosition:
        """Return where it comes when all are in their order."""
        return self.order, self.checksum


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer that the owner gave; ``count`` is how many contents it is still the latest answer over."""

    id: str
    hold_id: str
    kind: HoldKind
    answer: Answer
    folder_ids: tuple[str, ...]
    at: float
    count: int


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """A content, and the latest answer over it. ``before``: its base when it was answered.

    ``places``: whether the paths that it left before the answer, if any, are in folders that are still known.
    ``under_way``: something is being done with it now.
    """

    content: ContentView
    kind: HoldKind
    answer: Answer
    before: Base
    places: bool
    under_way: bool
