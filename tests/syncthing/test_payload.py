"""Reading fields, above all points in time, as Go programs write them."""

from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.syncthing.errors import SyncthingUnexpectedAnswerError
from custom_components.immich_syncthing.syncthing.payload import (
    MISSING,
    file_moment,
    flag,
    items,
    mapping,
    moment,
    number,
    percentage,
    required_moment,
    text,
    texts,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20T14:33:57Z", datetime(2026, 11, 20, 14, 33, 57, tzinfo=UTC)),
        ("2026-11-20T14:33:57.88Z", datetime(2026, 11, 20, 14, 33, 57, 880_000, tzinfo=UTC)),
        ("2026-11-20T15:33:57.092359872+01:00", datetime(2026, 11, 20, 14, 33, 57, 92_359, tzinfo=UTC)),
        ("2026-11-20T04:03:57.000000001-10:30", datetime(2026, 11, 20, 14, 33, 57, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01T01:00:00+01:00", None),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_point_in_time_is_read_whatever_its_offset_and_decimals(written: str | None, read: datetime | None) -> None:
    assert moment({"at": written}, "at") == read
    assert moment({}, "at") is None


@pytest.mark.parametrize("written", ["yesterday", "2026-11-20T14:33:57", "2026-13-20T14:33:57Z", 17, True, {}])
def test_what_is_no_point_in_time_is_an_odd_answer(written: object) -> None:
    with pytest.raises(SyncthingUnexpectedAnswerError):
        moment({"at": written}, "at")


def test_a_required_point_in_time_must_be_there() -> None:
    with pytest.raises(SyncthingUnexpectedAnswerError):
        required_moment({}, "at")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1965-05-05T12:00:00Z", datetime(1965, 5, 5, 12, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("292277026596-12-04T15:30:07Z", None),
    ],
)
def test_a_file_may_carry_any_date(written: str, read: datetime | None) -> None:
    assert file_moment({"modified": written}, "modified") == read


def test_null_and_absent_are_the_same_and_mean_empty() -> None:
    data = {"name": None, "size": None, "deleted": None, "version": None}

    assert (text(data, "name"), number(data, "size"), flag(data, "deleted"), texts(data, "version")) == (
        "",
        0,
        False,
        (),
    )
    assert (text({}, "name"), number({}, "size"), flag({}, "deleted"), texts({}, "version")) == ("", 0, False, ())
    assert mapping(None, "thing") == {}
    assert list(items(None, "things")) == []


@pytest.mark.parametrize("wrong", [1.5, True, "1", [], {}])
def test_a_number_is_no_truth_value_and_no_fraction(wrong: object) -> None:
    with pytest.raises(SyncthingUnexpectedAnswerError):
        number({"size": wrong}, "size")


def test_fields_of_the_wrong_type_are_odd_answers() -> None:
    for read in (
        lambda: text({"name": 5}, "name"),
        lambda: text({}, "name", MISSING),
        lambda: flag({"deleted": 1}, "deleted"),
        lambda: flag({}, "deleted", MISSING),
        lambda: number({}, "size", MISSING),
        lambda: percentage({}, "completion"),
        lambda: percentage({"completion": True}, "completion"),
        lambda: texts({"version": ["a", 1]}, "version"),
        lambda: texts({"version": "a"}, "version"),
        lambda: mapping([], "thing"),
        lambda: items({}, "things"),
    ):
        with pytest.raises(SyncthingUnexpectedAnswerError):
            read()


def test_go_writes_whole_percentages_without_a_point() -> None:
    assert percentage({"completion": 100}, "completion") == 100.0
    assert percentage({"completion": 95.25}, "completion") == 95.25
