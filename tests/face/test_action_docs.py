"""The page about the actions says who may call which."""

import re
from pathlib import Path

from custom_components.immich_syncthing.services import ACTIONS

PAGE = Path(__file__).parents[2] / "docs" / "actions.md"


def test_it_names_the_actions_of_administrators_and_those_that_only_look() -> None:
    said = PAGE.read_text().partition("## Who may call what")[2].partition("\n## ")[0]
    admins, lookers = (re.findall(r"`(\w+)`", part) for part in said.split("All other actions"))
    assert admins == sorted(action for action, description in ACTIONS.items() if description.admin)
    assert lookers == sorted(action for action, description in ACTIONS.items() if description.looks)
