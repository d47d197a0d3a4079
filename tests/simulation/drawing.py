"""Chance: which step comes next. Everything is drawn from one seed."""

from collections.abc import Callable, Sequence
from random import Random

from custom_components.immich_syncthing.engine.model import Answer, OnEdit, Preset
from custom_components.immich_syncthing.immich.models import Visibility

from .contents import photo
from .faults import Disk
from .immich_port import Failing, Trouble
from .shelf import StoreFails, StoreIs
from .steps import Arg, Step
from .syncthing_port import Outage
from .world import Setup, World

DIRECTORIES = ("Camera", "Camera/2039", "Chats")
HABITS = ("all", "all", "all", "reversed", "twice", "half", "lost", "gap")

type Draw = Callable[[Drawer], Step | None]


class Drawer:
    """Draws steps that fit the world as it is."""

    def __init__(self, random: Random, world: World) -> None:
        self.random = random
        self.world = world
        self.photos = 0
        trouble = random.choice([0.0, 0.3, 0.3, 1.0])
        far = _FAR if world.second_house is not None else []
        troubles = ((weight * trouble, draw) for weight, draw in _TROUBLES)
        self._draws = [*_DRAWS, *(draw for _, draw in far)]
        self._weights = _cumulated([*_ACTS, *troubles, *_HOME, *far])

    def pick[T](self, found: Sequence[T]) -> T | None:
        return self.random.choice(found) if found else None

    def phone(self) -> str:
        return self.random.choice(sorted(self.world.phones))

    def folder(self) -> str:
        return self.random.choice(sorted(self.world.disks))

    def path_on(self, phone: str) -> str | None:
        return self.pick(sorted(path for path in self.world.phones[phone].tree if "/.trashed-" not in path))

    def new_photo(self) -> int:
        self.photos += 1
        return self.photos

    def known_photo(self) -> int | None:
        return self.random.randint(1, self.photos) if self.photos else None

    def new_path(self) -> str:
        return f"{self.random.choice(DIRECTORIES)}/IMG_{self.random.randint(1, 40)}.jpg"

    def first(self) -> list[Step]:
        """Return how a life begins: with some photos on the phones, in agreement."""
        steps: list[Step] = []
        for phone in sorted(self.world.phones):
            count = self.random.choice([0, 5, 12, 25])
            steps.extend(
                Step("takes_photo", (phone, self.new_path(), self.new_photo(), 86_400.0)) for _ in range(count)
            )
        return [*steps, Step("comes_to_rest")] if steps else []

    def next(self) -> Step:
        """Return the next step."""
        while True:
            draw = self.random.choices(self._draws, cum_weights=self._weights)[0]
            step = draw(self)
            if step is not None:
                return step


def draw_setup(random: Random) -> Setup:
    """Draw how a world begins."""
    presets = [Preset.MIRROR, Preset.MIRROR, *Preset]
    folders = {"camera": (random.choice(presets), ("anna", "bert")[: random.randint(1, 2)])}
    if random.random() < 0.35:
        folders["tablet"] = (random.choice(presets), ("tom",))
    return Setup(folders, newest_wins=random.random() < 0.5, chance=random.getrandbits(32))


def _takes(draw: Drawer) -> Step:
    known = draw.known_photo() if draw.random.random() < 0.15 else None
    age = draw.random.choice([0.0, 10.0, 86_400.0])
    return Step("takes_photo", (draw.phone(), draw.new_path(), known or draw.new_photo(), age))


def _takes_live(draw: Drawer) -> Step:
    stem = draw.new_path().removesuffix(".jpg")
    return Step("takes_live_photo", (draw.phone(), stem, draw.new_photo(), draw.new_photo()))


def _writes_sidecar(draw: Drawer) -> Step | None:
    phone = draw.phone()
    path = draw.path_on(phone)
    return None if path is None else Step("writes_sidecar", (phone, path, draw.random.randint(1, 50)))


