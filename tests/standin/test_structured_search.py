"""The search of 3.2 with filter, order and cursor."""

from typing import Any

import pytest

from .asking import Asker, jpeg, sha1


async def found(asker: Asker, **body: Any) -> dict[str, Any]:
    status, told = await asker.ask("POST", "/search/metadata", body)
    assert status == 200, told
    assets: dict[str, Any] = told["assets"]
    return assets


async def test_the_cursor_loses_nothing_among_equal_dates(asker3: Asker) -> None:
    for number in range(35):
        await asker3.upload(jpeg(number))
    ids: list[str] = []
    cursor = None
    while True:
        page = await found(asker3, filter={}, size=10, **({"cursor": cursor} if cursor else {}))
        ids += [asset["id"] for asset in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert (len(ids), len(set(ids))) == (35, 35)


async def test_trash_is_shown_unless_it_is_filtered(asker3: Asker) -> None:
    browser = asker3.server.browser
    browser.trash(browser.upload(jpeg(1), "trashed.jpg"))
    browser.upload(jpeg(2), "live.jpg")
    for rule, expected in (({}, 2), ({"trashedAt": {"eq": None}}, 1), ({"trashedAt": {"ne": None}}, 1)):
        assert (await found(asker3, filter=rule))["count"] == expected
    assert (await asker3.ask("POST", "/search/statistics", {"filter": {"trashedAt": {"ne": None}}}))[1] == {"total": 1}


async def test_checksums_dates_words_and_branches(asker3: Asker) -> None:
    for number in range(3):
        taken = f"2026-01-0{number + 1}T00:00:00.000Z"
        await asker3.upload(jpeg(number), f"{number}.jpg", fields={"fileCreatedAt": taken, "fileModifiedAt": taken})
    rules: list[tuple[dict[str, Any], list[str]]] = [
        ({"checksum": {"in": [sha1(jpeg(0)), sha1(jpeg(9))]}}, ["0.jpg"]),
        ({"takenAt": {"gte": "2026-01-02T00:00:00Z"}}, ["1.jpg", "2.jpg"]),
        ({"originalFileName": {"startsWith": "2"}}, ["2.jpg"]),
        ({"or": [{"originalFileName": {"eq": "0.jpg"}}, {"originalFileName": {"eq": "1.jpg"}}]}, ["0.jpg", "1.jpg"]),
        ({"hasAlbums": {"eq": False}, "isFavorite": {"eq": False}}, ["0.jpg", "1.jpg", "2.jpg"]),
        ({"albumIds": {"any": ["11111111-1111-4111-8111-111111111111"]}}, []),
    ]
    for rule, expected in rules:
        order = {"field": "fileCreatedAt", "direction": "asc"}
        items = (await found(asker3, filter=rule, orderBy=order))["items"]
        assert [asset["originalFileName"] for asset in items] == expected, rule


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"nope": {"eq": 1}}},
        {"filter": {"takenAt": {"like": "2026"}}, "withDeleted": True},
        {"filter": {}, "cursor": "!"},
        {"filter": {}, "size": 1001},
        {"filter": {"takenAt": {"gte": "2026-01-02"}}},
    ],
)
async def test_it_is_strict(asker3: Asker, body: dict[str, Any]) -> None:
    assert (await asker3.ask("POST", "/search/metadata", body))[0] == 400
    assert asker3.server.server.crashes == []


async def test_2_7_ignores_all_of_it(asker2: Asker) -> None:
    await asker2.upload(jpeg(1))
    assert (await found(asker2, filter={"nope": 1}))["count"] == 1
