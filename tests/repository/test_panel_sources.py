"""The panel's sources and what they were built into: small, in ten languages, and for both directions of writing."""

import ast
import gzip
import json
import re
from pathlib import Path

import pytest

from .sources import INTEGRATION, ROOT

FRONTEND = ROOT / "frontend"
SOURCES = sorted((FRONTEND / "src").rglob("*.ts"))
BUILT = sorted((INTEGRATION / "www").rglob("*.js"))
WORDS: dict[str, dict[str, str]] = {
    path.stem: json.loads(path.read_text()) for path in (FRONTEND / "src" / "words").glob("*.json")
}
PLURALS = {
    **{language: {"one", "other"} for language in ("de", "en", "es", "fr", "it", "nl", "pt-BR", "sv")},
    "pl": {"one", "few", "many", "other"},
    "zh-Hans": {"other"},
}
"""The forms that a language has for numbers of photos; those of millions that some have besides are the other one."""

LARGEST_BYTES = 60_000
MOST_LINES = 400
_PLURAL = re.compile(r"_(one|few|many|other)$")
_ONE_SIDED = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-\w+)?"
    r"|left|right|text-align: (?:left|right)|float: (?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)\s*[:;]"
)
"""What does not turn around where one reads from right to left."""


def _styles(path: Path) -> str:
    return "\n".join(re.findall(r"css`(.*?)`", path.read_text(), re.DOTALL))


def _bases(words: dict[str, str]) -> set[str]:
    return {_PLURAL.sub("", key) for key in words}


def _words_of_previews() -> set[str]:
    """Return what the engine calls the actions of a preview; all questions are one."""
    told = set[str]()
    for node in ast.parse((INTEGRATION / "engine" / "preview.py").read_text()).body:
        match node:
            case (
                ast.FunctionDef(name="word_of")
                | ast.Assign(targets=[ast.Name(id="_RECORDS")])
                | ast.AnnAssign(target=ast.Name(id="_WORDS"))
            ):
                told |= {
                    one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
            case _:
                pass
    return {word.rstrip("_") for word in told if re.fullmatch("[a-z_]+", word)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(FRONTEND)))
def test_a_source_is_of_a_size_to_be_read(path: Path) -> None:
    # What the panel asks of Home Assistant is one list.
    assert len(path.read_text().splitlines()) <= MOST_LINES + (100 if path.name == "api.ts" else 0)


def test_styles_turn_around_where_one_reads_from_right_to_left() -> None:
    assert sum(len(_styles(path)) for path in SOURCES) > LARGEST_BYTES / 10
    assert [(path.name, found) for path in SOURCES for found in _ONE_SIDED.findall(_styles(path))] == []
    assert _ONE_SIDED.search("margin-left: 4px")
    assert _ONE_SIDED.search("  left: 0;")


def test_the_panel_speaks_the_languages_of_the_integration() -> None:
    assert WORDS.keys() == PLURALS.keys() == {path.stem for path in (INTEGRATION / "translations").glob("*.json")}


@pytest.mark.parametrize("language", sorted(PLURALS))
def test_a_language_has_all_words_of_the_panel(language: str) -> None:
    words, english = WORDS[language], WORDS["en"]
    assert _bases(words) == _bases(english)
    for base in {_PLURAL.sub("", key) for key in english if _PLURAL.search(key)}:
        forms = {form for form in ("one", "few", "many", "other") if f"{base}_{form}" in words}
        assert forms == PLURALS[language], base
    for key, text in words.items():
        assert text == text.strip() != ""
        base = _PLURAL.sub("", key)
        original = english.get(base) or english[f"{base}_other"]
        values = set(re.findall(r"\{\w+\}", text))
        assert values == set(re.findall(r"\{\w+\}", original)) or (
            # "This is the first one" needs no number.
            key.endswith("_one") and values == set(re.findall(r"\{\w+\}", english[f"{base}_one"]))
        ), key


def test_whatever_a_preview_tells_has_its_words_and_is_documented() -> None:
    told = _words_of_previews()
    assert {"ask", "replace_asset", "stack_asset", "upload"} <= told
    assert {f"plan_{word}" for word in told} <= WORDS["en"].keys()
    documented = re.findall(r"`([a-z_]+)", (ROOT / "docs/actions.md").read_text())
    assert {word for word in told - {"ask"} if word not in documented} == set()


def test_what_was_built_is_small_and_needs_nothing_from_elsewhere() -> None:
    assert {path.name for path in BUILT} >= {"panel.js", "card.js"}
    largest_words = max(path.stat().st_size for path in (INTEGRATION / "www" / "words").glob("*.json"))
    assert sum(len(gzip.compress(path.read_bytes())) for path in BUILT) < LARGEST_BYTES
    assert largest_words < LARGEST_BYTES
    # Names of XML's dialects, and Lit's page about its own warnings.
    addresses = {one for path in BUILT for one in re.findall(r"https?://[\w./-]+", path.read_text())}
    assert {one for one in addresses if not re.match(r"http://www\.w3\.org/|https://lit\.dev/", one)} == set()


def test_the_words_are_built_as_they_are_written() -> None:
    built = {path.stem: json.loads(path.read_text()) for path in (INTEGRATION / "www" / "words").glob("*.json")}
    assert built == WORDS
