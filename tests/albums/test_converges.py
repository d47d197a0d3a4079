"""Whatever happens on either side, in any order: left alone, the folder is its selection, and Immich lost nothing."""

import random
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from custom_components.immich_syncthing.albums.settings import OnDeletedHere
from tests.crashing import Killed, killed_after
from tests.servers.immich import ImmichStandIn

from .tablet import Tablet, tablet_of

SEEDS = 12
STEPS = 60


@dataclass
class World:
    """A tablet and its owner, who does what a seed says."""

    tablet: Tablet
    random: random.Random
    album: str
    trashed: set[str] = field(default_factory=set)
    mine: dict[str, bytes] = field(default_factory=dict)
    count: int = 0

    def ours(self) -> list[Path]:
        """The files that are copies."""
        return [one for one in self.tablet.root.rglob("*.jpg") if one.name not in self.mine]

    def members(self) -> list[str]:
        return self.tablet.server.world.tables.albums[self.album].asset_ids

    async def step(self) -> None:
        acts = [self.upload, self.upload, self.take_out, self.put_in, self.trash, self.restore]
        acts += [self.delete_here, self.rename_here, self.write_here, self.edit_here]
        await self.random.choice(acts)()
        after = self.random.randrange(4)
        if after == 0:
            await self.tablet.run()
        elif after == 1:
            await self.killed()
        elif after == 2:
            self.tablet.sync.need_files = self.random.randrange(2)
            await self.tablet.run()
            self.tablet.sync.need_files = 0

    async def killed(self) -> None:
        try:
            with killed_after(self.random.randrange(60)):
                await (await self.tablet.open()).run()
        except Killed, BaseExceptionGroup:
            return
        finally:
            self.tablet.bury()

    async def upload(self) -> None:
        self.count += 1
        name = self.random.choice(("IMG.jpg", "img.JPG", f"IMG_{self.count}.jpg"))
        one = self.tablet.upload(name, b"photo %d" % self.count)
        await self.tablet.server.settle()
        self.tablet.web.put_into_album(self.album, one)

    async def take_out(self) -> None:
        if members := self.members():
            self.tablet.web.take_from_album(self.album, self.random.choice(members))

    async def put_in(self) -> None:
        if every := self.tablet.web.assets():
            self.tablet.web.put_into_album(self.album, self.random.choice(every).id)

    async def trash(self) -> None:
        if every := self.tablet.web.assets(trashed=False):
            one = self.random.choice(every).id
            self.tablet.web.trash(one)
            self.trashed.add(one)

    async def restore(self) -> None:
        if self.trashed:
            one = self.random.choice(sorted(self.trashed))
            self.tablet.web.restore(one)
            self.trashed.remove(one)

    async def delete_here(self) -> None:
        if files := self.ours():
            self.random.choice(files).unlink()

    async def rename_here(self) -> None:
        if files := self.ours():
            self.count += 1
            self.random.choice(files).rename(self.tablet.root / f"renamed {self.count}.jpg")

    async def write_here(self) -> None:
        """A file of the tablet's own, under a name that a photo may get."""
        self.count += 1
        name = self.random.choice((f"IMG_{self.count + 1}.jpg", f"note {self.count}.jpg"))
        if not (self.tablet.root / name).exists():
            self.mine[name] = b"mine %d" % self.count
            (self.tablet.root / name).write_bytes(self.mine[name])

    async def edit_here(self) -> None:
        if files := self.ours():
            self.count += 1
            path = self.random.choice(files)
            path.write_bytes(b"edited %d" % self.count)
            path.rename(path := path.with_name(f"edited {self.count}.jpg"))
            self.mine[path.name] = path.read_bytes()


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("choice", [OnDeletedHere.BRING_BACK, OnDeletedHere.TAKE_OUT])
async def test_the_folder_converges_and_immich_loses_nothing(
    immich: ImmichStandIn, session: aiohttp.ClientSession, tmp_path: Path, seed: int, choice: OnDeletedHere
) -> None:
    tablet = tablet_of(immich, session, tmp_path)
    tablet.set(on_deleted_here=choice)
    world = World(tablet, random.Random(seed), await tablet.album())
    for _ in range(STEPS):
        await world.step()
    # What many at once are asked about, the owner confirms.
    for _ in range(4):
        await tablet.approve(await tablet.run())
    report = await tablet.well()
    assert not report.changed
    assert (report.leaving_held, report.deleted_held) == (0, 0)

    assert tablet.asked_to_delete() == []
    assert {one.id for one in tablet.web.assets(trashed=True)} == world.trashed
    assert len(tablet.web.assets()) == tablet.photos

    wanted = [one for one in tablet.web.assets(trashed=False) if one.id in world.members()]
    found = tablet.files()
    assert {name: found.get(name) for name in world.mine} == world.mine, "what is the tablet's own is untouched"
    copies = sorted(content for name, content in found.items() if name not in world.mine)
    assert copies == sorted(tablet.web.content(one.id) for one in wanted)
