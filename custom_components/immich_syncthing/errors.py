"""How Home Assistant's exceptions say an error of ours, and why a folder cannot be set up as somebody wants it.

As everywhere: the docstring of a class is what the user reads, ``code`` names it in translations.
"""

from typing import ClassVar, Final, TypedDict

from homeassistant.const import CONF_PATH
from homeassistant.exceptions import HomeAssistantError

from .const import CONF_ADVANCED, CONF_PRESET, DOMAIN
from .engine.errors import EngineError
from .faults.coded import Coded
from .immich.errors import ImmichError
from .replica.errors import ReplicaError
from .stores.errors import StoreError
from .vault.errors import VaultError

KNOWN_ERRORS: Final = (EngineError, ImmichError, ReplicaError, StoreError, VaultError)
"""What may go wrong where somebody asks for something, and has words in the translations."""


class Translated(TypedDict):
    """What Home Assistant's exceptions take to find their words."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def translated(error: Coded) -> Translated:
    """Return where the words for an error of ours stand."""
    return {
        "translation_domain": DOMAIN,
        "translation_key": error.code,
        "translation_placeholders": error.placeholders,
    }


def stopped() -> HomeAssistantError:
    """Return what whoever waits is told when the integration was stopped meanwhile."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="stopped")


class RefusedError(Exception):
    """The folder cannot be set up like this."""

    code: ClassVar[str] = "refused"
    field: ClassVar[str] = "base"
    """Below which field of the form it is shown."""

    def __init__(self, detail: str = "") -> None:
        """Keep ``detail``: what differs from case to case, e.g. a path."""
        super().__init__(detail)
        self.detail = detail


class PresetRefusedError(RefusedError):
    """Syncthing does not pass on in this folder what the preset needs."""

    code = "preset_one_way"
    field = CONF_PRESET


class SettingError(RefusedError):
    """This cannot be set like that."""

    field = CONF_ADVANCED


class BadIgnoreError(SettingError):
    """A line of what is ignored is no pattern."""

    code = "bad_ignore"


class BadIncludeError(SettingError):
    """A line of what is included is no pattern."""

    code = "bad_include"


class FreeingRefusedError(SettingError):
    """Syncthing does not take to the phone what is deleted in this folder."""

    code = "free_one_way"


class RootError(RefusedError):
    """This directory cannot be used."""

    field = CONF_PATH


class RootNotAbsoluteError(RootError):
    """The path does not begin with a slash."""

    code = "root_not_absolute"


class RootNotFoundError(RootError):
    """Home Assistant sees no such directory."""

    code = "root_not_found"


class RootNotDirectoryError(RootError):
    """The path names a file."""

    code = "root_not_directory"


class RootClosedError(RootError):
    """Home Assistant may not list the directory."""

    code = "root_closed"


class RootNotAllowedError(RootError):
    """The directory lies outside of those that Home Assistant may access."""

    code = "root_not_allowed"


class RootInConfigurationError(RootError):
    """The directory is, holds or lies in Home Assistant's configuration."""

    code = "root_in_configuration"


class RootTakenError(RootError):
    """The directory belongs to another folder, lies in one, or holds one."""

    code = "root_taken"


class RootAmongCopiesError(RootError):
    """The directory is, holds or lies in that of a vault or a replica."""

    code = "root_among_copies"


class RootReadOnlyError(RootError):
    """Home Assistant cannot write to the directory, but files are to be deleted in it."""

    code = "root_read_only"


class RootUnmarkedError(RootError):
    """Syncthing's marker is missing in the directory."""

    code = "root_unmarked"


class RootForeignError(RootError):
    """The directory holds something else than this Syncthing folder."""

    code = "root_foreign"
