"""immich-go, a third party's uploader, in the version that Debian packages."""

from collections.abc import Callable
from pathlib import Path

from tests.servers.immich import ImmichStandIn

from .conftest import Run


async def test_it_uploads_a_tree_once_and_nothing_the_second_time(
    server: ImmichStandIn, run: Run, program: Callable[[str], str], tree: Path
) -> None:
    command = (
        program("IMMICH_GO"),
        "upload",
        "from-folder",
        "--no-ui",
        "--server",
        server.url,
        "--api-key",
        server.key,
    )

    await run(*command, str(tree))
    assert len(server.browser.assets()) == 4

    sent = len(server.requests_of("POST", "/api/assets"))
    await run(*command, str(tree))
    assert len(server.requests_of("POST", "/api/assets")) == sent
    assert server.server.crashes == []
