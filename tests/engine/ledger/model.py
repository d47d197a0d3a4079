"""The ledger as it ought to be: plain dictionaries, no clever counting, no durability."""

from collections.abc import Iterator
from dataclasses import replace

from custom_components.immich_syncthing.engine.ledger.views import ContentView, FolderCounts
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Decision,
    Departure,
    FileRow,
    FileStatus,
    GonePath,
    HoldKind,
    Signature,
    Successor,
)

from .model_rows import Before, Content, Failure, File, Question

PENDING = {FileStatus.UNSETTLED, FileStatus.UNHASHED}


class Model:
    def __init__(self) -> None:
        self.roots: dict[str, str] = {}
        self.files: dict[tuple[str, str], File] = {}
        self.contents: dict[bytes, Content] = {}
        self.questions: list[Question] = []
        self.intents: dict[bytes, int] = {}
        self.tick = 0

    # --- folders -------------------------------------------------------------------------------------------------

    def add_folder(self, folder: str, root: str) -> None:
        if self.roots.get(folder, root) != root:
            self.forget_folder(folder)
        self.roots[folder] = root

    def forget_folder(self, folder: str) -> None:
        if self.roots.pop(folder, None) is None:
            return
        concerned = {row.checksum for row in self.rows() if row.folder_id == folder and row.checksum}
        self.files = {key: file for key, file in self.files.items() if key[0] != folder}
        for checksum, content in self.contents.items():
            if folder in content.holders or any(key[0] == folder for key in content.gone):
                concerned.add(checksum)
            content.holders.discard(folder)
            content.gone = {key: gone for key, gone in content.gone.items() if key[0] != folder}
            content.edited = {key for key in content.edited if key[0] != folder}
        self.questions = [question for question in self.questions if folder not in question.folders]
        for checksum in concerned & set(self.contents):
            content = self.contents[checksum]
            content.dirty = self.tick
            if self.present(checksum):
                continue
            if content.base is Base.NEW and checksum not in self.intents:
                self.forget(checksum)
            elif content.base is Base.LINKED:
                content.base, content.decision, content.gone, content.suspect = Base.RELEASED, None, {}, True
            elif content.base is Base.REMOVED and not content.gone:
                content.suspect = True
        self.close_questions()

    # --- files ---------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[FileRow]:
        return (file.row for file in self.files.values())

    def present(self, checksum: bytes) -> tuple[FileRow, ...]:
        rows = (row for row in self.rows() if row.checksum == checksum)
        return tuple(sorted(rows, key=lambda row: (row.folder_id, *row.path.rpartition("/"))))

    def observe(self, folder: str, seen: list[FileRow], departed: list[str]) -> None:
        for row in seen:
            self.see(row)
        for path in departed:
            file = self.files.pop((folder, path), None)
            if file is not None and file.row.checksum is not None:
                self.leave(file, Departure.ABSENT)

    def see(self, row: FileRow) -> None:
        key = (row.folder_id, row.path)
        before = self.files.get(key)
        former = before.row.checksum if before else None
        row = row if row.checksum is not None else replace(row, checksum=former)
        if before is not None and before.row == row:
            return
        settled = row.status is FileStatus.SETTLED
        mtime = before.content_mtime if before and former == row.checksum and not settled else row.signature.mtime_ns
        mtime = None if row.status is FileStatus.EXCLUDED else mtime
        if row.checksum is not None:
            content = self.contents.setdefault(row.checksum, Content(row.signature.size, self.tick))
            if content.base is not Base.REMOVED:
                content.gone.pop(key, None)
            if before and former is not None and former != row.checksum:
                self.leave(before, Departure.REPLACED, edited=content.base is Base.NEW)
            if settled:
                content.size = row.signature.size
                content.holders.add(row.folder_id)
                content.freed.discard(row.folder_id)
            if before is None or (before.row.status, former) != (row.status, row.checksum):
                self.touch(row.checksum)
        self.files[key] = File(row, mtime)

    def leave(self, file: File, departure: Departure, *, edited: bool = False) -> None:
        row, key = file.row, (file.row.folder_id, file.row.path)
        assert row.checksum is not None
        content = self.contents[row.checksum]
        self.touch(row.checksum)
        if not edited:
            for other in self.contents.values():
                other.edited.discard(key)
        if file.content_mtime is None:
            content.gone = {} if content.base is Base.LINKED else content.gone
            return
        content.gone[key] = GonePath(row.folder_id, row.path, file.content_mtime, departure)
        content.edited.update({key} if edited else ())

    def hash(self, folder: str, path: str, signature: Signature, checksum: bytes) -> bool:
        file = self.files.get((folder, path))
        if file is None or file.row.signature != signature or file.row.status not in {*PENDING, FileStatus.SETTLED}:
            return False
        self.see(replace(file.row, status=FileStatus.SETTLED, checksum=checksum))
        return True

    # --- contents ------------------------------------------------------------------------------------------------

    def touch(self, checksum: bytes) -> None:
        content = self.contents[checksum]
        content.dirty = self.tick
        if content.failure is not None:
            content.failure.retry_at = min(content.failure.retry_at, self.tick)

    def forget(self, checksum: bytes) -> None:
        del self.contents[checksum]
        for question in self.questions:
            question.items.pop(checksum, None)

    def tell(self, checksum: bytes, fact: AssetFact) -> None:
        content = self.contents.get(checksum)
        if content is None:
            return
        before = content.asset
        shown = fact.state in {AssetState.ACTIVE, AssetState.TRASHED, AssetState.UNTOUCHABLE}
        asset_id = fact.id if fact.id is not None or shown else before.id
        same = asset_id == before.id
        seen = fact.state is AssetState.TRASHED or fact.trash_seen or (same and before.trash_seen)
        locked = before.was_untouchable or before.state is AssetState.UNTOUCHABLE
        content.asset = AssetFact(
            fact.state,
            asset_id,
            trash_seen=seen and fact.state is not AssetState.ACTIVE,
            was_untouchable=fact.was_untouchable or (not shown and same and locked),
        )
        if content.asset != before:
            self.touch(checksum)

    def witness(self, asset_id: str) -> None:
        for checksum, content in self.contents.items():
            asset = content.asset
            if asset.id != asset_id:
                continue
            if asset.state is AssetState.UNTOUCHABLE:
                self.tell(checksum, AssetFact(AssetState.UNKNOWN))
            elif not asset.trash_seen and asset.state is not AssetState.DYING:
                over = asset.was_untouchable and asset.state is AssetState.GONE
                seen = not asset.was_untouchable
                self.tell(checksum, asset if over else AssetFact(AssetState.UNKNOWN, trash_seen=seen))

    def record(self, checksum: bytes, base: Base, asset_id: str | None, replaced_by: bytes | None = None) -> bool:
        content = self.contents.get(checksum)
        if content is None:
            return False
        here, unknown = {row.folder_id for row in self.present(checksum)}, False
        if base is Base.LINKED and here:
            content.gone, content.holders = {}, here
            self.stayed(checksum)
        elif base is Base.LINKED and not content.gone:
            base, unknown = Base.RELEASED, True
        elif base in {Base.RELEASED, Base.KEPT}:
            content.gone = {}
        elif base is Base.REMOVED and content.asset.trash_seen:
            content.freed.clear()
        doubtful = content.suspect or content.base is Base.RELEASED or not here
        content.suspect = unknown or (doubtful and base is Base.REMOVED and not content.gone)
        content.base, content.base_asset_id, content.replaced_by = base, asset_id, replaced_by
        content.decision = content.failure = None
        content.dirty = self.tick
        self.drop([checksum])
        self.close_questions()
        return True

    def clean(self, checksum: bytes, as_of: int) -> bool:
        content = self.contents.get(checksum)
        if content is None or content.dirty > as_of:
            return False
        if content.dirty:
            content.dirty, content.decision, content.failure = 0, None, None
            idle = checksum not in self.intents and self.held(checksum) is None
            if content.base is Base.NEW and not self.present(checksum) and idle:
                self.forget(checksum)
                return False
        return True

    def settle(self, checksum: bytes, as_of: int) -> None:
        if self.clean(checksum, as_of):
            settled = any(row.status is FileStatus.SETTLED for row in self.present(checksum))
            if settled and self.contents[checksum].base is Base.LINKED:
                self.contents[checksum].gone = {}
            self.stayed(checksum)

    def let_go(self, checksum: bytes, folder: str) -> None:
        if checksum in self.contents:
            self.contents[checksum].freed.add(folder)
            self.contents[checksum].dirty = self.tick

    def stayed(self, checksum: bytes) -> None:
        rows = self.present(checksum)
        self.contents[checksum].freed -= {row.folder_id for row in rows if row.status is FileStatus.SETTLED}

    def fail(self, checksum: bytes, retry_at: float, *, permanent: bool) -> None:
        content = self.contents.get(checksum)
        if content is not None:
            attempts = content.failure.attempts if content.failure else 0
            content.failure = Failure(attempts + 1, retry_at, permanent)
            content.dirty = self.tick

    # --- questions -----------------------------------------------------------------------------------------------

    def held(self, checksum: bytes) -> Question | None:
        return next((question for question in self.questions if checksum in question.items), None)

    def ask(self, kind: HoldKind, folders: tuple[str, ...], checksums: list[bytes]) -> None:
        new = Question(kind, tuple(sorted(set(folders))))
        same = [one for one in self.questions if (one.kind, one.folders) == (new.kind, new.folders)]
        question = same[0] if same else new
        if not same:
            self.questions.append(new)
        coming = [one for one in dict.fromkeys(checksums) if one in self.contents and self.held(one) is not question]
        for checksum in coming:
            self.drop([checksum])
        question.revision += bool(coming)
        for checksum in coming:
            question.items[checksum] = question.revision
            self.contents[checksum].decision = None
        self.close_questions()

    def drop(self, checksums: list[bytes]) -> list[bytes]:
        left = [one for one in checksums if self.held(one)]
        for question in self.questions:
            before = len(question.items)
            question.items = {one: revision for one, revision in question.items.items() if one not in left}
            question.revision += before != len(question.items)
        return left

    def retract(self, checksums: list[bytes]) -> None:
        for checksum in self.drop(checksums):
            self.contents[checksum].dirty = self.tick
        self.close_questions()

    def answer(self, question: Question, revision: int, answer: Answer, only: set[bytes] | None) -> int:
        answered = [
            one for one, joined in question.items.items() if joined <= revision and (only is None or one in only)
        ]
        for checksum in answered:
            one = self.contents[checksum]
            one.before = Before(
                one.base,
                one.base_asset_id,
                one.suspect,
                one.replaced_by,
                dict(one.gone),
                set(one.edited),
                question.kind,
                question.folders,
            )
            self.contents[checksum].decision = Decision(question.kind, answer)
            self.touch(checksum)
        self.drop(answered)
        self.close_questions()
        return len(answered)

    def take_back(self, checksums: list[bytes], how: str) -> None:
        for checksum in checksums:
            content = self.contents[checksum]
            before, content.before = content.before, None
            assert before is not None
            if how == "again":
                self.restore(checksum, before)
                self.ask(before.kind, tuple(one for one in before.folders if one in self.roots), [checksum])
                content.decision = None
            if how == "undone":
                content.decision = Decision(HoldKind.MANY_FILES, Answer.UNDO)
            if how != "over":
                self.touch(checksum)

    def restore(self, checksum: bytes, before: Before) -> None:
        content = self.contents[checksum]
        if content.base is before.base:
            return
        content.base, content.base_asset_id = before.base, before.base_asset_id
        content.suspect, content.replaced_by = before.suspect, before.replaced_by
        for key, gone in before.gone.items():
            here = key in self.files and self.files[key].row.checksum == checksum
            if key[0] in self.roots and key not in content.gone and not (here and before.base is not Base.REMOVED):
                content.gone[key] = gone
                content.edited.discard(key)
                content.edited.update({key} & before.edited)

    def close_questions(self) -> None:
        self.questions = [question for question in self.questions if question.items]

    # --- what the ledger must tell -------------------------------------------------------------------------------

    def view(self, checksum: bytes) -> ContentView | None:
        content = self.contents.get(checksum)
        if content is None:
            return None
        question = self.held(checksum)
        return ContentView(
            checksum=checksum,
            base=content.base,
            base_asset_id=content.base_asset_id,
            size=content.size,
            asset=content.asset,
            present=self.present(checksum),
            gone=tuple(content.gone[key] for key in sorted(content.gone)),
            holders=frozenset(content.holders),
            decision=content.decision,
            held=None if question is None else question.kind,
            attempts=content.failure.attempts if content.failure else 0,
            suspect=content.suspect,
            replaced_by=content.replaced_by,
            successor=self.successor(checksum),
            freed=frozenset(content.freed),
        )

    def successor(self, checksum: bytes) -> Successor | None:
        """What is now at the first path of a content where it was edited."""
        gone = self.contents[checksum].gone
        for folder, path in sorted(self.contents[checksum].edited & set(gone)):
            file = self.files.get((folder, path))
            if file is None or file.row.status is not FileStatus.SETTLED or file.row.checksum in {None, checksum}:
                continue
            assert file.row.checksum is not None
            by = self.contents[file.row.checksum]
            return Successor(file.row.checksum, by.base, by.asset, folder, path)
        return None

    def dirty(self, now: float) -> list[bytes]:
        return sorted(
            checksum
            for checksum, content in self.contents.items()
            if content.dirty
            and checksum not in self.intents
            and (content.failure is None or content.failure.retry_at <= now)
        )

    def _failed_without_file(self, folder: str) -> list[bool]:
        settled = {row.checksum for row in self.rows() if row.status is FileStatus.SETTLED}
        return [
            content.failure is not None
            and self.held(checksum) is None
            and checksum not in settled
            and any(key[0] == folder for key in content.gone)
            for checksum, content in self.contents.items()
        ]

    def counts(self, folder: str) -> FolderCounts:
        rows = [row for row in self.rows() if row.folder_id == folder and row.status is not FileStatus.EXCLUDED]
        of = {
            row.path: self.contents[row.checksum] for row in rows if row.checksum and row.status is FileStatus.SETTLED
        }
        free = {row.path for row in rows if row.path in of and row.checksum and self.held(row.checksum) is None}
        failed = {path for path in free if of[path].failure}
        for_good = {path for path in failed if (failure := of[path].failure) and failure.permanent}
        return FolderCounts(
            files=len(rows),
            bytes=sum(row.signature.size for row in rows),
            linked=sum(content.base is Base.LINKED for content in of.values()),
            released=sum(
                content.base is Base.RELEASED and folder in content.holders for content in self.contents.values()
            ),
            kept=sum(content.base is Base.KEPT for content in of.values()),
            to_upload=sum(of[path].base is Base.NEW for path in free - for_good),
            failed=len(failed) + sum(self._failed_without_file(folder)),
            held=sum(len(question.items) for question in self.questions if folder in question.folders),
            unresolved=sum(row.status in PENDING for row in rows),
        )
