"""What stays behind in Immich when it could not be told that a webhook is not used any more."""

from collections.abc import Iterator, Sequence

from ..immich.workflows import TO_REMOVE
from ..markdown import as_text
from .board import REMOVED_TOPIC, Issue

TOPIC = "webhook"
REMOVED = f"{REMOVED_TOPIC}-webhook"


def not_told_issues(title: str, workflow: str, urls: Sequence[str]) -> Iterator[Issue]:
    """Yield what is said while the account ``title`` goes on trying to tell Immich of ``urls``, if there are any."""
    if urls:
        permissions = ", ".join(f"`{one}`" for one in TO_REMOVE)
        told = {"account": as_text(title), "workflow": workflow, "permissions": permissions}
        yield Issue(key="webhook_not_told", placeholders=told)


def left_issue(title: str, workflow: str) -> Issue:
    """Return what is said when the account ``title`` was removed; nobody here can look whether it is still so."""
    told = {"account": as_text(title), "workflow": workflow}
    return Issue(key="webhook_left", placeholders=told, fix={"flow": "webhook_left"})
