"""Whatever happens to a tree, the ledger agrees with it; and events tell as much as a walk."""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings, strategies as st

from custom_components.immich_syncthing.engine.model import FileStatus

from .watched import Watched, sha1, watch

NAMES = ["a.jpg", "b.jpg", "B.JPG", "é.png", "e\u0301.png", "n.txt", ".trashed-9-a.jpg", ".pending-9-a.jpg", "d", "d e"]
DIRECTORIES = ["", "d", "d e", "d/e", "d/e/a.jpg", "x.jpg"]

PATHS = st.builds(
    lambda directory, name: f"{directory}/{name}".lstrip("/"), st.sampled_from(DIRECTORIES), st.sampled_from(NAMES)
)
CONTENTS = st.sampled_from([b"", b"one", b"two", b"three"])


@dataclass(frozen=True)
class Write:
    path: str
    content: bytes

    def happen(self, root: Path) -> set[str]:
        file = root / self.path
        if not free_way(root, self.path) or (os.path.lexists(file) and not is_regular(file)):
            return set()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.content)
        return {self.path, *parents(self.path)}


@dataclass(frozen=True)
class Rename:
    old: str
    new: str

    def happen(self, root: Path) -> set[str]:
        source, target = root / self.old, root / self.new
        possible = os.path.lexists(source) and not os.path.lexists(target)
        inside = self.new.startswith(f"{self.old}/")
        if not possible or inside or not free_way(root, self.old) or not free_way(root, self.new):
            return set()
        before = below(root, self.old)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
        return before | below(root, self.new) | set(parents(self.new))


@dataclass(frozen=True)
class Delete:
    path: str

    def happen(self, root: Path) -> set[str]:
        if not free_way(root, self.path):
            return set()
        before = below(root, self.path)
        remove(root / self.path)
        return before


@dataclass(frozen=True)
class Replace:
    """Something else than a file comes to lie at a path. Syncthing names only what is new there."""

    path: str
    by: str

    def happen(self, root: Path) -> set[str]:
        if not free_way(root, self.path):
            return set()
        target = root / self.path
        before = below(root, self.path)
        remove(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.by == "link":
            target.symlink_to("a.jpg")
        elif self.by == "fifo":
            os.mkfifo(target)
        else:
            target.mkdir()
        return before | set(parents(self.path))


@dataclass(frozen=True)
class Look:
    """Look before the next change; otherwise changes pile up."""

    def happen(self, root: Path) -> set[str]:
        assert root.is_dir()
        return set()


type Step = Write | Rename | Delete | Replace | Look
ANYTHING = PATHS | st.sampled_from(DIRECTORIES[1:])
STEPS = st.lists(
    st.one_of(
        st.builds(Write, PATHS, CONTENTS),
        st.builds(Write, PATHS, CONTENTS),
        st.builds(Rename, ANYTHING, ANYTHING),
        st.builds(Delete, ANYTHING),
        st.builds(Replace, PATHS, st.sampled_from(["link", "fifo", "directory"])),
        st.just(Look()),
    ),
    max_size=25,
)


def parents(path: str) -> list[str]:
    return [str(parent) for parent in Path(path).parents if str(parent) != "."]


def free_way(root: Path, path: str) -> bool:
    ways = [root / parent for parent in parents(path)]
    return all(not way.is_symlink() and (way.is_dir() or not os.path.lexists(way)) for way in ways)


def below(root: Path, path: str) -> set[str]:
    top = root / path
    nested = top.rglob("*") if top.is_dir() and not top.is_symlink() else ()
    return {path, *(str(each.relative_to(root)) for each in nested)}


def is_regular(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def remove(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)


def photos(root: Path) -> dict[str, bytes]:
    """Return what must be in the ledger, found by other means."""
    return {
        str(path.relative_to(root)): sha1(path.read_bytes())
        for path in root.rglob("*")
        if is_regular(path)
        and path.stat().st_size
        and path.suffix.lower() in {".jpg", ".png"}
        and not path.name.startswith((".trashed-", ".pending-"))
    }


def others(folder: Watched) -> dict[str, tuple[FileStatus, bytes | None]]:
    return {path: (row.status, row.checksum) for path, row in folder.rows().items() if path not in folder.settled()}


async def live(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as place:
        walked_place, named_place = Path(place) / "walked", Path(place) / "named"
        walked_place.mkdir()
        named_place.mkdir()
        async with watch(walked_place) as walked, watch(named_place) as named:
            await walked.see_all()
            await named.see_all()
            dirty: set[str] = set()
            for step in [*steps, Look()]:
                step.happen(walked.root)
                dirty |= step.happen(named.root)
                if isinstance(step, Look):
                    await walked.see_all()
                    assert not (await named.see(*dirty)).full
                    dirty.clear()
                    assert walked.settled() == photos(walked.root)
                    assert named.settled() == photos(named.root)
                    assert others(named) == others(walked)
                    assert all(status is FileStatus.UNUSABLE for status, _ in others(walked).values())
                    assert named.observer.pending == walked.observer.pending
                    assert (await walked.see_all()).changed == 0


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_the_ledger_agrees_with_the_tree_by_walks_and_by_names(steps: list[Step]) -> None:
    asyncio.run(live(steps))
