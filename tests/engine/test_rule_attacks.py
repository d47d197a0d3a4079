"""Attacks on rules: names, dates and texts that nobody expects, and an Immich that stumbles over one of them."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from custom_components.immich_syncthing.engine.report import SortingReport
from custom_components.immich_syncthing.engine.sorting.errors import BadRule, BadRuleError
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import ServerError
from custom_components.immich_syncthing.immich.models import Tag

from .living import living
from .rule_life import Stored, albums, at_rest, named, tags_of, with_rules
from .test_rule_parsing import MAY, effects
from .test_sorting_fails import report

pytestmark = pytest.mark.usefixtures("socket_enabled")

BY_DIRECTORY: Stored = {"id": "d", "album": "{parent}", "tags": ["In/{parent}"]}


@pytest.mark.parametrize(
    ("directory", "album"),
    [
        ("new\nline", "new line"),
        ("\u202egpj.exe", "gpj.exe"),
        ("{year} {0.__class__} {{", "{year} {0.__class__} {{"),
        ("%s $HOME `id` <b>", "%s $HOME `id` <b>"),
        ("\u2066 isolated \u2069", "isolated"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("\U0001f3d4" * 60, "\U0001f3d4" * 60),
        ("\x7f\x1b[31m", "[31m"),
    ],
)
def test_a_directory_of_any_name_is_an_album_of_one_line(directory: str, album: str) -> None:
    found = effects(BY_DIRECTORY, path=f"{directory}/a.jpg")
    assert [name for name, _ in found.albums] == [album]
    assert found.tags == (f"In/{album}",)


@given(st.text(max_size=300).filter(lambda text: "/" not in text))
def test_no_name_makes_a_text_that_immich_cannot_keep(name: str) -> None:
    found = effects({"album": "{parent}", "tags": ["{parent}/{name}"]}, path=f"{name}/{name}.jpg")
    for text in (*(album for album, _ in found.albums), *found.tags):
        assert text == text.strip()
        assert not set(text) & set("\0\n\r\t\u202e\u2028")
        text.encode()


def test_long_texts_are_cut() -> None:
    path = "/".join(["\U0001f4f7" * 60] * 15) + "/a.jpg"
    found = effects({"path": "**/*", "album": "{1}{1}", "tags": ["{1}/{2}"]}, path=path)
    assert [len(name) for name, _ in found.albums] == [1_000]
    assert [len(tag.encode()) <= 2_000 for tag in found.tags] == [True]


@pytest.mark.parametrize("nothing", [None, "", " ", "\n", [], {}, 0, False])
def test_a_rule_that_says_nothing_is_refused(nothing: object) -> None:
    every = ("album", "tags", "favorite", "archive", "description", "rating", "location", "stack")
    with pytest.raises(BadRuleError) as caught:
        parse_rules([{"id": "a", "path": "*.jpg"} | dict.fromkeys(every, nothing)], "Camera")
    assert caught.value.reason is BadRule.NOTHING_TO_DO


def test_a_group_means_itself_whatever_it_is_called() -> None:
    rule: Stored = {"regex": r"(?P<year>\d{4})/(?P<parent>\w)\w*/.*", "album": "{year} {parent}"}
    for taken in (MAY, None):
        assert effects(rule, path="1999/Roof/a.jpg", taken=taken).albums == (("1999 R", "0"),)


async def test_a_file_of_no_time_is_shown_like_any_other(other_disk: Path) -> None:
    async with living(other_disk) as life:
        life.phone_adds("A/future.jpg")
        life.phone_adds("A/today.jpg")
        os.utime(life.root / "A" / "future.jpg", (2**38, 2**38))
        await life.folder.preview()
        shown = await life.folder.preview_rules(parse_rules([BY_DIRECTORY], "Camera"))
        assert {one.path: one.taken is None for one in shown} == {"A/future.jpg": True, "A/today.jpg": False}
        assert {one.effects.albums for one in shown} == {(("A", "d"),)}


async def test_one_tag_that_immich_stumbles_over_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = ImmichClient.make_tags

    async def stumbling(client: ImmichClient, values: Sequence[str]) -> tuple[Tag, ...]:
        if "In/bad" in values:
            raise ServerError(500)
        return await make(client, values)

    monkeypatch.setattr(ImmichClient, "make_tags", stumbling)
    async with living(tmp_path) as life:
        await with_rules(life, BY_DIRECTORY)
        for directory in ("a", "bad", "c", "d"):
            life.phone_adds(f"{directory}/{directory}.jpg")
        await at_rest(life)
        assert [tags_of(life, named(life, f"{name}.jpg")) for name in ("a", "c", "d")] == [{"In/a"}, {"In/c"}, {"In/d"}]
        assert report(life) == SortingReport(waiting=1, failed=1, problem="immich_server_error")
        assert "bad" in albums(life)


async def test_an_iphone_writes_the_album_of_its_owner_otherwise(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.web.make_album("e\u0301te\u0301")
        await with_rules(life, BY_DIRECTORY)
        life.phone_adds("\u00e9t\u00e9/a.jpg")
        life.phone_adds("e\u0301te\u0301/b.jpg")
        await at_rest(life)
        assert albums(life) == {"e\u0301te\u0301": {"a.jpg", "b.jpg"}}


async def test_names_that_differ_in_case_are_albums_of_their_own_as_in_immich(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "1", "album": "Site"}, {"id": "2", "album": "site"})
        life.phone_adds("a.jpg")
        await at_rest(life)
        assert albums(life) == {"Site": {"a.jpg"}, "site": {"a.jpg"}}


async def test_rules_that_change_while_photos_go_up_are_those_that_count(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "1", "album": "Old", "tags": ["old"]})
        life.phone_adds("a.jpg")
        life.server.server.jobs.pause("metadataExtraction")
        await life.cycle()
        await with_rules(life, {"id": "1", "album": "New"})
        life.server.server.jobs.resume("metadataExtraction")
        await at_rest(life)
        assert albums(life) == {"New": {"a.jpg"}}
        assert tags_of(life, named(life, "a.jpg")) == set()
