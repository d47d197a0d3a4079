"""Rules of a folder that do not work, though the key allows them: what it does not allow is told of the account."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..const import CONF_SORTING_RULES
from ..engine.report import SortingReport
from ..engine.sorting.parsing import understood_rules
from ..markdown import as_code, as_text
from .board import Issue

TOPIC = "rules"
REFUSED_TOPIC = "rules-refused"

PATIENCE_SECONDS = 600.0
"""What passes by itself is tried again within minutes."""


def rule_issues(report: SortingReport | None, folder_id: str, title: str, words: Mapping[str, str]) -> Iterator[Issue]:
    """Yield what is to be said of a folder's rules after a cycle. ``words``: by the code of a problem."""
    if report is None or report.problem is None:
        return
    reason = words.get(report.problem, report.problem)
    told = {"folder": as_text(title), "count": str(report.failed), "detail": as_text(reason)}
    yield Issue(key="rules_failing", folder_id=folder_id, placeholders=told, patience=PATIENCE_SECONDS)


def refused_issues(data: Mapping[str, Any], folder_id: str, title: str) -> Iterator[Issue]:
    """Yield what is to be said of stored rules that this release does not understand. ``data``: the folder's."""
    _, refused = understood_rules(data.get(CONF_SORTING_RULES, ()), title)
    if refused:
        lines = "\n".join(f"- {one.number}: `{as_code(one.value or one.field)}`" for one in refused)
        yield Issue(key="rules_refused", folder_id=folder_id, placeholders={"folder": as_text(title), "rules": lines})
