"""The engine hears what the coordinators found out anyway, so that an idle cycle need not ask it again."""

from collections.abc import Callable

from homeassistant.core import callback

from .coordinator import AccountCoordinator
from .engine.account import AccountEngine
from .syncthing_coordinator import SyncthingCoordinator


@callback
def async_tell_engine(
    engine: AccountEngine, account: AccountCoordinator, syncthing: SyncthingCoordinator
) -> Callable[[], None]:
    """Tell ``engine`` each time that a server was asked; return what ends that.

    Listeners are also called for other reasons: what was told once is no news of the server.
    """
    facts, asked_at = account.data, syncthing.data.asked_at

    @callback
    def tell_immich() -> None:
        nonlocal facts
        if account.last_update_success and account.data is not facts:
            facts = account.data
            engine.note_immich(facts.user.id, facts.trash)

    @callback
    def tell_folders() -> None:
        nonlocal asked_at
        if syncthing.last_update_success and syncthing.data.asked_at != asked_at:
            asked_at = syncthing.data.asked_at
            engine.note_folders(syncthing.data.folders.values())

    enders = (account.async_add_listener(tell_immich), syncthing.async_add_listener(tell_folders))

    @callback
    def end() -> None:
        for one in enders:
            one()

    return end
