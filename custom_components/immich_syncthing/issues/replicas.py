"""Replicas: the store is away or refuses, copies were damaged, or the owner's word is wanted before copies leave."""

from collections.abc import Iterator
from typing import Any

from homeassistant.helpers import issue_registry as ir

from ..faults.coded import Problem
from ..markdown import LONG, as_text
from ..replica.model import LIBRARY_SHRUNK, LIBRARY_WENT_BACK
from ..replica_coordinator import ReplicaCoordinator
from ..stores.errors import StoreBucketMissingError, StoreCredentialsError, StoreUnmarkedError, StoreUnreachableError
from .board import Issue
from .words import Words

TOPIC = "replica"

PATIENCE_SECONDS = 3600.0
"""A store far away comes and goes; what was not copied in an hour is copied in the next."""

KEYS = {
    StoreBucketMissingError.code: "replica_bucket_missing",
    StoreCredentialsError.code: "replica_credentials",
    StoreUnreachableError.code: "replica_unreachable",
}
"""Issues with a text of their own, by the problem's code."""

OTHERWISE = "replica_stopped"
DOUBTS = frozenset({LIBRARY_SHRUNK, LIBRARY_WENT_BACK})


def replica_issues(replica: ReplicaCoordinator, words: Words) -> Iterator[Issue]:
    """Yield what is to be said of a replica. One that rests by its owner's word has no problem."""
    state, about = replica.data, _about(replica)
    if state.problem is not None and not state.paused:
        yield _of_problem(state.problem, about, words)
    unseen = state.verification_failures - state.failures_seen
    if unseen > 0:
        told = {"count": str(unseen), "missing": str(state.figures.missing)}
        yield _issue(
            "replica_verification_failed",
            about,
            told,
            severity=ir.IssueSeverity.ERROR,
            fix=_fix(replica, "replica_seen", state.verification_failures),
        )
    if state.waiting:
        told = {"count": str(state.waiting), "copies": str(state.figures.objects)}
        yield _issue("replica_waits", about, told, fix=_fix(replica, "replica_retire", state.waiting))


def removed_issue(name: str, place: str, subentry_id: str) -> Issue:
    """Return what is said when a replica was removed: its copies stay."""
    return Issue(
        key="replica_removed",
        about=subentry_id,
        placeholders={"name": as_text(name), "place": as_text(place, LONG)},
        fix={"flow": "replica_removed"},
    )


def _of_problem(problem: Problem, about: dict[str, Any], words: Words) -> Issue:
    reason = words.why(problem)
    if problem.code in DOUBTS:
        fix = {"flow": "replica_trust", "replica_id": about["folder_id"]}
        return _issue("replica_library", about, {"reason": reason}, fix=fix)
    if problem.code == StoreUnmarkedError.code:
        fix = {"flow": "replica_anew", "replica_id": about["folder_id"]}
        return _issue("replica_unmarked", about, {}, fix=fix, patience=PATIENCE_SECONDS)
    key = KEYS.get(problem.code, OTHERWISE)
    told = {} if key != OTHERWISE else {"reason": reason}
    return _issue(key, about, told, patience=PATIENCE_SECONDS)


def _about(replica: ReplicaCoordinator) -> dict[str, Any]:
    names = {"name": as_text(replica.subentry.title), "place": as_text(replica.store.in_words, LONG)}
    return {"folder_id": replica.subentry.subentry_id, "placeholders": names}


def _issue(key: str, about: dict[str, Any], told: dict[str, str], **how: Any) -> Issue:
    return Issue(key=key, **about | {"placeholders": about["placeholders"] | told}, **how)


def _fix(replica: ReplicaCoordinator, flow: str, count: int) -> dict[str, str | int]:
    return {"flow": flow, "replica_id": replica.subentry.subentry_id, "count": count}
