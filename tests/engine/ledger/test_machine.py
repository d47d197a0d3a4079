"""Whatever happens in whatever order: the ledger tells what a plain model of it tells."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.hold_views import AnsweredView
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileRow,
    FileStatus,
    HoldKind,
    Signature,
)

from .model import Model
from .stories import sha

FOLDERS = ("phone", "tablet")
PATHS = ("a.jpg", "b.jpg", "DCIM/a.jpg", "DCIM/ü\n.jpg")
CONTENTS = sorted(sha(name) for name in ("cat", "dog", "owl", "fox"))

COUNTS = {
    "SELECT * FROM totals WHERE contents <> 0": "SELECT base, count(*) FROM contents GROUP BY base",
    "SELECT * FROM holdings WHERE contents <> 0": """
        SELECT folder, base, count(*) FROM holders JOIN contents USING (checksum) GROUP BY folder, base""",
    "SELECT * FROM tallies WHERE files <> 0": """
        SELECT folder, status, coalesce(base, ''), coalesce(hurdle, ''), count(*), sum(f.size)
        FROM files AS f LEFT JOIN contents USING (checksum) GROUP BY folder, status, base, hurdle""",
}
"""What the triggers count, and the same counted anew."""

folders = st.sampled_from(FOLDERS)
paths = st.sampled_from(PATHS)
contents = st.sampled_from(CONTENTS)
several = st.lists(contents, max_size=4, unique=True)
signatures = st.builds(
    Signature,
    size=st.sampled_from([1, 7]),
    mtime_ns=st.sampled_from([-1, 1, 2**64]),
    ctime_ns=st.just(1),
    inode=st.sampled_from([1, 2**64 - 1]),
    device=st.just(66),
)
unsettled = st.sampled_from([status for status in FileStatus if status is not FileStatus.SETTLED])
facts = st.builds(
    AssetFact,
    st.sampled_from(AssetState),
    st.sampled_from([None, "first", "second"]),
    trash_seen=st.booleans(),
    was_untouchable=st.booleans(),
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, FileStatus, bytes | None, Signature]:
    """A row's path, status, checksum and signature."""
    path, signature = draw(paths), draw(signatures)
    if draw(st.booleans()):
        return path, FileStatus.SETTLED, draw(contents), signature
    return path, draw(unsettled), draw(st.none() | contents), signature


