"""What people type as the address of their Immich."""

import string

import pytest
from hypothesis import given, strategies as st
from yarl import URL

from custom_components.immich_syncthing.immich.errors import InvalidUrlError
from custom_components.immich_syncthing.immich.url import candidates, normalize_url


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("http://immich:2283", "http://immich:2283/api"),
        ("http://immich:2283/", "http://immich:2283/api"),
        ("http://immich:2283/api", "http://immich:2283/api"),
        ("http://immich:2283/api/", "http://immich:2283/api"),
        ("http://immich:2283//api//", "http://immich:2283/api"),
        ("  https://Photos.Example.COM  ", "https://photos.example.com/api"),
        ("https://photos.example.com:443", "https://photos.example.com/api"),
        ("http://photos.example.com:80/", "http://photos.example.com/api"),
        ("HTTPS://photos.example.com:8443", "https://photos.example.com:8443/api"),
        ("immich", "http://immich/api"),
        ("immich:2283", "http://immich:2283/api"),
        ("photos.example.com:443", "https://photos.example.com/api"),
        ("photos.example.com:443/immich", "https://photos.example.com/immich/api"),
        ("https://example.com/immich/", "https://example.com/immich/api"),
        ("https://example.com/immich/api", "https://example.com/immich/api"),
        ("https://example.com/a/b%20c/api/", "https://example.com/a/b%20c/api"),
        ("192.168.1.5:2283", "http://192.168.1.5:2283/api"),
        ("http://[2001:DB8::1]:2283/", "http://[2001:db8::1]:2283/api"),
        ("[2001:db8::1]", "http://[2001:db8::1]/api"),
        ("2001:db8::1", "http://[2001:db8::1]/api"),
        ("::1", "http://[::1]/api"),
        ("my_nas:2283", "http://my_nas:2283/api"),
        ("https://fotos.müller.example", "https://fotos.xn--mller-kva.example/api"),
        ("https://example.com/apis", "https://example.com/apis/api"),
        ("http://immich.local.:2283", "http://immich.local.:2283/api"),
    ],
)
def test_every_usual_form_leads_to_the_root_of_the_api(typed: str, root: str) -> None:
    assert normalize_url(typed) == root


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://",
        "http:///api",
        "http:/immich",
        "https://user:secret@immich",
        "user@immich",
        "http://immich?x=1",
        "http://immich/#/photos",
        "ftp://immich",
        "file:///etc/passwd",
        "http://immich:0",
        "http://immich:65536",
        "http://immich:port",
        "http://immich:",
        "http://im mich",
        "http://immich\n.example.com",
        "http://immich\\@evil.example",
        "http://[::1",
        "http://[192.168.1.5]",
        "http://[fe80::1%25eth0]:2283",
        "fe80::1%eth0",
        "http://immich/../secret",
        "http://immich/./x",
        "http://-immich",
        "http://a..b",
        "http://immich\x00",
        "mailto:someone@example.com",
        "http://" + "a" * 64,
        "http://a\u05d0",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidUrlError) as caught:
        normalize_url(typed)
    assert "secret" not in caught.value.detail


hosts = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=12), min_size=1, max_size=3).map(
        ".".join
    ),
)
ports = st.one_of(st.none(), st.integers(1, 65535))
segments = st.lists(st.text(string.ascii_letters + string.digits + "-_~", min_size=1, max_size=8), max_size=3)


@given(st.sampled_from(["http", "https"]), hosts, ports, segments, st.sampled_from(["", "/", "/api", "/api/"]))
def test_an_address_keeps_its_parts_and_its_root_is_its_own_root(
    scheme: str, host: str, port: int | None, path: list[str], ending: str
) -> None:
    if path and path[-1] == "api":
        path = path[:-1]
    base = f"{scheme}://{host}" + (f":{port}" if port else "") + "".join(f"/{segment}" for segment in path)
    root = normalize_url(f" {base}{ending}")
    assert normalize_url(root) == root
    url = URL(root)
    assert url.scheme == scheme
    assert url.port == (port or {"http": 80, "https": 443}[scheme])
    assert url.host == URL(base).host
    assert url.parts[1:] == (*path, "api")
    assert root == str(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_refusal(typed: str) -> None:
    try:
        root = normalize_url(typed)
    except InvalidUrlError:
        return
    assert normalize_url(root) == root
    url = URL(root)
    assert url.scheme in {"http", "https"}
    assert url.host
    assert (url.user, url.password, url.query_string, url.fragment) == (None, None, "", "")
    assert root in candidates(typed)


def test_without_a_scheme_both_are_tried_and_what_hints_at_one_comes_first() -> None:
    assert candidates("photos.example.com") == (
        "https://photos.example.com/api",
        "http://photos.example.com/api",
        "http://photos.example.com:2283/api",
    )
    assert candidates("nas:2283") == ("http://nas:2283/api", "https://nas:2283/api")
    assert candidates("nas:443") == ("https://nas/api",)
    assert candidates("http://nas") == ("http://nas/api",)


def test_a_page_copied_from_the_browser_also_means_its_site() -> None:
    assert candidates("https://photos.example.com/photos") == (
        "https://photos.example.com/photos/api",
        "https://photos.example.com/api",
    )
