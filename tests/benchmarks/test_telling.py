"""What scripts/bench tells, without measuring anything."""

import json
from pathlib import Path

import pytest

from . import results
from .__main__ import main
from .catalogue import BENCHES
from .rows import Of, Row, at_least, at_most


def test_each_benchmark_has_a_name_of_its_own() -> None:
    names = [one.name for one in BENCHES]
    assert len(set(names)) == len(names)


def test_a_target_is_met_at_its_limit_and_missed_beyond() -> None:
    assert Row("a", 20.0, "ms", target=at_most(20)).met
    assert not Row("a", 20.1, "ms", target=at_most(20)).met
    assert Row("a", 5.0, "MiB/s", 0.9, at_least(0.9, Of.RATIO)).met
    assert not Row("a", 5.0, "MiB/s", 0.89, at_least(0.9, Of.RATIO)).met
    assert not Row("a", 5.0, "MiB/s", None, at_least(0.9, Of.RATIO)).met
    assert Row("a", 5.0, "MiB/s").met


def test_a_row_is_told_with_all_its_keys() -> None:
    told = Row("walk.1M", 12.34567, "s", 1.51, at_most(1.5, Of.RATIO)).told()
    assert told == {
        "name": "walk.1M",
        "value": 12.35,
        "unit": "s",
        "ratio": 1.51,
        "target": "ratio <= 1.5",
        "met": False,
    }


def test_what_is_kept_is_compared_by_its_ratio_and_else_by_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results.json")
    results.keep([Row("walk", 10.0, "s", 2.0), Row("hold", 3.0, "s")])
    results.keep([Row("other", 1.0, "s")])
    before = results.committed()
    assert set(before) == {"walk", "hold", "other"}
    # Another machine is three times as fast: only the ratio says what became of our walk.
    assert results.compared(Row("walk", 3.0, "s", 1.5), before) == 0.75
    assert results.compared(Row("hold", 6.0, "s"), before) == 2.0
    assert results.compared(Row("new", 6.0, "s"), before) is None


def test_the_table_names_what_was_missed() -> None:
    shown = results.table([Row("walk", 10.0, "s", 2.0, at_most(1.5, Of.RATIO))], {})
    assert shown.splitlines()[1].split() == ["walk", "10", "s", "2.00", "ratio", "<=", "1.5", "NO"]


def test_names_are_listed_and_unknown_ones_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--quick"]) == 0
    listed = capsys.readouterr().err.splitlines()
    assert "walk.10k (quick)" in listed
    assert "home (by name only)" not in listed
    with pytest.raises(SystemExit, match="there is no benchmark nothing-like-that"):
        main(["nothing-like-that"])


def test_what_was_committed_is_of_rows_that_benchmarks_give() -> None:
    names = tuple(one.name for one in BENCHES)
    kept = json.loads(results.RESULTS.read_text())
    assert kept
    assert [name for name in kept if not name.startswith(names)] == []
