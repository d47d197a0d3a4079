"""The page, in a reader's words: every sentence follows from what the planner and the guard decide."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from custom_components.immich_syncthing.engine.actions import (
    Action,
    Ask,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    Plan,
    Record,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from custom_components.immich_syncthing.engine.guard import GuardFacts, guard
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetState,
    Base,
    Decision,
    Facts,
    Files,
    HoldKind,
    OnEdit,
    Preset,
)
from custom_components.immich_syncthing.engine.outcomes import Outcome, Settled, Waiting
from custom_components.immich_syncthing.engine.plan import decide
from custom_components.immich_syncthing.engine.settings import GuardLimits
from tests.repository.sources import INTEGRATION, ROOT

from .situations import CHAPTERS, Situation

PAGE: Path = ROOT / "docs" / "what-happens-when.md"

_BEGINNING = """\
# What happens when…

This page is made from the code that decides (`.venv/bin/python -m tests.decisions`), and a test compares the two: what
it says is what is done. It speaks of photos and means videos as well; *the folder* is the phone too, as soon as
Syncthing has passed a change on. Photos are known by their bytes, never by their names.

- **Many: asked** means: more than the [guard](settings.md#the-guard) lets pass waits for your decision, all files of a
  folder or of a directory among it. [Below](#when-i-am-asked) is what your answers do.
- What is deleted in the folder is put into the vault first. What is deleted in Immich goes to Immich's trash.
- If several folders held a photo, its deletion in them is passed on only if each of their presets says so and none of
  them only freed it, and what is deleted in Immich is deleted in those folders whose presets say so.
- A live photo is one photo, and so is a photo with its sidecar ([more](life.md#live-photos)).
"""

_ASKED = """\
## When I am asked

Until you answer, nothing happens to the photos in question. [Decisions](decisions.md) tells more of each question.

"""

_RECORDED = {
    Base.LINKED: "Nothing is sent or deleted: both sides are in agreement.",
    Base.RELEASED: "It stays in Immich.",
    Base.KEPT: "The file stays, and is not uploaded.",
    Base.REMOVED: "Nothing more: it is gone, and stays gone.",
}

_TAKES_ITS_PLACE = (
    "The new version goes up and takes the old one's place, with its albums, tags and texts; the old one "
)
_SUPERSEDED = {
    OnEdit.REPLACE: f"{_TAKES_ITS_PLACE}goes to Immich's trash.",
    OnEdit.STACK: f"{_TAKES_ITS_PLACE}stays below it in a stack.",
}

_DONE: dict[type[Action], str] = {
    Upload: "It goes up to Immich.",
    TrashAsset: "It goes to Immich's trash.",
    DeleteFiles: "The file is deleted in the folder.",
    FreeFiles: "The file is deleted in the folder once Immich has confirmed that it has the photo. It stays in Immich.",
    RestoreAsset: "It is taken out of Immich's trash.",
    BringBackFile: "The file comes back into the folder, under its old name.",
}

_MANY = " **Many: asked.**"


def page() -> str:
    """Return the text of the page."""
    return "\n".join([_BEGINNING, *map(_chapter, range(len(CHAPTERS))), _ASKED + "\n".join(_answers())]) + "\n"


def covered() -> set[tuple[Base, Files, AssetState]]:
    """Return the rows of the decision table that the page speaks of."""
    every = (
        one(preset)
        for part in CHAPTERS
        for situation in part.situations
        for one in situation.cases
        for preset in Preset
    )
    return {(facts.base, facts.files, facts.asset.state) for facts in every}


def sentence(situation: Situation, preset: Preset) -> str:
    """Return what happens, the same for all facts that the situation stands for; raises ``ValueError`` if it is not."""
    told = {_told(decide(facts), facts, situation) for facts in (one(preset) for one in situation.cases)}
    if len(told) != 1:
        raise ValueError(situation.when, preset, told)
    return told.pop()


def _chapter(number: int) -> str:
    chapter = CHAPTERS[number]
    rows = [f"| {situation.when} | {_by_preset(situation)} |" for situation in chapter.situations]
    return "\n".join([f"## {chapter.title}", "", "| when | what happens |", "| --- | --- |", *rows, ""])


def _by_preset(situation: Situation) -> str:
    """Return what happens, by preset where it differs."""
    told = {preset: sentence(situation, preset) for preset in Preset}
    if len(set(told.values())) == 1:
        return told[Preset.MIRROR]
    presets = {text: [_name(one) for one in Preset if told[one] == text] for text in told.values()}
    return "<br>".join(f"*{', '.join(names)}:* {text}" for text, names in presets.items())


def _told(outcome: Outcome, facts: Facts, situation: Situation) -> str:
    if isinstance(outcome, Waiting):
        return "Nothing for now: it is looked at again."
    if isinstance(outcome, Settled):
        return "Nothing."
    if isinstance(outcome, Ask):
        return f"You are asked: *{_asks(outcome.kind, 'Some')}*."
    return _done(outcome, facts, situation) + (_MANY if _question(outcome) else "")


def _done(action: Action, facts: Facts, situation: Situation) -> str:
    match action:
        case Record(base=Base.RELEASED) if facts.successor is not None:
            return situation.stays
        case Record():
            return _RECORDED[action.base]
        case Supersede():
            return _SUPERSEDED[action.mode]
        case _:
            return _DONE[type(action)]


# --- questions and answers ---------------------------------------------------------------------------------------


def _answers() -> Iterator[str]:
    """Yield a table of what each answer does, question by question."""
    yield "| question | when | approve | leave | undo |"
    yield "| --- | --- | --- | --- | --- |"
    whens: dict[tuple[str, ...], list[str]] = {}
    for _, question, when, *answers in sorted(_asked()):
        whens.setdefault((question, *answers), []).append(when)
    for told, when_asked in whens.items():
        yield f"| {' | '.join((told[0], '<br>'.join(dict.fromkeys(when_asked)), *told[1:]))} |"


def _asked() -> Iterator[tuple[int, str, str, str, str, str]]:
    """Yield every question that can be asked: its place among all, its words, when, and what its answers do."""
    every = (
        (situation, one(preset))
        for chapter in CHAPTERS
        for situation in chapter.situations
        for one in situation.cases
        for preset in Preset
    )
    for situation, facts in every:
        outcome = decide(facts)
        if isinstance(outcome, Waiting | Settled) or (kind := _question(outcome)) is None:
            continue
        words = _asks(kind, "Some" if isinstance(outcome, Ask) else "Many")
        decided = [replace(facts, decision=Decision(kind, answer)) for answer in Answer]
        approve, leave, undo = (_plainly(decide(each), each, situation) for each in decided)
        yield list(HoldKind).index(kind), words, situation.when, approve, leave, undo


def _plainly(outcome: Outcome, facts: Facts, situation: Situation) -> str:
    """Return what an answer does: what was approved is not asked about again."""
    return _told(outcome, facts, situation).removesuffix(_MANY)


def _question(action: Action) -> HoldKind | None:
    """Return what is asked if there are more of an action than may pass."""
    nothing_passes = GuardLimits(number=0, share=0.0)
    world = GuardFacts(linked_assets=1, linked_files={}, applied={}, held=frozenset({action.checksum}))
    held = guard(Plan((action,), 0), world, nothing_passes).held
    return held[0].kind if held else None


def _asks(kind: HoldKind, count: str) -> str:
    words = json.loads((INTEGRATION / "translations" / "en.json").read_text())
    return str(words["issues"][f"hold_{kind.value}"]["title"]).format(count=count, folders="the folder")


def _name(preset: Preset) -> str:
    return preset.value.replace("_", " ").capitalize()
