"""Disks for tests: real mounts where the tests run as root, else permissions and errors that come to the same."""

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest


def _run(*command: str) -> bool:
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


def unmount(disk: Path) -> Path:
    """Leave a disk's mount point as it is without the disk; return where that is."""
    away = disk.rename(disk.with_name("unmounted"))
    disk.mkdir()
    return away


def mount(away: Path, disk: Path) -> None:
    """Have a disk at its mount point again."""
    disk.rmdir()
    away.rename(disk)


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Give what makes a directory the root of another file system."""
    with ExitStack() as at_end:

        def mount(directory: Path) -> None:
            if _run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(directory)):
                at_end.callback(_run, "umount", str(directory))
            else:
                monkeypatch.setattr(os, "rename", _cross_device)

        yield mount


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], None]]:
    """Give what makes a directory and all below read-only."""
    with ExitStack() as at_end:
        yield lambda directory: at_end.enter_context(read_only_meanwhile(directory))


@contextmanager
def read_only_meanwhile(directory: Path) -> Iterator[None]:
    """Let a directory and all below be read-only until the block ends."""
    path = str(directory)
    with ExitStack() as at_end:
        if _run("mount", "--bind", path, path):
            at_end.callback(_run, "umount", path)
            assert _run("mount", "-o", "remount,bind,ro", path)
        else:
            for nested in (directory, *directory.rglob("*")):
                if nested.is_dir():
                    nested.chmod(0o500)
                    at_end.callback(partial(nested.chmod, 0o700))
        yield


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a directory on a disk of 256 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    if _run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)):
        yield place
        _run("umount", str(place))
    else:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", _full_beyond(200 * 1024))
            yield place


@contextmanager
def full_meanwhile(disk: Path) -> Iterator[None]:
    """Let somebody else fill the ``small_disk`` to its last byte, until the block ends."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    yield
    ballast.unlink()


def _cross_device(*_: object, **__: object) -> None:
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


def _full_beyond(room: int) -> Callable[[int, bytes], int]:
    write, left = os.write, [room]

    def limited(fd: int, data: bytes) -> int:
        if len(data) > left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= len(data)
        return write(fd, data)

    return limited
