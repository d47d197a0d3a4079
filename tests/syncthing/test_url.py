"""What people type into the field "address of Syncthing"."""

import pytest

from custom_components.immich_syncthing.syncthing.errors import SyncthingInvalidUrlError
from custom_components.immich_syncthing.syncthing.url import normalize_url


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("nas", "http://nas:8384"),
        ("  nas.local  ", "http://nas.local:8384"),
        ("nas:8384", "http://nas:8384"),
        ("nas:9000/", "http://nas:9000"),
        ("localhost:8384", "http://localhost:8384"),
        ("192.168.1.5", "http://192.168.1.5:8384"),
        ("::1", "http://[::1]:8384"),
        ("[::1]", "http://[::1]:8384"),
        ("[fd00::5]:9000", "http://[fd00::5]:9000"),
        ("http://[::1]:8384/", "http://[::1]:8384"),
        ("http://nas:8384", "http://nas:8384"),
        ("http://nas:8384/", "http://nas:8384"),
        ("HTTP://NAS:8384/", "http://nas:8384"),
        ("https://nas:8384//", "https://nas:8384"),
        ("https://sync.example.org", "https://sync.example.org"),
        ("http://sync.example.org", "http://sync.example.org"),
        ("https://example.org/syncthing", "https://example.org/syncthing"),
        ("https://example.org/syncthing/", "https://example.org/syncthing"),
        ("example.org/syncthing/", "http://example.org/syncthing"),
        ("example.org:8443/a/b/", "http://example.org:8443/a/b"),
        ("https://example.org/syncthing/rest/", "https://example.org/syncthing"),
        ("http://nas:8384/rest", "http://nas:8384"),
        ("http://nas:8384/#settings", "http://nas:8384"),
        ("http://nas:8384/?x=1", "http://nas:8384"),
        ("http://büro.example:8384", "http://xn--bro-hoa.example:8384"),
    ],
)
def test_an_address_is_brought_to_its_root(typed: str, root: str) -> None:
    assert normalize_url(typed) == root
    assert normalize_url(root) == root


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://",
        "https:///path",
        "ftp://nas:8384",
        "tcp://nas:22000",
        "file:///etc/passwd",
        "nas:notaport",
        "nas:0",
        "nas:65536",
        "nas:-1",
        "my nas:8384",
        "http://nas\n:8384",
        "http://nas\x00",
        "http://nas\\@evil:8384",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(SyncthingInvalidUrlError):
        normalize_url(typed)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SyncthingInvalidUrlError) as refused:
        normalize_url("https://anna:sesame@nas:8384")

    assert "sesame" not in repr(refused.value)
    assert "sesame" not in str(refused.value.placeholders)