def _sets_rules(draw: Drawer) -> Step:
    ages = [None, None, 0, 5, 60]
    chance = draw.random
    rules = (chance.choice(ages), chance.choice(ages), chance.random() < 0.4, chance.random() < 0.4)
    return Step("sets_rules", (draw.folder(), *rules))


def _frees_space(draw: Drawer) -> Step:
    chance = draw.random
    days, keep = chance.choice([None, 0, 5, 60]), chance.choice([None, 0, 40, 150, 400])
    return Step("frees_space", (draw.folder(), days, keep, chance.random() < 0.3, chance.choice([1, 4, 100])))


def _on_path(word: str) -> Draw:
    def draw_it(draw: Drawer) -> Step | None:
        phone = draw.phone()
        path = draw.path_on(phone)
        return None if path is None else Step(word, (phone, path))

    return draw_it


def _to_new_path(word: str) -> Draw:
    def draw_it(draw: Drawer) -> Step | None:
        phone = draw.phone()
        path = draw.path_on(phone)
        return None if path is None else Step(word, (phone, path, draw.new_path()))

    return draw_it


def _edits(draw: Drawer) -> Step | None:
    phone = draw.phone()
    path = draw.path_on(phone)
    known = draw.known_photo() if draw.random.random() < 0.2 else None
    return (
        None if path is None or not path.endswith(".jpg") else Step("edits", (phone, path, known or draw.new_photo()))
    )


def _deletes(draw: Drawer) -> Step | None:
    phone = draw.phone()
    paths = sorted(draw.world.phones[phone].tree)
    count = draw.random.choice([1, 1, 1, 2, 3, 30])
    chosen = tuple(sorted(draw.random.sample(paths, min(count, len(paths)))))
    return Step("deletes", (phone, chosen)) if chosen else None


def _unbins(draw: Drawer) -> Step | None:
    phone = draw.phone()
    path = draw.pick(sorted(path for path in draw.world.phones[phone].tree if "/.trashed-" in path))
    return None if path is None else Step("unbins", (phone, path))


def _renames_directory(draw: Drawer) -> Step:
    old = draw.random.choice(DIRECTORIES)
    return Step("renames_directory", (draw.phone(), old, f"{draw.random.choice(['Old', 'New'])}"))


def _events(draw: Drawer) -> Step:
    return Step("events", (draw.folder(), draw.random.choice(HABITS)))


def _pulls(draw: Drawer) -> Step:
    return Step("pulls", (draw.folder(), draw.random.choice([1, 2, 5, 100, 100]), draw.random.random() < 0.1))


def _numbers(word: str) -> Draw:
    def draw_it(draw: Drawer) -> Step | None:
        if not draw.photos:
            return None
        count = draw.random.choice([1, 1, 1, 2, 3, 30])
        chosen = draw.random.sample(range(1, draw.photos + 1), min(count, draw.photos))
        return Step(word, (tuple(sorted(chosen)),))

    return draw_it


def _number(word: str, *more: Callable[[Random], Arg]) -> Draw:
    def draw_it(draw: Drawer) -> Step | None:
        number = draw.known_photo()
        return None if number is None else Step(word, (number, *(one(draw.random) for one in more)))

    return draw_it


def _web_uploads(draw: Drawer) -> Step:
    known = draw.known_photo() if draw.random.random() < 0.5 else None
    return Step("web_uploads", (known or draw.new_photo(),))


def _any(word: str, *choices: Sequence[Arg]) -> Draw:
    return lambda draw: Step(word, tuple(draw.random.choice(one) for one in choices))


def _folder(word: str, *choices: Sequence[Arg]) -> Draw:
    return lambda draw: Step(word, (draw.folder(), *(draw.random.choice(one) for one in choices)))


def _phone(word: str) -> Draw:
    return lambda draw: Step(word, (draw.phone(),))


def _path_fails(draw: Drawer) -> Step:
    folder = draw.folder()
    paths = sorted(draw.world.disks[folder].expected)
    path = draw.pick(paths) if draw.random.random() < 0.5 else None
    return Step("path_fails", (folder, path or ""))


def _crash(draw: Drawer) -> tuple[int, bool]:
    return draw.random.choice([draw.random.randint(0, 30), draw.random.randint(0, 200)]), draw.random.random() < 0.5


