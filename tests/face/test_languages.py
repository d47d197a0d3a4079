"""Whoever reads another language than English reads the same: nothing is missing, left over, stale or broken."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.repository.sources import INTEGRATION

from .words import WORDS, placeholders

TRANSLATIONS = INTEGRATION / "translations"
LANGUAGES = ("de", "es", "fr", "it", "nl", "pl", "pt-BR", "sv", "zh-Hans")
"""What is spoken besides English."""


def by_key(words: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text under the whole name of its key."""
    for key, value in words.items():
        if isinstance(value, dict):
            yield from by_key(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


ENGLISH = dict(by_key(WORDS))
SPOKEN = {
    language: dict(by_key(json.loads((TRANSLATIONS / f"{language}.json").read_text(encoding="utf-8"))))
    for language in LANGUAGES
}


def test_no_language_is_unchecked() -> None:
    assert {path.stem for path in TRANSLATIONS.iterdir()} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_words_for_all_that_english_has_and_for_nothing_else(language: str) -> None:
    missing = ENGLISH.keys() - SPOKEN[language].keys()
    additional = SPOKEN[language].keys() - ENGLISH.keys()
    assert (sorted(missing), sorted(additional)) == ([], [])


def test_the_languages_keep_the_order_of_english() -> None:
    """A reviewer sees them side by side."""
    assert [language for language in LANGUAGES if list(SPOKEN[language]) != list(ENGLISH)] == []


def differing(language: str, found_in: Any) -> list[str]:
    """Return the keys under which something is found in the texts that is not what is found in the English ones."""
    spoken = SPOKEN[language]
    return [key for key in ENGLISH if key in spoken and found_in(spoken[key]) != found_in(ENGLISH[key])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_values(language: str) -> None:
    assert differing(language, placeholders) == []


MARKS = re.compile(r"\]\([^)]*\)|\*\*|⏸|⚠|⚙|⋮|→")
LEADING = re.compile(r"^(?:- |\| |$)")


def shape(text: str) -> tuple[object, ...]:
    """Return what a translator leaves alone: lists, tables and paragraphs, code, links, bold words, signs, numbers."""
    lines = [(LEADING.findall(line), line.count("|")) for line in text.split("\n")]
    return lines, *(sorted(re.findall(marks, text)) for marks in (MARKS, r"`[^`]*`", r"\d+"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_form_of_the_english_text(language: str) -> None:
    assert differing(language, shape) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something_and_has_no_space_around_it(language: str) -> None:
    assert [key for key, text in SPOKEN[language].items() if not text or text != text.strip()] == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_text_is_taken_for_a_message_format(language: str) -> None:
    """For the frontend an apostrophe before a brace makes it a mere letter, and an angle bracket begins a tag."""
    spoken = SPOKEN.get(language, ENGLISH)
    assert [key for key, text in spoken.items() if re.search(r"'[{}]|[<>]", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_holds_an_address(language: str) -> None:
    assert [key for key, text in SPOKEN[language].items() if "://" in text] == []


QUOTATION = {
    "en": "“”",
    "de": "„“",
    "es": "«»",
    "fr": "«»",
    "it": "“”",
    "nl": "“”",
    "pl": "„”",
    "pt-BR": "“”",
    "sv": "””",
    "zh-Hans": "“”",
}
"""The marks that a language puts around words."""

QUOTES = re.compile('["„“”«»\\u2018-\\u201b\\u2039\\u203a]')


@pytest.mark.parametrize("language", QUOTATION)
def test_words_are_quoted_as_the_language_does_it(language: str) -> None:
    spoken = SPOKEN.get(language, ENGLISH)
    begins, ends = tuple(QUOTATION[language])
    whole = re.compile(f"{begins}[^{begins}{ends}]+{ends}")
    assert [key for key, text in spoken.items() if QUOTES.search(whole.sub("", text))] == []


AMERICAN = re.compile(
    r"(?:synchron|recogn|organ|real|summar|normal|minim|maxim|author)iz|(?:fav|col|behavi|neighb)or|analyze|canceled"
    r"|traveled|\bcenter|\bgray\b|\blicense|catalog\b",
    re.IGNORECASE,
)


def test_english_is_spelt_in_one_way() -> None:
    """As the documents are: the British one."""
    assert [key for key, text in ENGLISH.items() if AMERICAN.search(text)] == []


NAMES = re.compile(r"\{\w+\}|\b(?:Immich|Syncthing|Azure Blob Storage|Google Cloud Storage|Webhook|Websocket)\b")
THE_SAME = {
    "de": {
        *("Album", "Bucket", "Container", "Name", "Phase", "Problem", "Region", "Revision", "Status", "Tags", "Videos"),
    },
    "es": {"Bucket", "Endpoint", "Error"},
    "fr": {
        *("Album", "Albums", "Copies", "Description", "Descriptions", "Photos", "album {value}"),
        *("description `{value}`", "photos"),
    },
    "it": {"1 file, {size}", "Account", "Album", "Bucket", "Endpoint", "File", "Replica", "album {value}"},
    "nl": {
        *("Account", "Accounts", "Album", "Albums", "Bucket", "Conflict", "Container", "Directory", "Endpoint"),
        *("Items", "Prefix", "Replica", "Status", "Tags", "album {value}", "items", "tags {value}"),
    },
    "pl": {"Album", "Folder", "Problem", "Region", "album {value}"},
    "pt-BR": {"Bucket", "Endpoint", "Tags", "tags {value}"},
    "sv": {"Album", "Bucket", "Container", "Prefix", "Problem", "Region", "Revision", "Status", "album {value}"},
}
"""English texts that are right as they are in another language, by language."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english(language: str) -> None:
    """Placeholders and the names of products stay; another text may be the same only if somebody said so."""
    said = {text for text in ENGLISH.values() if re.search(r"[A-Za-z]", NAMES.sub("", text))}
    spoken = SPOKEN[language]
    same = {text for key, text in ENGLISH.items() if text in said and spoken.get(key) == text}
    assert same == THE_SAME.get(language, set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_entities_with_different_names_do_not_share_one_elsewhere(language: str) -> None:
    named = {key: name for key, name in SPOKEN[language].items() if re.fullmatch(r"entity\.\w+\.\w+\.name", key)}
    meant: dict[str, set[str]] = {}
    for key, name in named.items():
        meant.setdefault(name, set()).add(ENGLISH[key])
    assert {name: english for name, english in meant.items() if len(english) > 1} == {}


FOLDER = "config_subentries.folder"
SETTINGS = f"{FOLDER}.step.location.sections.advanced.data"
PRESETS = "selector.preset.options"
CHANGES = "config.step.reconfigure.menu_options"
QUOTED = {
    f"{FOLDER}.error.bad_ignore": (f"{SETTINGS}.ignore",),
    f"{FOLDER}.error.bad_include": (f"{SETTINGS}.include",),
    "issues.silent.description": ("entity.sensor.status.name", "entity.binary_sensor.problem.name"),
    "issues.rules_failing.description": ("services.retry_failed.name",),
    "issues.vault_credentials.description": (f"{CHANGES}.store",),
    "issues.vault_earlier_unreachable.description": (f"{CHANGES}.earlier_vaults",),
    f"{FOLDER}.step.rules.description": ("services.apply_rules.name",),
    "issues.hold_many_files.fix_flow.create_entry.default": ("entity.event.activity.name",),
    "issues.root_read_only.description": (f"{PRESETS}.backup", f"{PRESETS}.phone_decides"),
    "exceptions.ignore_delete.message": (f"{PRESETS}.backup",),
    "selector.on_edit.options.as_preset": tuple(
        f"{PRESETS}.{preset}" for preset in ("backup", "immich_decides", "mirror", "phone_decides")
    ),
}
"""Texts that send somebody to something by its name, and where it has it. Presets explain theirs after a dash."""


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_a_text_sends_to_has_that_name_there(language: str) -> None:
    spoken = SPOKEN.get(language, ENGLISH)
    wrong = [
        (key, name)
        for key, names in QUOTED.items()
        for name in (re.split(r" ?[–—]+ ?", spoken[named])[0] for named in names)
        if name.casefold() not in spoken[key].casefold()
    ]
    assert wrong == []
