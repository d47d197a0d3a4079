"""Which names are files."""

import pytest

from custom_components.immich_syncthing.engine.naming import NameKind, classify, extension, is_internal

from .watched import MEDIA


@pytest.mark.parametrize(
    "path",
    [
        "IMG_0001.jpg",
        "DCIM/Camera/IMG_0001.JPG",
        "a.b.c.Jpg",
        "..jpg",
        ".hidden.jpg",
        "name with \n newline.jpg",
        'quote\'s "here".png',
        "🌅.heic",
        "cafe\u0301.jpg",
        "IMG_1.sync-conflict-20261120-144020-E74PNSZ.jpg",
        "nested/.stversions/old.jpg",
        "nested/.stfolder/odd.jpg",
        "x.trashed-1.jpg",
    ],
)
def test_what_immich_takes_is_media(path: str) -> None:
    assert classify(path, MEDIA) is NameKind.MEDIA


@pytest.mark.parametrize(
    "path", ["notes.txt", "jpg", ".jpg", "a.jpg.", "a.jpg ", "a.jpg.tmp", "Thumbs.db", ".nomedia", "IMG_1.xmp", "a."]
)
def test_what_immich_does_not_take_is_something_else(path: str) -> None:
    assert classify(path, MEDIA) is NameKind.OTHER


@pytest.mark.parametrize(
    "path",
    [
        ".trashed-1798000000-IMG_0001.jpg",
        "DCIM/.trashed-1798000000-IMG_0001.jpg",
        ".syncthing.IMG_0001.jpg.tmp",
        ".syncthing.IMG_0001.jpg",
        "DCIM/~syncthing~IMG_0001.jpg.tmp",
        ".stfolder/x.jpg",
        ".stversions/DCIM/IMG_0001.jpg",
        ".stignore",
    ],
)
def test_bins_temporary_files_and_syncthings_own_are_hidden(path: str) -> None:
    assert classify(path, MEDIA) is NameKind.HIDDEN


def test_what_android_still_writes_is_pending_if_it_will_be_media() -> None:
    assert classify("DCIM/.pending-1798000000-IMG_0001.jpg", MEDIA) is NameKind.PENDING
    assert classify("Download/.pending-1798000000-book.pdf", MEDIA) is NameKind.OTHER


def test_without_any_extension_nothing_is_media() -> None:
    assert classify("IMG_0001.jpg", frozenset()) is NameKind.OTHER


@pytest.mark.parametrize(
    ("name", "expected"), [("a.JPG", ".jpg"), (".jpg", ""), ("..jpg", ".jpg"), ("a.", "."), ("a", ""), ("a.b.c", ".c")]
)
def test_the_extension_is_that_of_node(name: str, expected: str) -> None:
    assert extension(name) == expected


def test_only_the_root_has_directories_of_syncthings_own() -> None:
    assert is_internal(".stfolder")
    assert is_internal(".stversions/DCIM")
    assert not is_internal("DCIM/.stversions")
    assert not is_internal(".stfolder2")
