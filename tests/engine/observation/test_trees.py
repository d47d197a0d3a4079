"""Sets of paths as trees."""

from custom_components.immich_syncthing.engine.trees import (
    by_directory,
    directories_of,
    is_at_or_below,
    outermost,
    within,
)


def test_paths_are_grouped_by_their_directory() -> None:
    assert by_directory(["a.jpg", "d/b.jpg", "d/c.jpg", "d/e/f.jpg"]) == {
        "": {"a.jpg"},
        "d": {"b.jpg", "c.jpg"},
        "d/e": {"f.jpg"},
    }


def test_directories_are_found_near_and_far() -> None:
    assert directories_of(["a.jpg", "d/e/f.jpg", "d/g.jpg"]) == {"d", "d/e"}


def test_a_tree_holds_itself_and_what_is_below_but_not_its_namesakes() -> None:
    directories = sorted(["", "a", "a b", "a-b", "a/c", "a/c/d", "ab", "b"])
    assert within("a", directories) == ["a", "a/c", "a/c/d"]
    assert within("a/c", directories) == ["a/c", "a/c/d"]
    assert within("c", directories) == []
    assert within("", directories) == directories


def test_a_tree_is_found_even_if_only_something_below_it_is_listed() -> None:
    assert within("a", ["a b", "a/c"]) == ["a/c"]


def test_only_the_outermost_trees_remain() -> None:
    assert outermost(["a/b", "a", "ab", "a/b/c"]) == ["a", "ab"]


def test_below_means_below_a_whole_component() -> None:
    assert is_at_or_below("a/b/c.jpg", {"a"})
    assert is_at_or_below("a", {"a"})
    assert not is_at_or_below("ab/c.jpg", {"a"})
