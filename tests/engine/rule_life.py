"""A life with rules: what they made of photos in Immich, as its owner sees it."""

from typing import Any

from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from tests.servers.immich import Asset

from .living import Life

type Stored = dict[str, Any]

SITES: Stored = {"id": "sites", "path": "*/*/*_*_*", "album": "Site {1}", "tags": ["Sites/{1}/{2}", "By/{4}"]}
"""Field photos: ``<site>/<stage>/<date>_<installer>_…jpg``."""

ROOF = "North/Roof/2024-05-01_Ana_1.jpg"


async def with_rules(life: Life, *rules: Stored) -> None:
    """Let the folder have these rules from now on, as after its settings were changed."""
    life.sorting = parse_rules(rules, "Camera")
    await life.restart()


async def at_rest(life: Life) -> None:
    """Live until nothing happens, and the rules have followed what Immich has read."""
    for _ in range(3):
        await life.settle()
        await life.server.server.jobs.settle()
        life.clock.skip(20)
    await life.settle()


def tags_of(life: Life, asset: Asset) -> set[str]:
    return {life.server.server.world.tables.tags[tag].value for tag in asset.tag_ids}


def albums(life: Life) -> dict[str, set[str]]:
    """The albums with the names of their photos."""
    tables = life.server.server.world.tables
    return {
        album.name: {tables.assets[asset_id].name for asset_id in album.asset_ids} for album in tables.albums.values()
    }


def named(life: Life, name: str) -> Asset:
    return life.web.find(name)
