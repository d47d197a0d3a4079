"""How Immich refuses, in the words of 2.7.5 and of 3.x."""

import random
import string
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from .reply import json_reply
from .version import ErrorStyle

if TYPE_CHECKING:
    from aiohttp import web

    from .version import Quirks, Version


class Problem(Exception):  # noqa: N818 - an answer, not a mistake
    """An answer that is not a success; ``title`` is 2.7.5's ``error`` field, empty where the real server omits it."""

    def __init__(self, status: int, message: str, *, title: str | None = None, correlated: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.message: str | list[str] = message
        self.title = HTTPStatus(status).phrase if title is None else title
        self.correlated = correlated


@dataclass(frozen=True, slots=True)
class Issue:
    """One refused field: the path, 2.7.5's sentences about it, and 3.x's."""

    path: str
    v2: tuple[str, ...]
    v3: str
    code: str = "invalid_type"


class Invalid(Problem):
    """400 about the body or the query. ``plain`` makes 2.7.5 answer one bare sentence instead of a list."""

    def __init__(self, *issues: Issue, plain: bool = False) -> None:
        super().__init__(400, "; ".join(issue.v3 for issue in issues))
        self.issues = issues
        self.plain = plain


def correlation_id() -> str:
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=8))


def render(request: web.Request, problem: Problem, version: Version, quirks: Quirks, correlation: str) -> web.Response:
    """The answer for a refused request.

    2.7.5 (measured): ``{message, error, statusCode, correlationId}``, ``message`` a sentence or a list of them.
    3.x (SDK 3.2.2): ``{message}``, or ``{message: "Validation failed", errors: [...]}``; the correlation id is the
    header ``X-Correlation-ID``.
    """
    headers = {"x-immich-cid": correlation}
    if version.is_v3:
        headers["X-Correlation-ID"] = correlation
    if version.is_v3 and quirks.error_style is ErrorStyle.STRUCTURED:
        return json_reply(request, _structured(problem), problem.status, headers)
    body: dict[str, object] = {"message": _message(problem, version)}
    if problem.title:
        body["error"] = problem.title
    body["statusCode"] = problem.status
    if problem.correlated:
        body["correlationId"] = correlation
    return json_reply(request, body, problem.status, headers)


def _message(problem: Problem, version: Version) -> str | list[str]:
    if not isinstance(problem, Invalid):
        return problem.message
    if version.is_v3:
        return [f"[{issue.path}] {issue.v3}" if issue.path else issue.v3 for issue in problem.issues]
    sentences = [sentence for issue in problem.issues for sentence in issue.v2]
    return sentences[0] if problem.plain else sentences


def _structured(problem: Problem) -> dict[str, object]:
    if not isinstance(problem, Invalid):
        return {"message": problem.message}
    errors = [
        {
            "code": issue.code,
            "path": [int(step) if step.isdigit() else step for step in issue.path.split(".") if step],
            "message": issue.v3,
        }
        for issue in problem.issues
    ]
    return {"message": "Validation failed", "errors": errors}
