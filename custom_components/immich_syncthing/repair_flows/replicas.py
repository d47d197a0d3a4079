"""Ask once and then do it, about replicas: let copies go, believe the library, or let an issue go that was read."""

from abc import abstractmethod
from typing import override

from ..coordinator import ImmichSyncthingConfigEntry
from ..replica_coordinator import ReplicaCoordinator
from .confirmations import ConfirmFlow


class ReplicaConfirmFlow(ConfirmFlow):
    """Asks once about a replica. One that is not there any more needs nothing."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        replica = entry.runtime_data.replicas.get(str(self.about["replica_id"]))
        if replica is not None:
            await self._do_with(replica)

    @property
    def count(self) -> int:
        """Return the number that the issue named."""
        return int(self.about["count"] or 0)

    @abstractmethod
    async def _do_with(self, replica: ReplicaCoordinator) -> None:
        """Do what was confirmed. Raises ``ReplicaError``."""


class RetireFlow(ReplicaConfirmFlow):
    """Lets as many copies of deleted originals go as the issue counted."""

    @override
    async def _do_with(self, replica: ReplicaCoordinator) -> None:
        await replica.async_confirm_retiring(self.count)


class TrustFlow(ReplicaConfirmFlow):
    """Believes a library that shrank or went back."""

    @override
    async def _do_with(self, replica: ReplicaCoordinator) -> None:
        await replica.async_trust_library()


class AnewFlow(ReplicaConfirmFlow):
    """Fills a directory again that was emptied."""

    @override
    async def _do_with(self, replica: ReplicaCoordinator) -> None:
        await replica.async_begin_anew()


class SeenFlow(ReplicaConfirmFlow):
    """Lets the issue of damaged copies go, as somebody has read it."""

    @override
    async def _do_with(self, replica: ReplicaCoordinator) -> None:
        await replica.async_see_failures(self.count)


class ReplicaRemovedFlow(ConfirmFlow):
    """Lets the issue of a removed replica go, as somebody has read it."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        """Do nothing: the copies stay."""
