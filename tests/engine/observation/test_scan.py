"""What the disk shows of a folder."""

import errno
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import (
    MarkerMissingError,
    RootMissingError,
    RootUnreadableError,
)
from custom_components.immich_syncthing.engine.listing import Absent, Kind, Present, UnsafePathError, Unsure
from custom_components.immich_syncthing.engine.scan import SAME_TICK_NS, Root

from .watched import own_by_nobody, permissions_count, sha1, signature

MARKER = ".stfolder"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "folder"
    (place / MARKER).mkdir(parents=True)
    return place


@pytest.fixture
def root(place: Path) -> Iterator[Root]:
    with Root.open(place, MARKER) as opened:
        yield opened


def write(path: Path, content: bytes = b"photo") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def secret(tmp_path: Path) -> Path:
    """Return a directory outside of the folder, with something to steal."""
    return write(tmp_path / "outside" / "secret.jpg", b"secret").parent


class TestOpening:
    def test_a_missing_root_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(RootMissingError):
            Root.open(tmp_path / "nothing", MARKER)

    def test_a_file_is_no_root(self, tmp_path: Path) -> None:
        with pytest.raises(RootMissingError):
            Root.open(write(tmp_path / "file"), MARKER)

    def test_an_unmounted_root_lacks_its_marker(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(MarkerMissingError):
            Root.open(tmp_path / "empty", MARKER)

    @pytest.mark.parametrize("marker", ["", "..", "/etc", "DCIM/nothing", "a\0b"])
    def test_a_marker_that_cannot_be_is_missing(self, place: Path, marker: str) -> None:
        with pytest.raises(MarkerMissingError):
            Root.open(place, marker)

    def test_a_link_is_no_marker(self, place: Path, tmp_path: Path) -> None:
        (place / "linked").symlink_to(secret(tmp_path))
        with pytest.raises(MarkerMissingError):
            Root.open(place, "linked")

    def test_a_marker_may_be_a_file_or_lie_deeper(self, place: Path) -> None:
        write(place / "DCIM" / ".keep")
        Root.open(place, "DCIM/.keep").close()

    def test_an_unreadable_root_is_named(self, open_place: Path) -> None:
        place = open_place / "folder"
        (place / MARKER).mkdir(parents=True)
        own_by_nobody(place)
        place.chmod(0)
        with permissions_count(), pytest.raises(RootUnreadableError):
            Root.open(place, MARKER)

    def test_a_root_whose_disk_fails_is_named(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def failing(*_: object, **__: object) -> os.stat_result:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(os, "stat", failing)
        with pytest.raises(RootUnreadableError):
            Root.open(place, MARKER)

    def test_a_closed_root_shows_nothing_and_closes_twice(self, place: Path) -> None:
        root = Root.open(place, MARKER)
        walk = root.walk()
        root.close()
        root.close()
        with pytest.raises(ValueError, match="closed"):
            next(walk)


class TestWalking:
    def test_it_goes_depth_first_in_binary_order(self, place: Path, root: Root) -> None:
        for path in ("b/2.jpg", "b/1.jpg", "a/x/1.jpg", "B/1.jpg", "ä/1.jpg", "z.jpg", "🌅/1.jpg", "｡/1.jpg"):
            write(place / path)
        listings = list(root.walk())
        assert [listing.directory for listing in listings] == ["", "B", "a", "a/x", "b", "ä", "｡", "🌅"]
        assert [entry.name for entry in listings[4].entries] == ["1.jpg", "2.jpg"]
        names = [entry.name for entry in listings[0].entries]
        assert names == sorted(names, key=os.fsencode)

    def test_it_leaves_out_what_is_syncthings_own(self, place: Path, root: Root) -> None:
        for path in (".stversions/DCIM/old.jpg", ".stfolder/x.jpg", "DCIM/.stversions/kept.jpg"):
            write(place / path)
        assert [listing.directory for listing in root.walk()] == ["", "DCIM", "DCIM/.stversions"]

    def test_it_tells_what_lies_under_each_name(self, place: Path, root: Root) -> None:
        file = write(place / "a.jpg")
        (place / "d").mkdir()
        (place / "l.jpg").symlink_to(file)
        os.mkfifo(place / "f.jpg")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(place / "s.jpg"))
        kinds = {entry.name: entry.kind for entry in root.listing("").entries}
        assert kinds == {
            MARKER: Kind.DIRECTORY,
            "a.jpg": Kind.FILE,
            "d": Kind.DIRECTORY,
            "l.jpg": Kind.SYMLINK,
            "f.jpg": Kind.SPECIAL,
            "s.jpg": Kind.SPECIAL,
        }
        assert next(entry for entry in root.listing("").entries if entry.name == "a.jpg").signature == signature(file)

    def test_it_does_not_enter_linked_directories(self, place: Path, root: Root, tmp_path: Path) -> None:
        (place / "linked").symlink_to(secret(tmp_path))
        assert [listing.directory for listing in root.walk()] == [""]

    def test_a_directory_swapped_for_a_link_meanwhile_is_not_followed(
        self, place: Path, root: Root, tmp_path: Path
    ) -> None:
        write(place / "DCIM" / "a.jpg")
        write(place / "DCIM" / "Camera" / "secret.jpg")
        walk = root.walk()
        next(walk)
        next(walk)
        (place / "DCIM").rename(tmp_path / "away")
        (tmp_path / "outside" / "Camera").mkdir(parents=True)
        write(tmp_path / "outside" / "Camera" / "secret.jpg")
        (place / "DCIM").symlink_to(tmp_path / "outside")
        camera = next(walk)
        assert (camera.directory, list(camera.entries)) == ("DCIM/Camera", [])
        assert camera.error is not None
        assert list(walk) == []

    def test_names_that_are_no_utf8_are_skipped_and_counted(self, place: Path, root: Root) -> None:
        with open(os.fsencode(place) + b"/bad\xff.jpg", "wb") as file:  # noqa: PTH123 - paths are text, this name is not
            file.write(b"x")
        os.mkdir(os.fsencode(place) + b"/dir\xff")  # noqa: PTH102 - as above
        write(place / "good.jpg")
        listing = root.listing("")
        assert [entry.name for entry in listing.entries] == [MARKER, "good.jpg"]
        assert listing.skipped == 2

    def test_a_file_that_vanishes_while_its_directory_is_listed_is_not_there(
        self, place: Path, root: Root, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(place / "a.jpg")
        write(place / "b.jpg")
        really = os.scandir

        @contextmanager
        def vanishing(fd: int) -> Iterator[list[os.DirEntry[str]]]:
            with really(fd) as found:
                entries = list(found)
            (place / "a.jpg").unlink()
            yield entries

        monkeypatch.setattr(os, "scandir", vanishing)
        assert [entry.name for entry in root.listing("").entries if entry.name != MARKER] == ["b.jpg"]

    def test_some_names_of_a_directory(self, place: Path, root: Root) -> None:
        for name in ("1.jpg", "2.jpg", "3.jpg"):
            write(place / "DCIM" / name)
        listing = root.listing("DCIM", {"3.jpg", "1.jpg", "4.jpg"})
        assert [entry.name for entry in listing.entries] == ["1.jpg", "3.jpg"]

    def test_an_absent_directory_lists_as_empty(self, place: Path, root: Root) -> None:
        listing = root.listing("DCIM/Camera")
        assert (listing.device, list(listing.entries), listing.error) == (place.stat().st_dev, [], None)

    def test_an_unreadable_directory_says_so(self, open_place: Path) -> None:
        place = open_place / "folder"
        (place / MARKER).mkdir(parents=True)
        write(place / "shut" / "below" / "a.jpg")
        write(place / "unsearchable" / "b.jpg")
        own_by_nobody(place)
        (place / "shut").chmod(0)
        (place / "unsearchable").chmod(0o400)
        with permissions_count(), Root.open(place, MARKER) as root:
            listings = {listing.directory: listing for listing in root.walk()}
            below = root.listing("shut/below")
        assert set(listings) == {"", "shut", "unsearchable"}
        assert listings["shut"].error == os.strerror(errno.EACCES)
        assert below.error == os.strerror(errno.EACCES)
        assert [(entry.name, entry.kind) for entry in listings["unsearchable"].entries] == [("b.jpg", Kind.UNKNOWN)]


class TestLooking:
    def test_what_is_there(self, place: Path, root: Root) -> None:
        file = write(place / "DCIM" / "a\n'\"🌅.jpg")
        assert root.look("DCIM/a\n'\"🌅.jpg") == Present(signature(file), Kind.FILE)

    def test_a_link_is_a_link_wherever_it_points(self, place: Path, root: Root, tmp_path: Path) -> None:
        (place / "l.jpg").symlink_to(secret(tmp_path) / "secret.jpg")
        (place / "dangling.jpg").symlink_to("nowhere")
        for path in ("l.jpg", "dangling.jpg"):
            found = root.look(path)
            assert isinstance(found, Present)
            assert found.kind is Kind.SYMLINK

    @pytest.mark.parametrize("path", ["a.jpg", "DCIM/a.jpg", "no/such/directory/a.jpg"])
    def test_what_is_absent(self, place: Path, root: Root, path: str) -> None:
        (place / "DCIM").mkdir()
        assert root.look(path) == Absent(place.stat().st_dev)

    def test_nothing_lies_below_a_file(self, place: Path, root: Root) -> None:
        write(place / "DCIM")
        assert root.look("DCIM/a.jpg") == Absent(place.stat().st_dev)

    def test_below_a_link_nobody_knows(self, place: Path, root: Root, tmp_path: Path) -> None:
        (place / "linked").symlink_to(secret(tmp_path))
        assert isinstance(root.look("linked/secret.jpg"), Unsure)
        assert isinstance(root.look("linked/nothing.jpg"), Unsure)

    def test_below_a_fifo_nobody_knows(self, place: Path, root: Root) -> None:
        os.mkfifo(place / "fifo")
        assert isinstance(root.look("fifo/a.jpg"), Unsure)

    def test_absent_from_a_directory_that_cannot_be_listed_is_not_absent(self, open_place: Path) -> None:
        place = open_place / "folder"
        (place / MARKER).mkdir(parents=True)
        (place / "passage").mkdir()
        own_by_nobody(place)
        (place / "passage").chmod(0o100)
        with permissions_count(), Root.open(place, MARKER) as root:
            assert isinstance(root.look("passage/a.jpg"), Unsure)

    def test_absent_from_a_disk_that_fails_is_not_absent(self, root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
        def failing(fd: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO), fd)

        monkeypatch.setattr(os, "scandir", failing)
        assert root.look("a.jpg") == Unsure(os.strerror(errno.EIO))
        assert root.listing("DCIM").error == os.strerror(errno.EIO)
        assert root.listing("").error == os.strerror(errno.EIO)

    @pytest.mark.parametrize(
        "path", ["", "/etc/passwd", "..", "../x.jpg", "a/../../x.jpg", "a//b.jpg", "a/", "./a", "a\0b", "\udcff.jpg"]
    )
    def test_paths_that_lead_elsewhere_are_refused(self, root: Root, path: str) -> None:
        with pytest.raises(UnsafePathError):
            root.look(path)
        with pytest.raises(UnsafePathError):
            root.open_file(path)


class TestReading:
    def test_a_file_is_opened_for_reading(self, place: Path, root: Root) -> None:
        write(place / "DCIM" / "a.jpg", b"photo")
        fd = root.open_file("DCIM/a.jpg")
        try:
            assert os.read(fd, 100) == b"photo"
            assert not os.get_inheritable(fd)
        finally:
            os.close(fd)

    def test_links_directories_and_specials_are_not_opened(self, place: Path, root: Root, tmp_path: Path) -> None:
        outside = secret(tmp_path)
        (place / "l.jpg").symlink_to(outside / "secret.jpg")
        (place / "linked").symlink_to(outside)
        (place / "d.jpg").mkdir()
        os.mkfifo(place / "f.jpg")
        for path in ("l.jpg", "linked/secret.jpg", "d.jpg", "f.jpg", "nothing.jpg"):
            with pytest.raises(OSError):  # noqa: PT011 - which one is the system's affair
                root.open_file(path)

    @pytest.mark.parametrize("by", ["link", "fifo"])
    def test_a_file_swapped_at_the_last_moment_is_not_opened(
        self, place: Path, root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
    ) -> None:
        file, outside = write(place / "a.jpg"), secret(tmp_path) / "secret.jpg"
        really_open = os.open

        def swap_and_open(path: str, flags: int, *, dir_fd: int) -> int:
            file.unlink()
            if by == "link":
                file.symlink_to(outside)
            else:
                os.mkfifo(file)
            return really_open(path, flags, dir_fd=dir_fd)

        monkeypatch.setattr(os, "open", swap_and_open)
        with pytest.raises(OSError):  # noqa: PT011 - which one is the system's affair
            root.open_file("a.jpg")

    def test_the_checksum_is_that_of_the_bytes(self, place: Path, root: Root) -> None:
        content = os.urandom(300_000)
        file = write(place / "a.jpg", content)
        assert root.hash_file("a.jpg", signature(file)) == sha1(content)
        assert root.hash_file("a.jpg", signature(file), block=4096) == sha1(content)

    def test_a_file_that_looks_otherwise_is_not_hashed(self, place: Path, root: Root) -> None:
        file = write(place / "a.jpg", b"one")
        before = signature(file)
        write(place / "a.jpg", b"two")
        os.utime(file, ns=(before.mtime_ns, before.mtime_ns))
        assert root.hash_file("a.jpg", before) is None

    def test_a_file_that_grows_meanwhile_is_not_hashed(self, place: Path, root: Root) -> None:
        file = write(place / "a.jpg", b"x" * 10_000)

        def grow() -> bool:
            with file.open("ab") as end:
                end.write(b"more")
            return False

        assert root.hash_file("a.jpg", signature(file), block=4096, cancelled=grow) is None

    def test_a_file_that_is_replaced_meanwhile_is_not_hashed(self, place: Path, root: Root, tmp_path: Path) -> None:
        file = write(place / "a.jpg", b"x" * 10_000)
        other = write(tmp_path / "other", b"y" * 10_000)

        def replace() -> bool:
            if other.exists():
                other.rename(file)
            return False

        assert root.hash_file("a.jpg", signature(file), block=4096, cancelled=replace) is None

    def test_hashing_stops_when_asked(self, place: Path, root: Root) -> None:
        file = write(place / "a.jpg", b"x" * 10_000)
        asked: list[None] = []

        def cancelled() -> bool:
            asked.append(None)
            return True

        assert root.hash_file("a.jpg", signature(file), block=4096, cancelled=cancelled) is None
        assert len(asked) == 1

    def test_reading_begins_when_a_later_write_would_show(self, place: Path, root: Root) -> None:
        """Kernels before 6.13 stamp by ticks: two writes within one leave the same times."""
        ages: list[int] = []

        def look_at_the_clock() -> bool:
            ages.append(time.time_ns() - file.stat().st_ctime_ns)
            return False

        for attempt in range(5):
            file = write(place / "a.jpg", b"%d" % attempt)
            root.hash_file("a.jpg", signature(file), cancelled=look_at_the_clock)
        assert min(ages) >= SAME_TICK_NS

    def test_a_parent_is_given_as_a_descriptor(self, place: Path, root: Root) -> None:
        write(place / "DCIM" / "a.jpg")
        with root.open_parent("DCIM/a.jpg") as (parent, name):
            assert name == "a.jpg"
            assert stat.S_ISDIR(os.fstat(parent).st_mode)
            os.unlink(name, dir_fd=parent)
        assert not (place / "DCIM" / "a.jpg").exists()
        with pytest.raises(FileNotFoundError), root.open_parent("nothing/a.jpg"):
            pass

    def test_nothing_stays_open(self, place: Path) -> None:
        file = write(place / "DCIM" / "Camera" / "a.jpg")
        write(place / "file")
        before = len(list(Path("/proc/self/fd").iterdir()))
        with Root.open(place, MARKER) as root:
            list(root.walk())
            next(root.walk())
            root.look("DCIM/Camera/a.jpg")
            root.look("DCIM/nothing/a.jpg")
            root.look("file/a.jpg")
            root.listing("DCIM/nothing")
            root.hash_file("DCIM/Camera/a.jpg", signature(file))
            with pytest.raises(OSError):  # noqa: PT011 - which one is the system's affair
                root.open_file("DCIM/Camera")
        assert len(list(Path("/proc/self/fd").iterdir())) == before
