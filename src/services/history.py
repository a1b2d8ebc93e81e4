"""What was said before, put aside or thrown away: versions, forks, the trash, forgetting, merging, integrity."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from src.entities import (
    Checking,
    ClientConversation,
    ClientLocrit,
    ClientMessage,
    ClientRows,
    Conversation,
    Emptied,
    IntegrityReport,
    Left,
    Locrit,
    MergeResult,
    Message,
    MessageVersion,
    StorageUsage,
    Trash,
)
from src.errors import Conflict, NotFound
from src.events import JobProgress
from src.ids import new_id, now_ms
from src.operations import Caller, Operation, Stamp
from src.services.jobs import Failed, Jobs
from src.stores import (
    artifacts,
    conversations,
    copies,
    forgetting,
    forks,
    integrity,
    jobs,
    locrits,
    merging,
    messages,
    reupload,
    revisions,
    steps,
    storage,
    trash,
    versions,
)
from src.stores.database import Database, Snapshot
from src.stores.integrity import repairs
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

DAY_MS = 86_400_000
TRASH_SHOWN = 200
NO_ROWS = ClientRows()
PLURALS = {
    "locrit": "locrits",
    "conversation": "conversations",
    "message": "messages",
    "memory": "memories",
    "artifact": "artifacts",
}
BUSY = "A reply is still being written in it: it is forgotten when that has ended."


class HistoryService:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._jobs = Jobs(database)
        self._checking: Checking | None = None

    async def versions(self, caller: Caller, message_id: str) -> list[MessageVersion]:
        """Returns them newest first; the first is what the message says now."""

        def read(connection: Snapshot) -> list[MessageVersion]:
            return versions.history(connection, messages.owned(connection, caller.user_id, message_id).message_id)

        return await self._db.read(read)

    async def roll_back(self, caller: Caller, message_id: str, rev: int, op_id: str | None = None) -> Message:
        """Makes what the message said at `rev` its newest version."""
        operation = Operation.of(caller, "roll_back", {"id": message_id, "rev": rev}, op_id)

        def roll_back(tx: UnitOfWork) -> Message:
            current = messages.owned(tx.connection, caller.user_id, message_id)
            return revisions.roll_back(tx, current, versions.body_at(tx.connection, message_id, rev), operation)

        return await self._db.run_once(operation, messages.effect(message_id, roll_back))

    async def keep_conflict(self, caller: Caller, message_id: str, content: str, op_id: str | None = None) -> Message:
        """Keeps an edit that lost against another one as a version; the message says what it said."""
        request = {"id": message_id, "content": content}
        operation = Operation.of(caller, "keep_aside", request, op_id)  # as earlier versions recorded it

        def keep(tx: UnitOfWork) -> Message:
            current = messages.owned(tx.connection, caller.user_id, message_id)
            return versions.keep_conflict(tx, current, content, operation)

        return await self._db.run_once(operation, messages.effect(message_id, keep))

    async def fork(
        self, caller: Caller, message_id: str, conversation_id: str | None = None, op_id: str | None = None
    ) -> Conversation:
        """Makes a conversation of its own that begins with what was said up to this message."""
        operation = Operation.of(caller, "fork", {"id": message_id, "to": conversation_id}, op_id)

        def fork(tx: UnitOfWork) -> Conversation:
            last = messages.owned(tx.connection, caller.user_id, message_id)
            return forks.fork(tx, last, conversation_id or new_id(), operation)

        made = await self._db.run_once(operation, conversations.opening_effect(fork))
        await self._jobs.finish_all(operation, made.conversation_id)
        return await self._conversation(caller, made.conversation_id)

    async def merge(
        self,
        caller: Caller,
        conversation_id: str,
        theirs: Sequence[ClientMessage],
        around: ClientConversation | None = None,
        rows: ClientRows = NO_ROWS,
    ) -> MergeResult:
        """Merges what a client has with what is stored: see `stores.merging`. All of it or nothing. `around` is the
        conversation as the client has it: made when it is missing. Ids and revisions make a repeat known."""
        stamp = Stamp.now()

        def merge(tx: UnitOfWork) -> MergeResult:
            if around is None:
                conversations.lock_head(tx, conversation_id, caller.user_id, in_trash=True)
                merged = merging.merge(tx, conversation_id, theirs, stamp)
            else:
                merged = reupload.accept_conversation(tx, caller.user_id, conversation_id, around, theirs, stamp)
            reupload.accept_rows(tx, conversation_id, rows, stamp)
            return merged

        return await self._db.write(merge)

    async def merge_locrits(self, caller: Caller, theirs: Sequence[ClientLocrit]) -> None:
        """Merges Locrits as a client has them: missing ones are made, of others the newer revision counts."""

        def merge(tx: UnitOfWork) -> None:
            for one in theirs:
                reupload.accept_locrit(tx, caller.user_id, one, Stamp.now())

        await self._db.write(merge)
        await self._jobs.run()

    async def trash(self, caller: Caller) -> Trash:
        return await self._db.read(lambda connection: trash.contents(connection, caller.user_id, TRASH_SHOWN))

    async def forget_message(self, caller: Caller, message_id: str, op_id: str | None = None) -> Message:
        """Destroys what it said, in every version, copy, the log and the index. Cannot be undone. Raises Conflict while
        it or a copy of it is being written."""
        operation = Operation.of(caller, "forget_message", {"id": message_id}, op_id)

        def forget(tx: UnitOfWork) -> Message:
            return forgetting.forget_message(tx, messages.owned(tx.connection, caller.user_id, message_id), operation)

        forgotten = await self._db.run_once(operation, messages.effect(message_id, forget))
        await self._jobs.finish_all(operation, message_id)
        return forgotten

    async def forget_conversation(self, caller: Caller, conversation_id: str, op_id: str | None = None) -> Conversation:
        """Destroys every message of it, and the copies in its forks. Cannot be undone. Raises Conflict while a reply is
        being written."""
        operation = Operation.of(caller, "forget_conversation", {"id": conversation_id}, op_id)

        def forget(tx: UnitOfWork) -> Conversation:
            conversations.lock_head(tx, conversation_id, caller.user_id, in_trash=True)
            return forgetting.forget_conversation(tx, conversation_id, operation)

        await self._db.run_once(operation, conversations.effect(conversation_id, forget))
        await self._jobs.finish_all(operation, conversation_id)
        return await self._conversation(caller, conversation_id)

    async def forget_locrit(self, caller: Caller, name: str, op_id: str | None = None) -> Locrit:
        """Destroys one that is in the trash, by id or name, with its conversations and memories. Cannot be undone."""
        operation = Operation.of(caller, "forget_locrit", {"name": name}, op_id)

        def forget(tx: UnitOfWork) -> Locrit:
            locrit_id = locrits.require_deleted(tx.connection, caller.user_id, name)
            return steps.forget_locrit(tx, locrit_id, operation)

        forgotten = await self._db.run_once(operation, locrits.effect(forget))
        await self._jobs.finish_all(operation, forgotten.id)
        return await self._db.read(lambda connection: locrits.by_id(connection, forgotten.id))

    async def forget_again(self, caller: Caller, message_ids: Sequence[str], artifact_ids: Sequence[str]) -> None:
        """Forgets what a client heard was forgotten, as far as it is here and nothing writes on it."""

        def message(tx: UnitOfWork, id_: str) -> None:
            forgetting.forget_message(tx, messages.owned(tx.connection, caller.user_id, id_), Stamp.now())

        def artifact(tx: UnitOfWork, id_: str) -> None:
            artifacts.forget(tx, artifacts.owned(tx.connection, caller.user_id, id_).id, Stamp.now())

        for forget, ids in ((message, message_ids), (artifact, artifact_ids)):
            for id_ in ids:
                with suppress(NotFound, Conflict):
                    await self._db.write(partial(forget, id_=id_))
        await self._jobs.run()

    async def copies(self, caller: Caller, message_id: str) -> int:
        """Counts the others that would be forgotten with this message, because they are copies of the same one."""

        def count(connection: Snapshot) -> int:
            messages.owned(connection, caller.user_id, message_id)
            return copies.count(connection, caller.user_id, message_id)

        return await self._db.read(count)

    async def empty_trash(self, caller: Caller, older_than_days: float = 0, op_id: str | None = None) -> Emptied:
        """Forgets what was deleted that long ago, oldest first. What cannot be forgotten now is left, and said."""
        operation = Operation.of(caller, "empty_trash", {"older_than_days": older_than_days}, op_id)
        until = _deleted_until(older_than_days)

        def empty(tx: UnitOfWork) -> Counter[str]:
            return trash.order_emptying(tx, caller.user_id, until, operation)

        due = await self._db.run_once(operation, Effect(empty, lambda _tx, done: Counter(done), dict))
        failed = await self._jobs.finish(operation)
        return await self._emptied(due, failed, caller.user_id, until)

    async def jobs(self, caller: Caller) -> list[JobProgress]:
        """What the caller has ordered and is not done yet, the oldest first."""
        return await self._db.read(lambda connection: jobs.orders(connection, caller.user_id))

    async def storage(self, caller: Caller) -> StorageUsage:
        return await self._db.read(lambda connection: storage.usage(connection, caller.user_id))

    async def verify(self, caller: Caller, repair: bool = False) -> IntegrityReport:
        """Checks whether everything is there, in order, and what it was, whoever it belongs to. `repair` repairs what
        follows from the rest. Raises Forbidden."""
        caller.require("administer")
        repaired = await self._repair(caller) if repair else []
        try:
            report = await self._db.read(
                lambda connection: integrity.verify(connection, self._db.files, tell=self._tell)
            )
        finally:
            self._checking = None
        return report.model_copy(update={"repaired": repaired})

    async def _repair(self, caller: Caller) -> list[str]:
        needed = await self._db.read(repairs.needed)
        operation = Operation.of(caller, "repair", {})
        await self._db.write(lambda tx: repairs.order(tx, caller.user_id, len(needed), operation))
        await self._jobs.finish_all(operation)
        return [repair.told for repair in needed if repair.told]

    async def checking(self, caller: Caller) -> Checking | None:
        """Returns how far `verify` has come, while it runs in this process. Raises Forbidden."""
        caller.require("administer")
        return self._checking

    # What the server does by itself

    async def expire_trash(self, older_than_days: float) -> Emptied:
        """Everybody's."""
        until = _deleted_until(older_than_days)
        due = await self._db.write(lambda tx: trash.order_emptying(tx, None, until, Stamp.now()))
        await self._jobs.run()
        return await self._emptied(due, [], None, until)

    async def finish_jobs(self) -> None:
        """Does what an earlier process, or an earlier try, left undone."""
        await self._jobs.run()

    async def _emptied(self, due: Counter[str], failed: Sequence[Failed], owner_id: str | None, until: int) -> Emptied:
        busy = await self._db.read(lambda connection: trash.busy(connection, owner_id, until))
        left = [Left(kind=kind, id=id_, reason=BUSY) for kind, id_ in busy]
        left += [Left(kind=one.thing, id=one.entity_id, reason=one.reason) for one in failed]
        done = due - Counter(one.thing for one in failed)
        counts = {PLURALS[kind]: count for kind, count in done.items()}
        return Emptied(forgotten=done.total(), **counts, left=left)

    async def _conversation(self, caller: Caller, conversation_id: str) -> Conversation:
        return await self._db.read(lambda connection: conversations.owned(connection, caller.user_id, conversation_id))

    def _tell(self, checking: Checking) -> None:
        self._checking = checking


def _deleted_until(older_than_days: float) -> int:
    return int(now_ms() - older_than_days * DAY_MS)
