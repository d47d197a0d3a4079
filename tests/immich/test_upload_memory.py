"""A film must not fill the memory of a small board."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMIT_MIB = 32


async def test_a_large_upload_takes_little_memory() -> None:
    """A quarter GiB here; 4 GiB with ``python -m tests.benchmarks.upload_memory``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.upload_memory", "256", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert json.loads(output)["growth_mib"] < LIMIT_MIB
