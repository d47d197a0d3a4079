"""A dump is whole when gzip and PostgreSQL both came to their ends, however the bytes arrive."""

import gzip
import hashlib
import random
import tracemalloc

import pytest

from custom_components.immich_syncthing.replica.dump_check import DumpCheck
from custom_components.immich_syncthing.replica.errors import BrokenDumpError

BEGIN, END = b"--\n-- PostgreSQL database dump\n--\n\n", b"--\n-- PostgreSQL database dump complete\n--\n\n"
TEXT = BEGIN + random.Random(1).randbytes(200_000) + END
WHOLE = gzip.compress(TEXT)


def check(content: bytes, step: int = 4096) -> DumpCheck:
    found = DumpCheck()
    for at in range(0, len(content), step):
        found.take(content[at : at + step])
    found.finish()
    return found


@pytest.mark.parametrize("step", [1, 7, 4096, 10**6])
def test_a_whole_one_passes_in_pieces_of_any_size(step: int) -> None:
    found = check(WHOLE, step)
    assert (found.size, found.checksum) == (len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        WHOLE + b"\0" * 512,
        gzip.compress(TEXT + b"\\unrestrict abc\n\n"),
        gzip.compress(
            b"--\n-- PostgreSQL database cluster dump\n--\n--\n-- PostgreSQL database cluster dump complete\n"
        ),
    ],
    ids=["several members", "filled up with zeros", "as pg_dump 18 ends", "pg_dumpall"],
)
@pytest.mark.parametrize("step", [1, 1000, 10**6])
def test_so_does_whatever_gzip_takes_for_whole(content: bytes, step: int) -> None:
    check(content, step)


@pytest.mark.parametrize("cut", [0, 1, 9, 100, len(WHOLE) // 2, len(WHOLE) - 8, len(WHOLE) - 1])
def test_one_that_ends_too_early_does_not(cut: int) -> None:
    with pytest.raises(BrokenDumpError):
        check(WHOLE[:cut])


@pytest.mark.parametrize("at", [0, 3, 50, len(WHOLE) // 2, len(WHOLE) - 6, len(WHOLE) - 2])
def test_one_with_another_byte_does_not(at: int) -> None:
    changed = bytearray(WHOLE)
    changed[at] ^= 0xFF
    with pytest.raises(BrokenDumpError):
        check(bytes(changed))


@pytest.mark.parametrize("text", [b"", TEXT[: -len(END)], TEXT[len(BEGIN) :], b"something else"])
def test_one_that_postgresql_broke_off_does_not(text: bytes) -> None:
    with pytest.raises(BrokenDumpError, match="first or last line"):
        check(gzip.compress(text))


def test_something_behind_it_that_is_no_gzip_does_not_pass() -> None:
    with pytest.raises(BrokenDumpError):
        check(WHOLE + b"<html>")


def test_a_few_bytes_that_unpack_to_many_cost_little_memory() -> None:
    content = gzip.compress(BEGIN + b"\0" * 200_000_000 + END)
    tracemalloc.start()
    check(content, 10**6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20
