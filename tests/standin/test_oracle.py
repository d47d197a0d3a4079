"""The oracle's limits."""

from .asking import Asker, jpeg, sha1

HIGHEST = 65_532


def asking_for(number: int) -> dict[str, object]:
    return {"assets": [{"id": str(at), "checksum": f"{at:040x}"} for at in range(number)]}


async def test_it_answers_as_many_as_the_database_takes_and_then_fails(asker: Asker) -> None:
    assert (await asker.ask("POST", "/assets/bulk-upload-check", asking_for(HIGHEST)))[0] == 200
    status, told = await asker.ask("POST", "/assets/bulk-upload-check", asking_for(HIGHEST + 1))
    assert (status, told["message"]) == (500, "Failed to check bulk upload")


async def test_over_ten_megabytes_it_fails_without_a_correlation_id(asker2: Asker) -> None:
    answer = await asker2.ask("POST", "/assets/bulk-upload-check", asking_for(150_000))
    assert answer == (500, {"message": "Internal server error", "statusCode": 500})


async def test_json_that_is_none_is_refused_before_the_key_is_looked_at(asker2: Asker) -> None:
    headers = {"Content-Type": "application/json", "x-api-key": "wrong"}
    url = f"{asker2.server.url}/api/assets/bulk-upload-check"
    async with asker2.session.post(url, data=b"{nope", headers=headers) as answer:
        assert (answer.status, "correlationId" in await answer.json()) == (400, False)


async def test_an_empty_list_may_be_taken_by_some_version(asker3: Asker) -> None:
    asker3.server.quirks.empty_oracle_list_fails = False
    assert await asker3.ask("POST", "/assets/bulk-upload-check", {"assets": []}) == (200, {"results": []})


async def test_every_state_but_gone_is_known(asker: Asker) -> None:
    server, states = asker.server, ("active", "archived", "hidden", "locked", "trashed", "gone")
    ids = [server.browser.upload(jpeg(at), f"{state}.jpg") for at, state in enumerate(states)]
    server.browser.archive(ids[1])
    server.browser.hide(ids[2])
    server.browser.lock(ids[3])
    server.browser.trash(ids[4])
    server.browser.purge(ids[5])
    asked = {"assets": [{"id": state, "checksum": sha1(jpeg(at))} for at, state in enumerate(states)]}
    told = (await asker.ask("POST", "/assets/bulk-upload-check", asked))[1]["results"]
    assert [(found["action"], found.get("isTrashed")) for found in told] == [
        *[("reject", False)] * 4,
        ("reject", True),
        ("accept", None),
    ]
