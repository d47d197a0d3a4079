"""Who hears what: the rooms of the websocket, one per user."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

type Listener = Callable[[str, tuple[object, ...]], None]


@dataclass(frozen=True, slots=True)
class Event:
    user_id: str
    name: str
    arguments: tuple[object, ...]


class Rooms:
    """Passes events to the sockets of one user and remembers them all; there is no replay for whoever was away."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self._listeners: dict[str, list[Listener]] = defaultdict(list)

    def join(self, user_id: str, listener: Listener) -> None:
        self._listeners[user_id].append(listener)

    def leave(self, user_id: str, listener: Listener) -> None:
        self._listeners[user_id].remove(listener)

    def emit(self, user_id: str, name: str, *arguments: object) -> None:
        self.log.append(Event(user_id, name, arguments))
        for listener in list(self._listeners[user_id]):
            listener(name, arguments)

    def emit_to_all(self, name: str, *arguments: object) -> None:
        for user_id in list(self._listeners):
            self.emit(user_id, name, *arguments)
