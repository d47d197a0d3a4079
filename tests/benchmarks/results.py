"""What was measured before, and how that compares; and the table for people."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .rows import Row

RESULTS = Path(__file__).with_name("results.json")
"""The rows that were committed last, by name."""


def committed() -> dict[str, dict[str, Any]]:
    """Return the rows that were committed last, by name."""
    return dict(json.loads(RESULTS.read_text())) if RESULTS.exists() else {}


def keep(rows: Iterable[Row]) -> None:
    """Write these rows down, beside those that were not measured now."""
    every = committed() | {row.name: {key: told for key, told in row.told().items() if key != "name"} for row in rows}
    lines = (f"{json.dumps(name)}: {json.dumps(every[name])}" for name in sorted(every))
    RESULTS.write_text("{\n  " + ",\n  ".join(lines) + "\n}\n")


def compared(row: Row, before: dict[str, dict[str, Any]]) -> float | None:
    """Return the row's figure as a share of the committed one: its ratio where it has one, which any machine shares."""
    old = before.get(row.name)
    if old is None:
        return None
    now, then = (row.value, old["value"]) if row.ratio is None or old["ratio"] is None else (row.ratio, old["ratio"])
    return now / then if then else None


HEAD = ("row", "value", "unit", "ratio", "target", "met", "to last")


def table(rows: Sequence[Row], before: dict[str, dict[str, Any]]) -> str:
    """Return all rows for people to read; the last column compares them with the committed ones."""
    lines = [HEAD, *(_line(row, before) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(_placed(cell, width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )


def _placed(cell: str, width: int) -> str:
    return cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)


def _line(row: Row, before: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    told, change = row.told(), compared(row, before)
    return (
        row.name,
        f"{told['value']:g}",
        row.unit,
        "" if row.ratio is None else f"{row.ratio:.2f}",
        told["target"] or "",
        "" if row.target is None else "yes" if row.met else "NO",
        "" if change is None else f"{change:.2f}",
    )
