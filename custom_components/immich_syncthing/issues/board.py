"""The issues of one account: whoever looked at something says what ought to be shown of it; the board sees to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

REMOVED_TOPIC = "removed"
"""Begins the topics of what was removed on purpose and leaves something behind."""

type FixData = Mapping[str, str | int | float | None]

PAGE = "/blob/main/docs/troubleshooting.md"
"""Where each issue is explained, below a heading that bears its key; relative to the integration's documentation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue that ought to be shown. ``key`` names its texts.

    ``folder_id``: the folder that it is about, if it is about one. ``about``: what tells it from others of its key.
    ``fix``: what its repair flow begins with; without, it cannot be repaired here. ``patience``: how many seconds it
    must have been wanted without a break before it is shown, so that what passes by itself is never shown.
    """

    key: str
    folder_id: str = ""
    about: str = ""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING
    fix: FixData | None = None
    patience: float = 0.0


class IssueBoard:
    """Makes Home Assistant's issues about an account match what is wanted."""

    def __init__(self, hass: HomeAssistant, entry_id: str, documentation: str | None = None) -> None:
        """Show issues of the entry; ``documentation``: the address of the integration's pages."""
        self._hass = hass
        self._entry_id = entry_id
        self._documentation = documentation
        self._since: dict[str, float] = {}

    @callback
    def show(self, topic: str, wanted: Iterable[Issue], folder_id: str | None = None) -> None:
        """Show these issues of a topic and no others; with ``folder_id``, of that folder.

        Call it only after a look that tells: what cannot be seen now must neither raise nor solve anything.
        """
        prefix = self._prefix(topic, folder_id)
        found = {f"{self._prefix(topic, one.folder_id)}{one.about or one.key}": one for one in wanted}
        now = monotonic()
        self._since = {one: since for one, since in self._since.items() if not one.startswith(prefix) or one in found}
        self._delete(issue_id for issue_id in self._known(prefix) if issue_id not in found)
        for issue_id, issue in found.items():
            since = self._since.setdefault(issue_id, now)
            if self._is_active(issue_id) or now - since >= issue.patience:
                self._create(issue_id, issue)

    @callback
    def shows(self, topic: str, folder_id: str) -> bool:
        """Return whether there is an issue of this topic about a folder."""
        return any(self._is_active(issue_id) for issue_id in self._known(self._prefix(topic, folder_id)))

    @callback
    def forget_other_folders(self, folder_ids: Iterable[str]) -> None:
        """Take away what is about folders that are there no more; without any folder, everything but what was left."""
        kept = set(folder_ids)
        left = f"{self._entry_id}.{REMOVED_TOPIC}-"
        known = [one for one in self._known(f"{self._entry_id}.") if not one.startswith(left)]
        about = {issue_id: issue_id.removeprefix(f"{self._entry_id}.").split(".")[1] for issue_id in known}
        self._delete(one for one, folder_id in about.items() if not kept or (folder_id and folder_id not in kept))

    @callback
    def clear(self) -> None:
        """Take everything away."""
        self._since.clear()
        self._delete(self._known(f"{self._entry_id}."))

    @callback
    def keys(self, folder_id: str | None = None) -> list[str]:
        """Return the keys of what is shown now; with ``folder_id``, about that folder."""
        registry = ir.async_get(self._hass)
        shown = [registry.issues[DOMAIN, one] for one in self._known(f"{self._entry_id}.") if self._is_active(one)]
        middle = None if folder_id is None else f".{folder_id}."
        return sorted(str(one.translation_key) for one in shown if middle is None or middle in one.issue_id)

    def _prefix(self, topic: str, folder_id: str | None) -> str:
        beginning = f"{self._entry_id}.{topic}."
        return beginning if folder_id is None else f"{beginning}{folder_id}."

    def _known(self, prefix: str) -> list[str]:
        issues = ir.async_get(self._hass).issues
        return [issue_id for domain, issue_id in issues if domain == DOMAIN and issue_id.startswith(prefix)]

    def _is_active(self, issue_id: str) -> bool:
        """Return whether it is shown. One from before a restart is known, with what was ignored, but not shown."""
        issue = ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id)
        return issue is not None and issue.active

    def _create(self, issue_id: str, issue: Issue) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data=None if issue.fix is None else {"entry_id": self._entry_id, **issue.fix},
            is_fixable=issue.fix is not None,
            learn_more_url=f"{self._documentation}{PAGE}#{issue.key}" if self._documentation else None,
            severity=issue.severity,
            translation_key=issue.key,
            translation_placeholders=dict(issue.placeholders),
        )

    def _delete(self, issue_ids: Iterable[str]) -> None:
        for issue_id in list(issue_ids):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
