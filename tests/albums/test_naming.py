"""A copy's name: as in Immich where every device takes that, and nobody else's."""

import pytest

from custom_components.immich_syncthing.albums.naming import candidates, ending, folded

ID = "23170023-d8e6-459b-9089-dc0ab2597d1b"


@pytest.mark.parametrize(
    ("name", "nicest"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("Übung – 1.JPG", "Übung – 1.JPG"),
        ("a/b\\c:d*e?.jpg", "a_b_c_d_e_.jpg"),
        ("../up.jpg", "_.._up.jpg"),
        (".hidden.jpg", "_.hidden.jpg"),
        (".stfolder", "_.stfolder"),
        ("~syncthing~a.jpg", "_~syncthing~a.jpg"),
        ("con.jpg", "_con.jpg"),
        ("line\nbreak.jpg", "line_break.jpg"),
        (" spaces .jpg ", "spaces.jpg"),
        ("dots...", "dots"),
        ("", "_"),
        (".jpg", "_.jpg"),
        ("\udcff.jpg", "_.jpg"),
    ],
)
def test_a_name_that_not_every_device_takes_is_changed(name: str, nicest: str) -> None:
    assert next(candidates(name, ID)) == nicest


def test_where_a_name_is_taken_the_id_tells_them_apart() -> None:
    assert list(candidates("IMG_1.jpg", ID)) == ["IMG_1.jpg", "IMG_1 (23170023).jpg", f"IMG_1 ({ID}).jpg"]
    assert list(candidates("IMG_1.heic", ID, ".webp"))[:2] == ["IMG_1.webp", "IMG_1 (23170023).webp"]


def test_a_long_name_is_cut_between_characters_and_keeps_its_ending() -> None:
    for name in candidates("ü" * 300 + ".jpg", ID):
        assert len(name.encode()) <= 200
        assert name.endswith(".jpg")


def test_names_that_some_file_system_takes_for_the_same_fold_alike() -> None:
    assert folded("É.JPG") == folded("e\u0301.jpg")
    assert folded("a.jpg") != folded("b.jpg")
    assert (ending("A.JPG"), ending("none"), ending(".jpg")) == (".jpg", "", "")
