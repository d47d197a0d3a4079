"""Taking an answer back: what that means for each content depends on how far it was carried out.

| the answer                            | the content now                    | taking it back                          |
| ------------------------------------- | ---------------------------------- | --------------------------------------- |
| any                                   | not decided yet                    | waits in a hold again                   |
| leave                                 | released or kept, as it was left   | as agreed before; waits in a hold again |
| approve, leave: of what was released  | removed; the ledger alone changed  | as agreed before; waits in a hold again |
| approve; or undo of what was restored | removed, no file                   | file and asset are brought back         |
| approve                               | kept, because another folder keeps | the asset is brought back               |
| anything else                         |                                    | nothing is left to take back            |
"""

from dataclasses import dataclass
from enum import StrEnum

from .apply.context import Context
from .ledger.hold_views import AnsweredView
from .model import Answer, AssetState, Base, HoldKind

PAGE = 500
"""Answered contents that are looked at together."""


class Hindrance(StrEnum):
    """Why an answer over a content cannot be taken back."""

    UNDER_WAY = "under_way"
    """It is being carried out right now; a moment later it can be taken back."""
    MOVED_ON = "moved_on"
    """What was asked about is settled otherwise by now: nothing is left to take back."""
    NO_PLACE = "no_place"
    """Its folder is not looked after any more."""
    NO_BYTES = "no_bytes"
    """Neither the vault nor Immich has it any more."""


class Reversal(StrEnum):
    """How an answer over a content is taken back."""

    ASK_AGAIN = "ask_again"
    BRING_BACK = "bring_back"


@dataclass(frozen=True, slots=True)
class Reconsidered:
    """What came of it: how many wait for an answer again, how many are being brought back, and what stays, and why."""

    asked_again: int
    brought_back: int
    hindered: tuple[tuple[bytes, Hindrance], ...]


async def reconsider(context: Context, which: str) -> Reconsidered:
    """Take back an answer (its id), or all answers to a hold (the hold's id). Raises ``LedgerError``, ``VaultError``.

    Nothing else may plan or delete meanwhile.
    """
    ledger, workers = context.ledger, context.workers
    again = brought_back = 0
    hindered: list[tuple[bytes, Hindrance]] = []
    after: bytes | None = None
    while page := await workers.ledger.run(ledger.answered, which, after, PAGE):
        after = page[-1].content.checksum
        sorted_out: dict[Reversal | Hindrance, list[bytes]] = {}
        for item in page:
            what = reversal_of(item)
            if what is Reversal.BRING_BACK and not await _has_bytes(context, item):
                what = Hindrance.NO_BYTES
            sorted_out.setdefault(what, []).append(item.content.checksum)
        ask, bring = sorted_out.pop(Reversal.ASK_AGAIN, []), sorted_out.pop(Reversal.BRING_BACK, [])
        over = sorted_out.get(Hindrance.MOVED_ON, [])
        await workers.ledger.run(ledger.take_back, ask, bring, over, context.clock.wall())
        again, brought_back = again + len(ask), brought_back + len(bring)
        hindered += [
            (one, why) for why, checksums in sorted_out.items() if isinstance(why, Hindrance) for one in checksums
        ]
    return Reconsidered(again, brought_back, tuple(hindered))


def reversal_of(item: AnsweredView) -> Reversal | Hindrance:  # noqa: PLR0911 - a row each
    """Return how the answer over a content is taken back, or what stands in the way. Pure."""
    if item.under_way:
        return Hindrance.UNDER_WAY
    if item.content.decision is not None:
        return Reversal.ASK_AGAIN
    match item.content.base:
        case Base.RELEASED if item.answer is Answer.LEAVE:
            return _left_in_immich(item)
        case Base.KEPT if item.content.present and item.answer is Answer.LEAVE:
            return Reversal.ASK_AGAIN if item.places else Hindrance.NO_PLACE
        case Base.KEPT if item.content.present and item.answer is Answer.APPROVE:
            return Reversal.BRING_BACK
        case Base.REMOVED if item.before is Base.RELEASED and item.kind is HoldKind.VANISHED:
            return Hindrance.MOVED_ON if item.content.present else Reversal.ASK_AGAIN
        case Base.REMOVED if not item.content.present and _deletes(item):
            return Reversal.BRING_BACK if item.content.gone else Hindrance.NO_PLACE
        case _:
            return Hindrance.MOVED_ON


def _left_in_immich(item: AnsweredView) -> Reversal | Hindrance:
    """The asset was left where it was, and its file stayed away: that holds only while neither changed."""
    if item.content.present or item.content.asset.state is not AssetState.ACTIVE:
        return Hindrance.MOVED_ON
    return Reversal.ASK_AGAIN if item.places else Hindrance.NO_PLACE


def _deletes(item: AnsweredView) -> bool:
    """Return whether carrying out the answer removes the content."""
    return item.answer is (Answer.UNDO if item.kind is HoldKind.RESTORED_IN_BULK else Answer.APPROVE)


async def _has_bytes(context: Context, item: AnsweredView) -> bool:
    """Return whether the content can be had: from a file, from Immich or its trash, or from the vault."""
    content = item.content
    if content.present or content.asset.state in {AssetState.ACTIVE, AssetState.TRASHED}:
        return True
    return await context.vault.find(content.checksum, relying=False) is not None
