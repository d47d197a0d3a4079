"""The panel as the tests' person has it open: what it is told, and what it asks."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.immich_syncthing.const import DOMAIN

PATIENCE_SECONDS = 30.0


class Panel:
    """One open page: a connection of its own, with the commands that were given over it."""

    def __init__(self, socket: MockHAClientWebSocket) -> None:
        """Give commands over ``socket``."""
        self._socket = socket
        self.told: list[dict[str, Any]] = []
        """The events that came, oldest first."""
        self.last_id = 0
        """Of the command that was given last."""

    @classmethod
    async def open(cls, hass: HomeAssistant, connect: WebSocketGenerator, token: str | None = None) -> Self:
        """Open the page; ``token``: of another user than the owner."""
        return cls(await (connect(hass) if token is None else connect(hass, token)))

    async def ask(self, command: str, **data: Any) -> dict[str, Any]:
        """Give a command and return its result. Events that come meanwhile are kept."""
        answer = await self.try_to(command, **data)
        assert answer["success"], answer
        result: dict[str, Any] = answer["result"]
        return result

    async def refused(self, command: str, **data: Any) -> dict[str, Any]:
        """Give a command that is refused, and return the error."""
        answer = await self.try_to(command, **data)
        assert not answer["success"], answer
        error: dict[str, Any] = answer["error"]
        return error

    async def try_to(self, command: str, **data: Any) -> dict[str, Any]:
        """Give a command and return the answer, whatever it is."""
        kind = command if command == "unsubscribe_events" else f"{DOMAIN}/{command}"
        await self._socket.send_json_auto_id({"type": kind, **data})
        while True:
            message = await self._next()
            if message["type"] == "result":
                self.last_id = message["id"]
                return message

    async def event(self) -> dict[str, Any]:
        """Wait for the next event and return it."""
        count = len(self.told)
        while len(self.told) == count:
            await self._next()
        return self.told[-1]

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the latest event, or the first one from now on, of which ``condition`` is true."""
        if self.told and condition(self.told[-1]):
            return self.told[-1]
        while not condition(found := await self.event()):
            pass
        return found

    async def close(self) -> None:
        """Close the page."""
        await self._socket.close()

    async def _next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            message: dict[str, Any] = await self._socket.receive_json()
        if message["type"] == "event":
            self.told.append(message["event"])
        return message
