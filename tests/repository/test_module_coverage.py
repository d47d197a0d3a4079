"""The tests run more than 95 % of every module, or ``scripts/test`` fails and says which falls short."""

import subprocess
import sys
from pathlib import Path

import pytest

from .sources import ROOT

CHECK = ROOT / "scripts" / "lib" / "covered.py"

MODULE = """\
def sign(number):
    if number < 0:
        return -1
    return 1
"""


def measured(directory: Path, *numbers: int) -> subprocess.CompletedProcess[str]:
    """Run a module with some numbers, measure that as the tests are measured, and check it."""
    (directory / ".coveragerc").write_text("[run]\nbranch = true\ninclude = sign.py\n")
    (directory / "sign.py").write_text(MODULE)
    (directory / "use.py").write_text(f"import sign\nfor number in {numbers!r}:\n    sign.sign(number)\n")
    subprocess.run([sys.executable, "-m", "coverage", "run", "use.py"], cwd=directory, check=True)
    return subprocess.run(
        [sys.executable, CHECK, "95"], cwd=directory, capture_output=True, text=True, check=False, timeout=60
    )


def test_a_module_that_is_run_whole_passes(tmp_path: Path) -> None:
    found = measured(tmp_path, -1, 1)
    assert (found.returncode, found.stdout) == (0, "")


@pytest.mark.parametrize("number", [-1, 1])
def test_a_module_of_which_a_branch_is_never_taken_fails_by_name(tmp_path: Path, number: int) -> None:
    found = measured(tmp_path, number)
    assert found.returncode == 1
    assert found.stdout.startswith("sign.py: only 66.7 % of it is run by the tests")


def test_where_nothing_was_measured_nothing_passes(tmp_path: Path) -> None:
    found = subprocess.run([sys.executable, CHECK, "95"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode != 0


def test_the_rooms_are_checked_so() -> None:
    [rooms] = [part for part in (ROOT / "scripts" / "test").read_text().split("\n}\n") if "\nrooms() {" in part]
    measure, check = rooms.splitlines()[-2:]
    assert "pytest tests" in measure
    assert measure.endswith("--cov --cov-report=term &&")
    assert check.strip() == ".venv/bin/python scripts/lib/covered.py 95"
