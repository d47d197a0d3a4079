"""What stays behind in Immich when it could not be told that a webhook is not used any more."""

from ..markdown import as_text
from .board import REMOVED_TOPIC, Issue

TOPIC = f"{REMOVED_TOPIC}-webhook"


def left_issue(title: str, workflow: str) -> Issue:
    """Return what is said of the account ``title``; nobody here can look whether it is still so."""
    return Issue(key="webhook_left", placeholders={"account": as_text(title), "workflow": workflow})
