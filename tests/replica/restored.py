"""What stories about a restored Immich have in common.

Between any two events lies a minute, so that no listing sees by chance what it does not look for.
"""

from custom_components.immich_syncthing.replica.model import Figures, RunReport
from custom_components.immich_syncthing.replica.settings import ReplicaSettings
from tests.servers.immich.records import Tables

from .house import House


def later(house: House) -> None:
    house.server.world.clock.jump(60)


async def upload(house: House, *names: str) -> list[str]:
    """Photos that hold their names."""
    ids = []
    for name in names:
        later(house)
        ids.append(await house.upload(name.encode(), f"{name}.jpg"))
    later(house)
    return ids


async def run(house: House, settings: ReplicaSettings | None = None) -> tuple[RunReport, Figures]:
    replica = await house.open(settings)
    report = await replica.run()
    await replica.close()
    return report, replica.state.figures


def told(report: RunReport) -> str | None:
    return None if report.problem is None else report.problem.code


async def held(house: House) -> list[str]:
    return sorted(content.decode() for content in (await house.contents()).values())


def restore(house: House, tables: Tables) -> None:
    """The server comes back as a whole: the files of photos that were deleted for good meanwhile, too."""
    house.server.restore_database(tables)
    for asset in house.web.assets():
        path = house.server.world.path_of(asset)
        if path is not None and not path.exists():
            path.write_bytes(asset.name.removesuffix(".jpg").encode())