def _meanwhile(draw: Drawer) -> tuple[Arg, ...]:
    found: list[Arg] = []
    for _ in range(draw.random.choice([1, 1, 2, 4])):
        step = draw.random.choices(_MEANWHILE_DRAWS, cum_weights=_MEANWHILE_WEIGHTS)[0](draw)
        if step is not None:
            found.append((draw.random.randint(0, 120), step))
    return tuple(found)


def _cycle(draw: Drawer) -> Step:
    crash: Arg = None
    meanwhile: tuple[Arg, ...] = ()
    failing: tuple[Arg, ...] = ()
    deaf: tuple[Arg, ...] = ()
    full_ledger: tuple[Arg, ...] = ()
    lot = draw.random.random()
    if lot < 0.12:
        crash = _crash(draw)
    elif lot < 0.30:
        meanwhile = _meanwhile(draw)
    elif lot < 0.42:
        failing = tuple(
            (draw.random.randint(1, 24), draw.random.choice(list(Failing)).value)
            for _ in range(draw.random.randint(1, 2))
        )
    elif lot < 0.45:
        deaf = (draw.random.randint(1, 8),)
    elif lot < 0.48:
        full_ledger = tuple(draw.random.randint(0, 80) for _ in range(3))
    if lot > 0.9:
        crash, meanwhile = _crash(draw), _meanwhile(draw)
    mode = draw.random.choice(["", "", "", "", "", "retry", "full"])
    wait = draw.random.choice([0.0, 2.0, 2.0, 2.0, 10.0])
    return Step("cycle", (draw.folder(), crash, meanwhile, failing, deaf, full_ledger, mode, wait))


def _restarts(draw: Drawer) -> Step:
    return Step("restarts", (_crash(draw) if draw.random.random() < 0.5 else None,))


def _answers(draw: Drawer) -> Step:
    answer = draw.random.choice(list(Answer)).value
    return Step("answers", (draw.random.randint(0, 3), answer, draw.random.random() < 0.2))


def _store_fails(draw: Drawer) -> Step:
    failing = tuple(
        (draw.random.randint(1, 12), draw.random.choice(list(StoreFails)).value)
        for _ in range(draw.random.randint(1, 3))
    )
    return Step("store_fails", (draw.random.choice(_STORES), failing))


def _vault_rots(draw: Drawer) -> Step | None:
    shelf, there = draw.world.home.shelf, draw.world.record.in_a_folder
    if shelf is None:
        return None
    kept = set(shelf.contents.values())
    number = draw.pick([one for one in range(1, draw.photos + 1) if photo(one) in kept and there(photo(one))])
    return None if number is None else Step("vault_rots", (number,))


def _replicates(draw: Drawer) -> Step:
    lot = draw.random.random()
    crash: Arg = _crash(draw) if lot < 0.25 else None
    meanwhile: tuple[Arg, ...] = _meanwhile(draw) if 0.2 < lot < 0.4 else ()
    failing: tuple[Arg, ...] = ()
    if 0.4 < lot < 0.5:
        failing = ((draw.random.randint(1, 24), draw.random.choice(list(Failing)).value),)
    return Step("replicates", (crash, meanwhile, failing))


_STORES = ("vault", "replica")
_FAR: list[tuple[float, Draw]] = [
    (6, _replicates),
    (1.2, _any("store_is", _STORES, [one.value for one in StoreIs])),
    (3, _any("store_is", _STORES, [StoreIs.FINE.value])),
    (4, _store_fails),
    (1, _vault_rots),
]
"""What is drawn besides where vault and replica lie far away."""

