"""Who plays on a stage: which releases of the programs around Home Assistant."""

from dataclasses import dataclass
from typing import override

import pytest

from tests.servers.syncthing import Release


@dataclass(frozen=True, slots=True)
class Cast:
    """A Syncthing at home and on the phone, and an Immich."""

    syncthing: Release
    immich: str

    @override
    def __str__(self) -> str:
        return f"Syncthing {self.syncthing}, Immich {self.immich}"


NEW = Cast(Release.V1_29, "3.2.2")
OLD = Cast(Release.V1_19, "2.7.5")

both_casts = pytest.mark.parametrize("stage", [NEW, OLD], indirect=True, scope="session", ids=str)
"""For the main job: it is done with the old ones, too. Other tests see the new ones only."""
