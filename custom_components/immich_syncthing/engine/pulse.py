"""When a folder was last as it should be, kept over restarts: who does not look must still learn that it stopped."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from .ledger import Ledger

KEEP_SECONDS = 300.0
"""How old what the ledger has of it may get: a write for each of four cycles a minute would wear out a memory card."""


@dataclass(slots=True)
class Pulse:
    """In wall seconds, ``None`` for never.

    ``began``: when the folder was first known. ``success``: when a cycle last succeeded. ``passing``: when deletions
    could last pass. ``kept``: up to when the ledger knows this.
    """

    began: float
    success: float | None = None
    passing: float | None = None
    kept: float = 0.0

    def beat(self, now: float, *, success: bool, passing: bool) -> bool:
        """Take in how a cycle ended; return whether that is worth writing down.

        Moments that lie in the future count as now: a clock that was ahead must not put off that silence is told.
        """
        first = (success and self.success is None) or (passing and self.passing is None)
        self.began = min(self.began, now)
        self.success = now if success else _past(self.success, now)
        self.passing = now if passing else _past(self.passing, now)
        # A clock that was ahead must not keep us from writing until that time comes.
        return first or ((success or passing) and abs(now - self.kept) >= KEEP_SECONDS)


def load_pulses(ledger: Ledger, folder_ids: Iterable[str], now: float) -> dict[str, Pulse]:
    """Return the pulse of each folder. Moments that lie in the future count as now. Raises ``LedgerError``."""
    pulses: dict[str, Pulse] = {}
    with ledger.together():
        for folder_id in folder_ids:
            found = ledger.get(_key(folder_id))
            if found is None:
                pulses[folder_id] = Pulse(began=now)
                keep_pulse(ledger, folder_id, pulses[folder_id], now)
                continue
            known = json.loads(found)
            began, success, passing = (known.get(name) for name in ("began", "success", "passing"))
            pulses[folder_id] = Pulse(
                began=min(began if began is not None else now, now),
                success=_past(success, now),
                passing=_past(passing, now),
                kept=now,
            )
    return pulses


def keep_pulse(ledger: Ledger, folder_id: str, pulse: Pulse, now: float) -> None:
    """Write a pulse down. Raises ``LedgerError``."""
    pulse.kept = now
    ledger.set(_key(folder_id), json.dumps({key: value for key, value in asdict(pulse).items() if key != "kept"}))


def forget_pulse(ledger: Ledger, folder_id: str) -> None:
    """Forget the pulse of a folder that is known no more. Raises ``LedgerError``."""
    ledger.set(_key(folder_id), None)


def _past(moment: float | None, now: float) -> float | None:
    return None if moment is None else min(moment, now)


def _key(folder_id: str) -> str:
    return f"pulse:{folder_id}"
