"""``scripts/bench [--quick] [NAME…]``: measure, and tell a line of JSON for each row and a table for people."""

import argparse
import fnmatch
import json
import sys
import time
from collections.abc import Sequence

from . import results
from .catalogue import BENCHES
from .rows import Bench, Row, Wish
from .running import Ended, Ready, run

QUICK_SECONDS = 50.0
"""What the quick ones may measure together, without setting up."""

_DEFAULT = Wish()


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="a benchmark, its beginning, or a pattern (idle.*)")
    parser.add_argument("--quick", action="store_true", help="those that need few seconds; all end within 50 s")
    parser.add_argument("--list", action="store_true", help="tell the names, and measure nothing")
    parser.add_argument("--keep", action="store_true", help="write the figures into the results that are committed")
    parser.add_argument("--samples", type=int, default=_DEFAULT.samples, help="of each latency (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=_DEFAULT.rounds, help="of what takes turns (default %(default)s)")
    parser.add_argument("--minutes", type=float, default=_DEFAULT.minutes, help="at rest (default %(default)s)")
    return parser.parse_args(given)


def _chosen(names: list[str], *, quick: bool) -> list[Bench]:
    """Raises SystemExit for a name that nobody has."""
    found: dict[str, Bench] = {}
    for name in names:
        some = {
            one.name: one
            for one in BENCHES
            if fnmatch.fnmatch(one.name, name) or one.name == name or one.name.startswith(f"{name}.")
        }
        if not some:
            sys.exit(f"there is no benchmark {name}; scripts/bench --list tells all")
        found |= some
    every = list(found.values()) if names else [one for one in BENCHES if not one.by_name]
    return [one for one in every if one.quick or not quick]


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def main(given: Sequence[str] | None = None) -> int:
    """Return 1 if something could not be measured; a target that is missed is no failure."""
    arguments = _arguments(given)
    chosen = _chosen(arguments.names, quick=arguments.quick)
    if arguments.list:
        _say("\n".join(f"{one.name}{' (quick)' * one.quick}{' (by name only)' * one.by_name}" for one in chosen))
        return 0
    wish = Wish(arguments.samples, 1 if arguments.quick else arguments.rounds, arguments.minutes)
    rows: list[Row] = []
    failures, spent, began = 0, 0.0, time.monotonic()
    for bench in chosen:
        if arguments.quick and spent >= QUICK_SECONDS:
            failures += 1
            _say(f"{bench.name}: no time left")
            continue
        for told in run(bench, wish, QUICK_SECONDS - spent if arguments.quick else None):
            match told:
                case Row():
                    rows.append(told)
                    sys.stdout.write(f"{json.dumps(told.told())}\n")
                    sys.stdout.flush()
                case Ready():
                    _say(f"{bench.name}: set up in {told.seconds:.1f} s")
                case Ended():
                    spent += told.seconds
                    failures += told.failure is not None
                    _say(f"{bench.name}: {told.failure or f'measured in {told.seconds:.1f} s'}")
    before = results.committed()
    _say(f"\n{results.table(rows, before)}\n")
    missed = [row.name for row in rows if not row.met]
    _say(f"{len(rows)} rows, measured in {spent:.0f} s of {time.monotonic() - began:.0f} s; targets missed: {missed}")
    if arguments.keep:
        results.keep(rows)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