class LedgerMachine(RuleBasedStateMachine):
    """Does the same to a ledger and to its model; time is the number of the step."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.ledger = Ledger.open(self.home / "ledger.sqlite")
        self.model = Model()
        self.glance = (0, 0)

    def teardown(self) -> None:
        self.ledger.close()
        with closing(sqlite3.connect(self.home / "ledger.sqlite")) as connection:
            for counted, recounted in COUNTS.items():
                assert set(connection.execute(counted)) == set(connection.execute(recounted))
        shutil.rmtree(self.home)

    @property
    def now(self) -> float:
        """Begin a step and return its time."""
        self.model.tick += 1
        return float(self.model.tick)

    @initialize()
    def begin(self) -> None:
        for folder in FOLDERS:
            self.add_folder(folder, "/media")

    @rule(folder=folders, root=st.sampled_from(["/media", "/share"]))
    def add_folder(self, folder: str, root: str) -> None:
        anew = self.model.roots.get(folder, root) != root
        (self.ledger.begin_anew if anew else self.ledger.add_folder)(folder, root, self.now)
        self.model.add_folder(folder, root)

    @rule(folder=folders)
    def forget_folder(self, folder: str) -> None:
        _ = self.now
        self.ledger.forget_folder(folder)
        self.model.forget_folder(folder)

    @rule(folder=folders, seen=st.lists(rows(), max_size=3), departed=st.lists(paths, max_size=2))
    def observe(
        self, folder: str, seen: list[tuple[str, FileStatus, bytes | None, Signature]], departed: list[str]
    ) -> None:
        if folder not in self.model.roots:
            return
        found = [FileRow(folder, path, signature, status, checksum) for path, status, checksum, signature in seen]
        self.ledger.apply_observation(folder, found, [(path, Departure.ABSENT) for path in departed], self.now)
        self.model.observe(folder, found, departed)

    @precondition(lambda self: self.model.files)
    @rule(which=st.integers(0, 99))
    def lose(self, which: int) -> None:
        """Let a file depart that is there."""
        folder, path = sorted(self.model.files)[which % len(self.model.files)]
        self.ledger.apply_observation(folder, [], [(path, Departure.ABSENT)], self.now)
        self.model.observe(folder, [], [path])

    @rule(checksum=contents, status=st.sampled_from([FileStatus.SETTLED, FileStatus.UNHASHED]), signature=signatures)
    def come_back(self, checksum: bytes, status: FileStatus, signature: Signature) -> None:
        """Let a content return to where it was last."""
        content = self.model.contents.get(checksum)
        for folder, path in sorted(content.gone)[:1] if content else []:
            row = FileRow(folder, path, signature, status, checksum)
            self.ledger.apply_observation(folder, [row], [], self.now)
            self.model.observe(folder, [row], [])

    @rule(folder=folders, path=paths, signature=signatures, checksum=contents)
    def hash_some_signature(self, folder: str, path: str, signature: Signature, checksum: bytes) -> None:
        fitted = self.ledger.set_hash(folder, path, signature, checksum, self.now)
        assert fitted == self.model.hash(folder, path, signature, checksum)

    @rule(folder=folders, checksum=contents)
    def hash_what_waits(self, folder: str, checksum: bytes) -> None:
        now = self.now
        for row in self.ledger.unhashed(folder, 1):
            assert self.ledger.set_hash(folder, row.path, row.signature, checksum, now)
            assert self.model.hash(folder, row.path, row.signature, checksum)

    @rule(told=st.lists(st.tuples(contents, facts), max_size=3, unique_by=lambda one: one[0]))
    def hear_of_assets(self, told: list[tuple[bytes, AssetFact]]) -> None:
        self.ledger.set_assets(told, self.now)
        for checksum, fact in told:
            self.model.tell(checksum, fact)

    @rule(asset_id=st.sampled_from(["first", "second", "third"]))
    def hear_of_a_deletion(self, asset_id: str) -> None:
        self.ledger.witness([asset_id], self.now)
        self.model.witness(asset_id)

    @rule(
        checksum=contents,
        base=st.sampled_from(Base),
        asset_id=st.sampled_from([None, "first"]),
        by=st.none() | contents,
    )
    def record(self, checksum: bytes, base: Base, asset_id: str | None, by: bytes | None) -> None:
        recorded = self.ledger.record(checksum, base, asset_id, self.now, replaced_by=by)
        assert recorded == self.model.record(checksum, base, asset_id, by)

    @rule(checksum=contents, folder=folders)
    def let_go(self, checksum: bytes, folder: str) -> None:
        _ = self.now
        self.ledger.let_go(checksum, [folder])
        self.model.let_go(checksum, folder)

    @rule(folder=folders)
    def forget_freed(self, folder: str) -> None:
        self.ledger.forget_freed(folder)
        for content in self.model.contents.values():
            content.freed.discard(folder)

    @rule()
    def look_around(self) -> None:
        self.glance = (self.ledger.moment(), self.model.tick)

    @rule(checksums=several | st.just(CONTENTS), fresh=st.booleans())
    def settle(self, checksums: list[bytes], fresh: bool) -> None:
        if fresh:
            self.look_around()
        moment, tick = self.glance
        self.ledger.settle(checksums, moment)
        for checksum in checksums:
            self.model.settle(checksum, tick)

    @rule()
    def mark_all_dirty(self) -> None:
        _ = self.now
        self.ledger.mark_all_dirty()
        for content in self.model.contents.values():
            content.dirty = self.model.tick

    @rule(checksum=contents, wait=st.integers(0, 9), permanent=st.booleans())
    def fail(self, checksum: bytes, wait: int, permanent: bool) -> None:
        now = self.now
        self.ledger.fail(checksum, now, now + wait, "server_error", permanent)
        self.model.fail(checksum, now + wait, permanent=permanent)

    @rule(kind=st.sampled_from(HoldKind), where=st.lists(folders, min_size=1, max_size=2), checksums=several)
    def ask(self, kind: HoldKind, where: list[str], checksums: list[bytes]) -> None:
        self.ledger.ask([(kind, tuple(where), one) for one in checksums], self.now)
        self.model.ask(kind, tuple(where), checksums)

    @rule(checksums=several)
    def retract(self, checksums: list[bytes]) -> None:
        closed = self.ledger.retract(checksums, self.now)
        before = len(self.model.questions)
        self.model.retract(checksums)
        assert len(closed) == before - len(self.model.questions)

    @precondition(lambda self: self.model.questions)
    @rule(
        which=st.integers(0, 9),
        late=st.integers(0, 2),
        answer=st.sampled_from(Answer),
        only=st.none() | st.sets(contents),
    )
    def answer(self, which: int, late: int, answer: Answer, only: set[bytes] | None) -> None:
        question = self.model.questions[which % len(self.model.questions)]
        hold = next(
            hold for hold in self.ledger.holds() if (hold.kind, hold.folder_ids) == (question.kind, question.folders)
        )
        revision = hold.revision - late
        answered = self.ledger.answer(hold.id, revision, answer, self.now, only)
        assert answered == self.model.answer(question, revision, answer, only)

    @rule(checksums=several, how=st.sampled_from(["again", "undone", "over"]))
    def take_back(self, checksums: list[bytes], how: str) -> None:
        now, known = self.now, [one for one in checksums if one in self.model.contents]
        chosen = [one for one in known if self.model.contents[one].before is not None]
        again, undone, over = (chosen if how == one else [] for one in ("again", "undone", "over"))
        self.ledger.take_back(again, undone, over, now)
        self.model.take_back(chosen, how)

    @rule(checksum=contents)
    def begin_or_end_something(self, checksum: bytes) -> None:
        now = self.now
        intent = self.model.intents.pop(checksum, None)
        if intent is None:
            self.model.intents[checksum] = self.ledger.open_intent(IntentKind.UPLOAD, checksum, None, {}, now)
            return
        self.ledger.close_intent(intent)
        if checksum in self.model.contents:
            self.model.contents[checksum].dirty = self.model.tick

    @rule()
    def restart(self) -> None:
        self.ledger.close()
        self.ledger = Ledger.open(self.home / "ledger.sqlite")

    @invariant()
    def the_contents_are_those_of_the_model(self) -> None:
        views = {one: view for one in CONTENTS if (view := self.ledger.content(one)) is not None}
        assert views == {one: self.model.view(one) for one in self.model.contents}
        assert self.ledger.checksums(None, 99) == sorted(self.model.contents)
        now = float(self.model.tick)
        assert [view.checksum for view in self.ledger.dirty(now, None, 99)] == self.model.dirty(now)

    @invariant()
    def the_files_are_those_of_the_model(self) -> None:
        assert self.ledger.folder_ids() == tuple(sorted(self.model.roots))
        for folder in FOLDERS:
            rows = {
                row.path: row for one in self.ledger.directories(folder) for row in self.ledger.directory(folder, one)
            }
            assert rows == {row.path: row for row in self.model.rows() if row.folder_id == folder}
            unsettled_rows = {held.row.path for held in self.ledger.unsettled(folder)}
            assert unsettled_rows == {path for path, row in rows.items() if row.status is FileStatus.UNSETTLED}

    @invariant()
    def the_questions_are_those_of_the_model(self) -> None:
        assert [
            (hold.kind, hold.folder_ids, hold.revision, hold.count, self.items(hold.id)) for hold in self.ledger.holds()
        ] == [
            (one.kind, one.folders, one.revision, len(one.items), sorted(one.items.items()))
            for one in self.model.questions
        ]

    @invariant()
    def the_answers_are_those_of_the_model(self) -> None:
        answered = {one.content.checksum for given in self.ledger.answers(99) for one in self.answered(given.id)}
        assert answered == {one for one, content in self.model.contents.items() if content.before is not None}

    def answered(self, answer_id: str) -> list[AnsweredView]:
        return self.ledger.answered(answer_id, None, 99)

    def items(self, hold_id: str) -> list[tuple[bytes, int]]:
        return sorted((item.checksum, item.revision) for item in self.ledger.hold_items(hold_id, None, 99))

    @invariant()
    def the_numbers_are_those_of_the_model(self) -> None:
        for folder in FOLDERS:
            assert self.ledger.counts(folder) == self.model.counts(folder)
        linked = sum(content.base is Base.LINKED for content in self.model.contents.values())
        assert self.ledger.linked_assets() == linked


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
