"""covered.py PERCENT: fail unless each module of the integration was run by the tests for more than PERCENT percent.

It reads what coverage measured last in the directory where it is started. Lines and branches count together.
"""

import json
import sys
import tempfile
from pathlib import Path

from coverage import Coverage


def shares() -> dict[str, float]:
    """Return what percentage of each module was run. Raises ``CoverageException`` where nothing was measured."""
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "coverage.json"
        measured.json_report(outfile=str(report))
        files = json.loads(report.read_text())["files"]
    return {path: file["summary"]["percent_covered"] for path, file in files.items()}


def main() -> int:
    """Tell which modules fall short."""
    floor = float(sys.argv[1])
    short = {path: share for path, share in shares().items() if share <= floor}
    for path, share in sorted(short.items()):
        print(f"{path}: only {share:.1f} % of it is run by the tests, not more than {floor:g} %")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