_SPANS = (0.5, 3.0, 3.0, 10.0, 60.0, 3_600.0, 3_600.0, 86_400.0, 31 * 86_400.0)
_VISIBILITIES = [Visibility.TIMELINE.value, Visibility.ARCHIVE.value, Visibility.LOCKED.value]
_ACTS: list[tuple[float, Draw]] = [
    (9, _takes),
    (3, _edits),
    (1, _takes_live),
    (0.7, _writes_sidecar),
    (5, _deletes),
    (3, _to_new_path("renames")),
    (1, _to_new_path("copies")),
    (1, _on_path("touches")),
    (1, _renames_directory),
    (2, _on_path("bins")),
    (2, _unbins),
    (12, _phone("arrives")),
    (4, _phone("meets")),
    (5, _pulls),
    (4, _events),
    (1, _folder("server_scans")),
    (1, _folder("begins_download")),
    (4, _numbers("web_trashes")),
    (3, _numbers("web_restores")),
    (1.5, _number("web_purges")),
    (0.5, _any("web_empties_trash")),
    (1, _web_uploads),
    (2, _number("web_changes", lambda random: random.choice(_VISIBILITIES))),
    (0.7, _number("web_favours")),
    (0.7, _number("web_albums")),
    (0.5, _any("immich_expires")),
    (6, _any("passes", _SPANS)),
]
_TROUBLES: list[tuple[float, Draw]] = [
    (0.6, _any("jobs", [False])),
    (0.6, _any("jobs", [True])),
    (0.8, _any("immich_is", [one.value for one in Trouble])),
    (2, _any("immich_is", [Trouble.NONE.value])),
    (0.8, _any("syncthing_is", [one.value for one in Outage])),
    (2, _any("syncthing_is", [Outage.NONE.value])),
    (0.8, _folder("folder_is", ["paused", "scanning", "error"])),
    (2, _folder("folder_is", ["usual"])),
    (0.6, _path_fails),
    (0.8, _folder("mounts", ["empty", "blank", "nothing"])),
    (2, _folder("mounts", ["disk"])),
    (0.6, _any("disk_is", [Disk.FULL.value, Disk.READ_ONLY.value])),
    (1.5, _any("disk_is", [Disk.FINE.value])),
    (0.3, _any("vault_is", ["away"])),
    (1, _any("vault_is", ["here"])),
    (0.3, _number("poisons")),
    (0.6, _any("heals")),
    (0.6, _any("clock_jumps", [-86_400.0, -3_600.0, 3_600.0, 86_400.0, 86_400.0 * 200])),
    (0.3, _folder("forgets_index")),
    (0.3, _phone("phone_forgets_index")),
    (0.5, _any("dumps_database")),
    (0.25, _any("restores_database", [False, False, True])),
    (0.08, _any("empties_server")),
    (0.4, _any("backs_up_ledger")),
    (0.25, _any("restores_ledger")),
    (0.25, _any("loses_ledger")),
]
_HOME: list[tuple[float, Draw]] = [
    (34, _cycle),
    (5, _answers),
    (1.5, _any("calms")),
    (2, _restarts),
    (1, _folder("sets_preset", [one.value for one in Preset])),
    (0.4, _folder("sets_edits", [one.value for one in OnEdit])),
    (0.5, _folder("hides", [(), (), ("Chats/",), ("*.mov",), ("/Camera/IMG_1*.jpg",)])),
    (0.5, _sets_rules),
    (0.5, _folder("sorts_photos", ["", "Camera/**", "*.jpg", "IMG_1*"])),
    (0.3, _folder("applies_rules")),
    (1.2, _any("comes_to_rest", [False, False, True])),
    (2, _folder("previews_and_runs")),
    (0.5, _folder("tightens", [one.value for one in Preset])),
    (0.8, _frees_space),
    (0.4, _folder("sets_room", [None, None, 0, 40, 150], [2, 500])),
]


def _cumulated(draws: list[tuple[float, Draw]]) -> list[float]:
    total, sums = 0.0, []
    for weight, _ in draws:
        total += weight
        sums.append(total)
    return sums


_ALL = [*_ACTS, *_TROUBLES, *_HOME]
_DRAWS = [draw for _, draw in _ALL]
_MEANWHILE = [*_ACTS, (4.0, _answers)]
_MEANWHILE_DRAWS, _MEANWHILE_WEIGHTS = [draw for _, draw in _MEANWHILE], _cumulated(_MEANWHILE)
