"""Which failures are one photo's, and which end a run: nobody tries a million photos at a store that is away."""

from ..faults.coded import CodedError, Problem
from ..immich.errors import CannotConnectError, ImmichError, MaintenanceError, MissingPermissionError, WrongKeyError
from ..stores.errors import (
    StoreBucketMissingError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreUnreachableError,
)
from .errors import OtherUserError, ReplicaError, ReplicaIndexError, ReplicaTooNewError

EXPECTED = (ImmichError, StoreError, ReplicaError, OSError)
"""What may happen to a photo on its way, and to a run as a whole."""

MOST_IN_A_ROW = 5
"""Failures of photos without a success between them that end a run: it is not the photos' fault."""

_EVERYBODYS = (
    *(CannotConnectError, MaintenanceError, MissingPermissionError, WrongKeyError),
    *(StoreBucketMissingError, StoreClockSkewError, StoreCredentialsError, StoreFullError, StoreUnreachableError),
    *(OtherUserError, ReplicaIndexError, ReplicaTooNewError),
)


def is_everybodys(error: Exception) -> bool:
    """Return whether the next photo would fail as well."""
    return isinstance(error, _EVERYBODYS)


def problem_of(error: Exception) -> Problem:
    """Return what the owner is told."""
    if isinstance(error, CodedError):
        return Problem.of(error)
    detail = getattr(error, "strerror", None) or type(error).__name__
    return Problem(ReplicaError.code, {"detail": detail})
