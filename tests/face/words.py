"""The words that a person may get to see, and what they are about."""

import inspect
import json
import string
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from tests.repository.sources import INTEGRATION

WORDS: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts(words: Any) -> Iterator[str]:
    if isinstance(words, str):
        yield words
    else:
        for value in words.values():
            yield from texts(value)


def classes(module: ModuleType) -> list[Any]:
    found = [one for _, one in inspect.getmembers(module, inspect.isclass)]
    return [one for one in found if one.__module__ == module.__name__ and issubclass(one, Exception)]
