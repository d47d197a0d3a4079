"""The programs of other people, and an Immich for each generation to drive them against."""

import asyncio
import os
import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.generations import server, v2, v3

__all__ = ["server", "v2", "v3"]

_TOOLS = Path(__file__).parents[2] / ".tools" / "env"
_PATIENCE_S = 120.0

type Run = Callable[..., Awaitable[str]]


@pytest.fixture
def program() -> Callable[[str], str]:
    """The path of a program by its name in the environment or in ``.tools/env``."""

    def find(name: str) -> str:
        written = dict(line.split("=", 1) for line in _TOOLS.read_text().splitlines() if "=" in line)
        return os.environ.get(name) or shlex.split(written[name])[0]

    return find


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a program in a home of its own; its output, or a failure that shows it."""

    async def run(*command: str) -> str:
        env = os.environ | {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home" / "cache")}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
        async with asyncio.timeout(_PATIENCE_S):
            output = (await process.communicate())[0].decode()
        assert process.returncode == 0, output
        return output

    return run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Five photos in two folders, one of them twice, and a text that is no photo."""
    root = tmp_path / "photos"
    (root / "2026" / "summer").mkdir(parents=True)
    for number in range(3):
        Image.new("RGB", (64, 48), (number * 40, 1, 2)).save(root / f"{number}.jpg")
    Image.new("RGB", (64, 48), (9, 9, 9)).save(root / "2026" / "summer" / "Ünï 写真.jpg")
    Image.new("RGB", (64, 48), (9, 9, 9)).save(root / "2026" / "the same.jpg")
    (root / "notes.txt").write_text("no photo")
    return root
