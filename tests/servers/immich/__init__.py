"""A stand-in for the Immich server, 2.7.5 and 3.0 to 3.2.2, for tests and for the demo."""

from .browser import Browser
from .faults import FaultKind, Faults, Rule
from .records import Asset, Kind, Status, User, Visibility
from .standin import ImmichStandIn, Seen
from .version import ErrorStyle, Quirks, StorageReport, Version
from .world import World

__all__ = [
    "Asset",
    "Browser",
    "ErrorStyle",
    "FaultKind",
    "Faults",
    "ImmichStandIn",
    "Kind",
    "Quirks",
    "Rule",
    "Seen",
    "Status",
    "StorageReport",
    "User",
    "Version",
    "Visibility",
    "World",
]
