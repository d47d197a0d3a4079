"""What every error of ours has, so that whoever reads it can be told in their language what is the matter.

The docstring of a class is what the user reads; ``code`` is the stable name of the error in logs, documentation and
translations; what differs from case to case is carried in attributes.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Protocol, Self


class Coded(Protocol):
    """An error, or what is kept of one: it has a stable code and the values of its message."""

    @property
    def code(self) -> str:
        """Return the error's stable name."""
        ...

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values of its message."""
        ...


class CodedError(Exception):
    """Something did not work."""

    code: ClassVar[str]

    def __init__(self, detail: str = "") -> None:
        """Keep ``detail``, a short text without secrets, e.g. a path, or what the server or the disk said."""
        super().__init__(detail)
        self.detail = detail

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is kept of an error, or of what is no error and hinders all the same."""

    code: str
    placeholders: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, error: Coded) -> Self:
        """Return what an error stands for."""
        return cls(error.code, dict(error.placeholders))

    @property
    def detail(self) -> str:
        """Return what differs from case to case, for logs."""
        return self.placeholders.get("detail", "")
