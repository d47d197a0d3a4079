"""What owners do on their phones, and how Syncthing carries it."""

from pathlib import PurePosixPath

from .contents import photo, sidecar
from .steps import act
from .world import World

NOTHING = "nothing: it is not so any more"


@act
def takes_photo(world: World, phone: str, path: str, number: int, age: float = 0.0) -> str | None:
    """A photo is taken, or copied to the phone; ``age``: seconds since it was last changed."""
    if path in world.phones[phone].tree:
        return NOTHING
    world.phones[phone].put(path, photo(number), int(world.clock.now - age) * 10**9)
    return None


@act
def takes_live_photo(world: World, phone: str, stem: str, number: int, video: int) -> str | None:
    """A still and its video: two files of one name."""
    tree = world.phones[phone].tree
    if f"{stem}.heic" in tree or f"{stem}.mov" in tree:
        return NOTHING
    world.phones[phone].put(f"{stem}.heic", photo(number))
    world.phones[phone].put(f"{stem}.mov", photo(video))
    world.record.partners[photo(video)] = photo(number)
    return None


@act
def writes_sidecar(world: World, phone: str, path: str, number: int) -> str | None:
    """A photo program notes something beside a photo."""
    if path not in world.phones[phone].tree:
        return NOTHING
    world.phones[phone].put(f"{path.rpartition('.')[0]}.xmp", sidecar(number))
    return None


@act
def copies(world: World, phone: str, old: str, new: str) -> str | None:
    tree = world.phones[phone].tree
    if old not in tree or new in tree:
        return NOTHING
    world.phones[phone].put(new, tree[old].data, tree[old].mtime_ns)
    return None


@act
def edits(world: World, phone: str, path: str, number: int) -> str | None:
    if path not in world.phones[phone].tree:
        return NOTHING
    world.phones[phone].put(path, photo(number))
    return None


@act
def touches(world: World, phone: str, path: str) -> str | None:
    if path not in world.phones[phone].tree:
        return NOTHING
    world.phones[phone].touch(path)
    return None


@act
def deletes(world: World, phone: str, paths: tuple[str, ...]) -> str | None:
    there = [path for path in paths if path in world.phones[phone].tree]
    for path in there:
        world.phones[phone].delete(path)
    return None if there else NOTHING


@act
def renames(world: World, phone: str, old: str, new: str) -> str | None:
    tree = world.phones[phone].tree
    if old not in tree or new in tree:
        return NOTHING
    world.phones[phone].rename(old, new)
    return None


@act
def renames_directory(world: World, phone: str, old: str, new: str) -> str | None:
    tree = world.phones[phone].tree
    moving = [path for path in tree if path.startswith(f"{old}/")]
    if not moving or any(path.startswith(f"{new}/") for path in tree):
        return NOTHING
    for path in moving:
        world.phones[phone].rename(path, f"{new}{path.removeprefix(old)}")
    return None


@act
def bins(world: World, phone: str, path: str) -> str | None:
    """Android's bin: a rename that keeps the bytes for a while."""
    pure = PurePosixPath(path)
    return renames(world, phone, path, str(pure.with_name(f".trashed-2220000000-{pure.name}")))


@act
def unbins(world: World, phone: str, path: str) -> str | None:
    """Out of Android's bin."""
    pure = PurePosixPath(path)
    return renames(world, phone, path, str(pure.with_name(pure.name.split("-", 2)[-1])))


@act
def meets(world: World, phone: str) -> None:
    """The phone is connected: it tells what it has, and takes what the server has."""
    world.folder_of(phone).meet(world.phones[phone])


@act
def pulls(world: World, folder_id: str, count: int, deletes_first: bool = False) -> str:
    """Syncthing puts some of what the phones have into the folder."""
    done = world.shared[folder_id].pull(count, deletes_first=deletes_first)
    return f"{done} arrived"


@act
def arrives(world: World, phone: str) -> str:
    """All goes well: the phone is connected, everything is pulled, and Syncthing tells of all of it."""
    shared = world.folder_of(phone)
    shared.meet(world.phones[phone])
    done = shared.pull(1_000)
    shared.meet(world.phones[phone])
    return f"{done} arrived, {events(world, shared.id, 'all')}"


@act
def begins_download(world: World, folder_id: str) -> str:
    """A temporary file lies in the folder for a while."""
    shared = world.shared[folder_id]
    for path in shared.needs():
        best = shared.best(path)
        if best is not None and best.data is not None and not shared.paused:
            shared.disk.begin(path, best.data)
            return path
    return NOTHING


@act
def events(world: World, folder_id: str, habit: str) -> str:
    """Syncthing tells what happened on the disk: in order, reversed, twice, with a gap, or not at all."""
    waiting = list(world.shared[folder_id].events)
    world.shared[folder_id].events.clear()
    engine = world.home.folder(folder_id)
    if engine is None:
        return "nobody listens"
    if habit == "reversed":
        waiting.reverse()
    if habit == "twice":
        waiting += waiting
    if habit == "half":
        waiting = waiting[::2]
    if habit in {"lost", "gap"}:
        waiting.clear()
    for event in waiting:
        engine.note_change(event.path, complete=event.remote)
    if habit in {"gap", "half"}:
        engine.note_gap()
    return f"{len(waiting)} heard"


@act
def server_scans(world: World, folder_id: str) -> None:
    """Syncthing looks at its own disk, on its own schedule."""
    world.shared[folder_id].scan()


@act
def forgets_index(world: World, folder_id: str) -> None:
    """Syncthing's database on the server was reset."""
    world.faults += 1
    world.shared[folder_id].forget_index()


@act
def phone_forgets_index(world: World, phone: str) -> None:
    """Syncthing was set up anew on a phone."""
    world.faults += 1
    world.phones[phone].forget_index()
