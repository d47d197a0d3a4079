"""The dashboards that the documents offer: of cards that there are, and of entities that a folder has."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from homeassistant.util import slugify

from .sources import INTEGRATION, ROOT

OFFERED = [
    yaml.safe_load(block)
    for block in re.findall(r"^```yaml\n(.*?)^```", (ROOT / "docs/dashboard.md").read_text(), re.DOTALL | re.MULTILINE)
]
ENTITIES: dict[str, dict[str, Any]] = json.loads((INTEGRATION / "translations/en.json").read_text())["entity"]
ITS_CARD = "custom:immich-syncthing-folder"
CARDS = {ITS_CARD, "entities", "grid", "heading", "logbook", "picture", "sections", "statistics-graph", "tile"}
"""The card of the integration, and those of Home Assistant that are used, as its page names them."""


def _named(value: Any, keys: set[str]) -> Iterator[str]:
    """Yield every text below one of the keys, wherever in ``value``."""
    if isinstance(value, list):
        for one in value:
            yield from _named(one, keys)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in keys:
                yield from (text for text in (one if isinstance(one, list) else [one]) if isinstance(text, str))
            yield from _named(one, keys)


def test_there_is_a_card_and_a_whole_view() -> None:
    card, view = OFFERED
    assert card["type"] == ITS_CARD
    assert ITS_CARD in set(_named(view["sections"], {"type"}))


@pytest.mark.parametrize("offered", OFFERED, ids=lambda offered: offered["type"])
def test_what_is_offered_has_cards_that_there_are(offered: dict[str, Any]) -> None:
    assert set(_named(offered, {"type"})) <= CARDS


@pytest.mark.parametrize("offered", OFFERED, ids=lambda offered: offered["type"])
def test_what_is_offered_shows_entities_that_a_folder_has(offered: dict[str, Any]) -> None:
    ids = set(_named(offered, {"entity", "entities", "entity_id", "image_entity"}))
    known = {
        f"{domain}.{prefix}{slugify(entity['name'])}"
        for domain, kinds in ENTITIES.items()
        for entity in kinds.values()
        for prefix in ("phone_", "")
    }
    assert ids
    assert ids <= known


def test_the_card_takes_what_the_documents_tell_of_it() -> None:
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "docs/dashboard.md").read_text(), re.MULTILINE)
    config = re.search(r"interface CardConfig \{(.*?)\}", (ROOT / "frontend/src/card.ts").read_text(), re.DOTALL)
    assert config is not None
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(re.findall(r"^  (\w+)\?", config[1], re.MULTILINE))
