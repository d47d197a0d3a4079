"""What a person may do, or what may happen, as facts for the planner: what both sides agreed on, and what they show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Departure,
    Facts,
    Files,
    FileStatus,
    OnEdit,
    Preset,
)
from tests.engine.worlds import CAMERA, OTHER_ASSET, TABLET, asset, edited, facts, file, gone

type Case = Callable[[Preset], Facts]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a reader asks about. ``cases``: all facts that it stands for; the answer is the same for each of them.

    ``stays``: of an edit, what is said where the old version just stays in Immich.
    """

    when: str
    cases: tuple[Case, ...]
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Situations that belong together."""

    title: str
    situations: tuple[Situation, ...]


def case(base: Base, asset_fact: AssetFact, **more: Any) -> Case:
    """Return facts of one photo, see ``worlds.facts``, for every preset that its folder may have."""
    return lambda preset: facts(base, asset_fact, preset=preset, **more)


HERE = (file(),)
AWAY = (gone(),)
HIDDEN = (file(status=FileStatus.EXCLUDED),)
EDITED = (gone(departure=Departure.REPLACED),)
ACTIVE = asset(AssetState.ACTIVE)
ANOTHER = asset(AssetState.ACTIVE, OTHER_ASSET)
TRASHED = asset(AssetState.TRASHED)
VANISHED = asset(AssetState.GONE)
EMPTIED = asset(AssetState.GONE, seen=True)
LOCKED = asset(AssetState.UNTOUCHABLE)
EX_LOCKED = asset(AssetState.GONE, locked=True)
WITHHELD = frozenset({CAMERA})
BOTH_STAY = "The new version goes up, and both stay in Immich."
CLOSED: frozenset[str] = frozenset()


NEW_PHOTOS = Chapter(
    "Photos that are new",
    (
        Situation(
            "I take a photo, or copy one into the folder",
            (case(Base.NEW, VANISHED, present=HERE),),
        ),
        Situation(
            "I do, and Immich has it already: its app was faster, or I uploaded it myself",
            (case(Base.NEW, ACTIVE, present=HERE),),
        ),
        Situation(
            "At the first look, a photo of the folder lies in Immich's trash",
            (case(Base.NEW, TRASHED, present=HERE),),
        ),
        Situation(
            "At the first look, a photo of the folder was in Immich's trash, and the trash was emptied since",
            (case(Base.NEW, EMPTIED, present=HERE),),
        ),
        Situation(
            "A photo of the folder is in Immich's locked folder, in an external library, or somebody else's",
            (case(Base.NEW, LOCKED, present=HERE),),
        ),
        Situation(
            "A photo is in Immich, or was, and never was in the folder",
            tuple(case(Base.NEW, one) for one in (ACTIVE, TRASHED, VANISHED, EMPTIED, LOCKED)),
        ),
    ),
)

FOLDER = Chapter(
    "In the folder, or on the phone",
    (
        Situation(
            "I rename a photo, or move it within the folder or into another one of mine",
            (
                case(Base.LINKED, ACTIVE, present=(file("New/name.jpg"),), absent=AWAY),
                case(Base.LINKED, ACTIVE, present=(file(folder="tablet"),), absent=AWAY),
            ),
        ),
        Situation(
            "I delete one of two equal files",
            (case(Base.LINKED, ACTIVE, present=(file("copy.jpg"),), absent=AWAY),),
        ),
        Situation(
            "I delete a photo, or move it to the phone's bin",
            (
                case(Base.LINKED, ACTIVE, absent=AWAY),
                case(Base.LINKED, ACTIVE, absent=(gone(departure=Departure.BINNED),)),
            ),
        ),
        Situation(
            "I delete a photo that a rule protects: it is too old, a favourite, or in an album",
            (case(Base.LINKED, ACTIVE, absent=AWAY, withheld=WITHHELD),),
        ),
        Situation(
            "I delete a photo that lies in Immich's locked folder",
            (case(Base.LINKED, LOCKED, absent=AWAY),),
        ),
        Situation(
            "I edit a photo: the file holds other bytes now",
            (case(Base.LINKED, ACTIVE, absent=EDITED, successor=edited()),),
            stays=BOTH_STAY,
        ),
        Situation(
            "I edit a photo, with *stack* as the folder's setting",
            (case(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), on_edit=OnEdit.STACK),),
            stays=BOTH_STAY,
        ),
        Situation(
            "I edit a photo, with *keep both* as the folder's setting",
            (case(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), on_edit=OnEdit.KEEP_BOTH),),
            stays=BOTH_STAY,
        ),
        Situation(
            "I edit a photo that a rule protects",
            (case(Base.LINKED, ACTIVE, absent=EDITED, successor=edited(), withheld=WITHHELD),),
            stays=BOTH_STAY,
        ),
        Situation(
            "A photo gets older than its folder keeps photos, or its folder fuller than it may",
            (case(Base.LINKED, ACTIVE, present=HERE, freeable=WITHHELD),),
        ),
        Situation(
            "I delete a photo that another folder of mine only freed, to save space there",
            (
                case(Base.LINKED, ACTIVE, absent=AWAY, freed=frozenset({TABLET})),
                case(Base.LINKED, ACTIVE, absent=AWAY, freed=frozenset({CAMERA, TABLET})),
            ),
        ),
        Situation(
            "I remove a folder from the integration",
            (case(Base.LINKED, ACTIVE, holders=CLOSED),),
        ),
        Situation(
            "I hide photos from the integration with a pattern",
            (
                case(Base.LINKED, ACTIVE, present=HIDDEN, files=Files.UNKNOWN),
                case(Base.NEW, VANISHED, present=HIDDEN, files=Files.UNKNOWN),
            ),
        ),
    ),
)

IMMICH = Chapter(
    "In Immich",
    (
        Situation(
            "I sort photos into albums, describe them, make them favourites, archive them",
            (case(Base.LINKED, ACTIVE, present=HERE),),
        ),
        Situation(
            "I delete a photo",
            (case(Base.LINKED, TRASHED, present=HERE),),
        ),
        Situation(
            "I delete a photo, and empty the trash at once",
            (case(Base.LINKED, EMPTIED, present=HERE),),
        ),
        Situation(
            "I delete a photo that a pattern hides from the integration",
            (case(Base.LINKED, TRASHED, present=HIDDEN, files=Files.UNKNOWN),),
        ),
        Situation(
            "I delete a photo for good, past the trash, and the websocket tells of it",
            (case(Base.LINKED, EMPTIED, present=HERE),),
        ),
        Situation(
            "A photo is gone, nobody saw it in the trash or told of its end: perhaps Immich was restored from a backup",
            (
                case(Base.LINKED, VANISHED, present=HERE),
                case(Base.NEW, VANISHED, present=HERE, suspect=True),
            ),
        ),
        Situation(
            "A photo that was only in Immich is gone, and nobody saw it in the trash or told of its end",
            (case(Base.RELEASED, VANISHED),),
        ),
        Situation(
            "I move a photo to the locked folder, or unlock it again",
            (
                case(Base.LINKED, LOCKED, present=HERE),
                case(Base.LINKED, ACTIVE, present=HERE),
            ),
        ),
        Situation(
            "I delete a photo for good that is known to be in the locked folder",
            (case(Base.LINKED, EX_LOCKED, present=HERE), case(Base.RELEASED, EX_LOCKED, present=HERE)),
        ),
        Situation(
            "I move a photo to the locked folder unnoticed, delete it for good there, and the websocket tells of it",
            (case(Base.LINKED, EMPTIED, present=HERE),),
        ),
        Situation(
            "I delete a photo for good, and its app uploads it again",
            (case(Base.LINKED, ANOTHER, present=HERE),),
        ),
        Situation(
            "I restore a photo whose file was deleted as well",
            (case(Base.REMOVED, ACTIVE, absent=AWAY),),
        ),
        Situation(
            "I restore a photo whose file was kept, by the preset or by my decision",
            (case(Base.KEPT, ACTIVE, present=HERE),),
        ),
        Situation(
            "I restore the old version of an edited photo",
            (case(Base.REMOVED, ACTIVE, absent=AWAY, replaced=True),),
        ),
        Situation(
            "Somebody uploads a photo to Immich that had been deleted on both sides",
            (case(Base.REMOVED, ANOTHER, absent=AWAY),),
        ),
    ),
)

BOTH = Chapter(
    "On both sides",
    (
        Situation(
            "I delete a photo on both sides",
            (
                case(Base.LINKED, TRASHED, absent=AWAY),
                case(Base.LINKED, EMPTIED, absent=AWAY),
                case(Base.LINKED, VANISHED, absent=AWAY),
            ),
        ),
        Situation(
            "A photo was deleted, by whatever way, and Immich's trash is emptied at last",
            (
                case(Base.REMOVED, TRASHED, absent=AWAY),
                case(Base.REMOVED, EMPTIED, absent=AWAY),
                case(Base.REMOVED, VANISHED, absent=AWAY),
            ),
        ),
        Situation(
            "I add a deleted photo again, and it is still in Immich's trash",
            (case(Base.REMOVED, TRASHED, present=HERE),),
        ),
        Situation(
            "I add a deleted photo again, and it is no longer in Immich",
            (
                case(Base.REMOVED, EMPTIED, present=HERE),
                case(Base.REMOVED, VANISHED, present=HERE),
            ),
        ),
        Situation(
            "A device that was away brings back a photo that is in Immich's trash",
            tuple(case(base, TRASHED, present=HERE, suspect=True) for base in (Base.REMOVED, Base.RELEASED)),
        ),
        Situation(
            "A device that was away brings back a photo that is no longer in Immich",
            tuple(
                case(base, one, present=HERE, suspect=True)
                for base in (Base.REMOVED, Base.RELEASED)
                for one in (EMPTIED, VANISHED)
            ),
        ),
        Situation(
            "A deleted photo is there again on both sides",
            (case(Base.REMOVED, ACTIVE, present=HERE),),
        ),
    ),
)

ONE_SIDE = Chapter(
    "Photos that are on one side only, on purpose",
    (
        Situation(
            "A photo is only in Immich, and stays there",
            (
                case(Base.RELEASED, ACTIVE),
                case(Base.RELEASED, LOCKED),
            ),
        ),
        Situation(
            "I delete in Immich what was only there",
            (
                case(Base.RELEASED, TRASHED),
                case(Base.RELEASED, EMPTIED),
            ),
        ),
        Situation(
            "I put into the folder again what was only in Immich",
            (case(Base.RELEASED, ACTIVE, present=HERE),),
        ),
        Situation(
            "I put it into the folder again after I had deleted it in Immich, and it is in the trash there",
            (case(Base.RELEASED, TRASHED, present=HERE),),
        ),
        Situation(
            "I put it into the folder again, and it is no longer in Immich",
            (
                case(Base.RELEASED, EMPTIED, present=HERE),
                case(Base.RELEASED, VANISHED, present=HERE),
            ),
        ),
        Situation(
            "A file is only in the folder, and stays there",
            (
                case(Base.KEPT, TRASHED, present=HERE),
                case(Base.KEPT, EMPTIED, present=HERE),
                case(Base.KEPT, VANISHED, present=HERE),
            ),
        ),
        Situation(
            "I delete in the folder what was only there",
            tuple(case(Base.KEPT, one, absent=AWAY) for one in (TRASHED, EMPTIED, VANISHED)),
        ),
        Situation(
            "I restore it in Immich and delete it in the folder",
            (case(Base.KEPT, ACTIVE, absent=AWAY),),
        ),
        Situation(
            "It is locked in Immich, or somebody else's there",
            (
                case(Base.RELEASED, LOCKED, present=HERE),
                case(Base.REMOVED, LOCKED, present=HERE),
                case(Base.REMOVED, LOCKED, absent=AWAY),
                case(Base.KEPT, LOCKED, present=HERE),
                case(Base.KEPT, LOCKED, absent=AWAY),
            ),
        ),
    ),
)

IN_DOUBT = Chapter(
    "When something cannot be seen",
    (
        Situation(
            "A file is still being written, cannot be read, or its disk is away",
            tuple(case(base, asset(state), files=Files.UNKNOWN) for base in Base for state in AssetState),
        ),
        Situation(
            "Immich does not answer, or not understandably, or is just deleting the photo for good",
            tuple(
                case(base, asset(state), present=here, absent=() if here else AWAY)
                for base in Base
                for state in (AssetState.UNKNOWN, AssetState.DYING)
                for here in (HERE, ())
            ),
        ),
        Situation(
            "Syncthing is scanning, still receiving, paused or in trouble, and I take a photo",
            (case(Base.NEW, VANISHED, present=HERE, deletable=CLOSED),),
        ),
        Situation(
            "Syncthing is in such a state, and I delete a photo in Immich",
            (case(Base.LINKED, TRASHED, present=HERE, deletable=CLOSED),),
        ),
        Situation(
            "Syncthing is in such a state, and I add a deleted photo again that is still in Immich's trash",
            (case(Base.REMOVED, TRASHED, present=HERE, deletable=CLOSED),),
        ),
    ),
)

CHAPTERS = (NEW_PHOTOS, FOLDER, IMMICH, BOTH, ONE_SIDE, IN_DOUBT)
