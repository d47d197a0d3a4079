"""Syncthing's events as a stream that tells when it may have missed some.

Syncthing keeps the last 1000 events of a subscription, in memory; ids count from 1 in every process. After a restart
an old id yields nothing until the new ids catch up, without any error, and then continues as if nothing had happened
(measured, 1.19 to 2.1). So every answer is checked against the process that gave it.
"""

from collections.abc import Sequence
from datetime import datetime

from .client import SyncthingClient
from .models import DiskChange, Event, EventBatch, EventType
from .payload import MISSING, text

DISK_EVENTS = (EventType.LOCAL_CHANGE_DETECTED, EventType.REMOTE_CHANGE_DETECTED)
"""What happened to files; this subscription exists from the start of the process, others from their first poll."""

SETTLED_UPTIME_S = 2
"""``startTime`` counts whole seconds: from this age on no other process can have, or get, the same one."""


class EventStream:
    """One subscription, made of long polls. One at a time: ``poll`` is not to be called while another one runs."""

    def __init__(self, client: SyncthingClient, types: Sequence[str], *, timeout_s: int = 55) -> None:
        """Prepare a stream of these events; raises ``ValueError`` for a name that Syncthing would silently ignore."""
        self._client = client
        self._types = tuple(EventType(name) for name in types)
        if not self._types:
            message = "no event types"
            raise ValueError(message)
        self._timeout_s = timeout_s
        self._process: tuple[str, datetime] | None = None
        self._since = 0

    async def poll(self) -> EventBatch:
        """Wait for events and return them, oldest first; nothing after the poll's timeout.

        The first batch, the first one after a restart of Syncthing, and one after a hole in the ids say ``gap``. A
        failure raises what the client raises and loses nothing: the next poll continues where the last one ended, or
        says ``gap``.
        """
        if self._process is None or await self._identity() != self._process:
            return await self._begin()
        events = await self._client.events(self._types, self._since, timeout_s=self._timeout_s)
        ids = [event.id for event in events]
        anew = ids != sorted(set(ids)) or any(number <= self._since for number in ids)
        # Asked after the poll as well: the events of another process may look like a continuation.
        if anew or await self._identity() != self._process:
            return await self._begin()
        if not ids:
            return EventBatch(events=(), gap=False)
        gap = ids[-1] - self._since != len(ids)
        self._since = ids[-1]
        return EventBatch(events=events, gap=gap)

    async def _begin(self) -> EventBatch:
        """Take up the stream at its end. The process is asked first: a restart in between shows at the next poll."""
        self._process = None
        status = await self._client.status()
        while status.uptime < SETTLED_UPTIME_S:
            await self._client.sleep(1.0)
            status = await self._client.status()
        newest = await self._client.events(self._types, 0, limit=1)
        self._since = newest[-1].id if newest else 0
        self._process = status.my_id, status.start_time
        return EventBatch(events=(), gap=True)

    async def _identity(self) -> tuple[str, datetime]:
        status = await self._client.status()
        return status.my_id, status.start_time


def disk_change(event: Event) -> DiskChange | None:
    """Return the change that a ``LocalChangeDetected`` or ``RemoteChangeDetected`` tells of, ``None`` for other events.

    It says that something happened at this path, not who wanted it: ``modified`` covers additions, and a phone's
    deletion may come as a local one. Raises ``SyncthingUnexpectedAnswerError`` for a payload that names no path.
    """
    if event.type not in DISK_EVENTS:
        return None
    return DiskChange(
        folder_id=text(event.data, "folder", None) or text(event.data, "folderID", MISSING),
        path=text(event.data, "path", MISSING),
        deleted=text(event.data, "action", MISSING) == "deleted",
        kind=text(event.data, "type"),
        remote=event.type == EventType.REMOTE_CHANGE_DETECTED,
        modified_by=text(event.data, "modifiedBy"),
    )
