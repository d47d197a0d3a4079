"""A server and a phone, two real Syncthing processes that share one folder."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from .syncthing import Release, SyncthingProcess, wait_until


class SyncthingPair:
    """A server and a phone that share one folder: ``server_dir`` on the one side, ``phone_dir`` on the other.

    Everything lies below ``root``, unless ``server_dir`` says otherwise. ``watcher_delay_s`` is Syncthing's
    ``fsWatcherDelayS`` (10 in real life): changes on disk are noticed after 0.5 to 1.5 times this delay, deletions
    later; ``wait_in_sync`` scans and so does not depend on it.
    """

    def __init__(
        self,
        root: Path,
        *,
        folder_id: str = "photos",
        label: str = "Phone Photos",
        server_release: Release = Release.V1_29,
        phone_release: Release = Release.V1_29,
        server_dir: Path | None = None,
        watcher_delay_s: int = 1,
    ) -> None:
        """Prepare both instances; nothing runs before ``start``."""
        self.folder_id = folder_id
        self.label = label
        self.watcher_delay_s = watcher_delay_s
        self.server = SyncthingProcess(root / "server-home", name="server", release=server_release)
        self.phone = SyncthingProcess(root / "phone-home", name="phone", release=phone_release)
        self.server_dir = server_dir or root / "server"
        self.phone_dir = root / "phone"

    async def __aenter__(self) -> Self:
        """Start and connect."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop both."""
        await self.stop()

    async def start(self) -> None:
        """Start both instances, introduce them to each other, share the folder and wait until it is in sync."""
        sides = ((self.server, self.phone, self.server_dir), (self.phone, self.server, self.phone_dir))
        try:
            for own, _, _ in sides:
                own.prepare()
            for own, peer, _ in sides:
                own.introduce(peer)
                await own.start()
            for own, peer, directory in sides:
                directory.mkdir(parents=True, exist_ok=True)
                await own.add_folder(
                    self.folder_id, self.label, directory, (own, peer), fsWatcherDelayS=self.watcher_delay_s
                )
            await self.wait_in_sync()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop both instances."""
        await asyncio.gather(self.phone.stop(), self.server.stop())

    async def wait_connected(self) -> None:
        """Wait until each side sees the other."""
        for own, peer in self._views():

            async def connected(own: SyncthingProcess = own, peer: SyncthingProcess = peer) -> bool:
                answer = await own.call("GET", "system/connections")
                return bool(answer["connections"].get(peer.device_id, {}).get("connected"))

            await wait_until(connected, f"{own.name} sees {peer.name}")

    async def wait_in_sync(self, *, scan: bool = True) -> None:
        """Scan both sides, then wait until both are idle and each has heard all that the other has to say.

        With ``scan=False`` only what Syncthing already noticed counts. Not for folders that cannot agree (paused,
        one-way, ignoring).
        """
        await self.wait_connected()
        if scan:
            for own, _ in self._views():
                await own.scan(self.folder_id)

        async def in_sync() -> bool:
            return all([await self._satisfied(own, peer) for own, peer in self._views()])

        await wait_until(in_sync, f"folder {self.folder_id} in sync")

    def _views(self) -> tuple[tuple[SyncthingProcess, SyncthingProcess], ...]:
        return ((self.phone, self.server), (self.server, self.phone))

    async def _satisfied(self, own: SyncthingProcess, peer: SyncthingProcess) -> bool:
        params = {"folder": self.folder_id}
        status = await own.call("GET", "db/status", params=params)
        heard = await peer.call("GET", "db/completion", params={**params, "device": own.device_id})
        # ``completion`` alone says 100 for a moment after a scan, before the index is sent (measured, 1.29.5).
        return bool(
            status["state"] == "idle"
            and not status["needTotalItems"]
            and heard["sequence"] == status["sequence"]
            and heard["completion"] == 100
            and heard.get("remoteState", "valid") == "valid"
        )
