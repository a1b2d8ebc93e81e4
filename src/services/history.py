"""What was said before, put aside or thrown away: versions, forks, the trash, forgetting, merging, integrity."""

from collections import Counter
from collections.abc import Sequence

from src.entities import (
    Checking,
    ClientConversation,
    ClientLocrit,
    ClientMessage,
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
from src.ids import new_id, now_ms
from src.operations import Caller, Operation, Stamp
from src.services.jobs import Failed, Jobs
from src.stores import (
    conversations,
    copies,
    forgetting,
    forks,
    integrity,
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
from src.stores.unit_of_work import UnitOfWork

DAY_MS = 86_400_000
TRASH_SHOWN = 200
ORDERED_AT_ONCE = 500
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
        operation = Operation.of(caller, "keep_aside", {"id": message_id, "content": content}, op_id)

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

        return await self._db.run_once(operation, conversations.opening_effect(fork))

    async def merge(
        self,
        caller: Caller,
        conversation_id: str,
        theirs: Sequence[ClientMessage],
        around: ClientConversation | None = None,
    ) -> MergeResult:
        """Merges what a client has with what is stored: see `stores.merging`. All of it or nothing. `around` is the
        conversation as the client has it: made when it is missing. Ids and revisions make a repeat known."""
        stamp = Stamp.now()

        def merge(tx: UnitOfWork) -> MergeResult:
            if around is None:
                conversations.lock_head(tx, conversation_id, caller.user_id, in_trash=True)
                return merging.merge(tx, conversation_id, theirs, stamp)
            return reupload.accept_conversation(tx, caller.user_id, conversation_id, around, theirs, stamp)

        return await self._db.write(merge)

    async def merge_locrits(self, caller: Caller, theirs: Sequence[ClientLocrit]) -> None:
        """Merges Locrits as a client has them: missing ones are made, of others the newer revision counts."""

        def merge(tx: UnitOfWork) -> None:
            for one in theirs:
                reupload.accept_locrit(tx, caller.user_id, one, Stamp.now())

        await self._db.write(merge)

    async def trash(self, caller: Caller) -> Trash:
        return await self._db.read(lambda connection: trash.contents(connection, caller.user_id, TRASH_SHOWN))

    async def forget_message(self, caller: Caller, message_id: str, op_id: str | None = None) -> Message:
        """Destroys what it said, in every version, copy, the log and the index. Cannot be undone. Raises Conflict while
        it or a copy of it is being written."""
        operation = Operation.of(caller, "forget_message", {"id": message_id}, op_id)

        def forget(tx: UnitOfWork) -> Message:
            return forgetting.forget_message(tx, messages.owned(tx.connection, caller.user_id, message_id), operation)

        forgotten = await self._db.run_once(operation, messages.effect(message_id, forget))
        await self._finish(message_id)
        return forgotten

    async def forget_conversation(self, caller: Caller, conversation_id: str, op_id: str | None = None) -> Conversation:
        """Destroys every message of it, and the copies in its forks. Cannot be undone. Raises Conflict while a reply is
        being written."""
        operation = Operation.of(caller, "forget_conversation", {"id": conversation_id}, op_id)

        def forget(tx: UnitOfWork) -> Conversation:
            conversations.lock_head(tx, conversation_id, caller.user_id, in_trash=True)
            return forgetting.forget_conversation(tx, conversation_id, operation)

        await self._db.run_once(operation, conversations.effect(conversation_id, forget))
        await self._finish(conversation_id)
        return await self._db.read(lambda connection: conversations.owned(connection, caller.user_id, conversation_id))

    async def forget_locrit(self, caller: Caller, name: str, op_id: str | None = None) -> Locrit:
        """Destroys one that is in the trash, by id or name, with its conversations and memories. Cannot be undone."""
        operation = Operation.of(caller, "forget_locrit", {"name": name}, op_id)

        def forget(tx: UnitOfWork) -> Locrit:
            locrit_id = locrits.require_deleted(tx.connection, caller.user_id, name)
            return steps.forget_locrit(tx, locrit_id, operation)

        forgotten = await self._db.run_once(operation, locrits.effect(forget))
        await self._finish(forgotten.id)
        return forgotten

    async def copies(self, caller: Caller, message_id: str) -> int:
        """Counts the others that would be forgotten with this message, because they are copies of the same one."""

        def count(connection: Snapshot) -> int:
            messages.owned(connection, caller.user_id, message_id)
            return copies.count(connection, caller.user_id, message_id)

        return await self._db.read(count)

    async def empty_trash(self, caller: Caller, older_than_days: float = 0) -> Emptied:
        """Forgets what was deleted that long ago, oldest first. What cannot be forgotten now is left, and said."""
        return await self._empty(caller.user_id, older_than_days)

    async def storage(self, caller: Caller) -> StorageUsage:
        return await self._db.read(lambda connection: storage.usage(connection, caller.user_id))

    async def verify(self, caller: Caller, repair: bool = False) -> IntegrityReport:
        """Checks whether everything is there, in order, and what it was, whoever it belongs to. `repair` repairs what
        follows from the rest. Raises Forbidden."""
        caller.require("administer")
        repaired = await self._db.write(integrity.repair) if repair else []
        try:
            report = await self._db.read(lambda connection: integrity.verify(connection, tell=self._tell))
        finally:
            self._checking = None
        return report.model_copy(update={"repaired": repaired})

    async def checking(self, caller: Caller) -> Checking | None:
        """Returns how far `verify` has come, while it runs in this process. Raises Forbidden."""
        caller.require("administer")
        return self._checking

    # What the server does by itself

    async def expire_trash(self, older_than_days: float) -> Emptied:
        """Everybody's."""
        return await self._empty(None, older_than_days)

    async def finish_jobs(self) -> None:
        """Does what an earlier process, or an earlier try, left undone."""
        await self._jobs.run()

    async def _empty(self, owner_id: str | None, older_than_days: float) -> Emptied:
        until = int(now_ms() - older_than_days * DAY_MS)
        ordered: list[tuple[str, str]] = []
        failed: dict[str, Failed] = {}
        while page := await self._db.write(lambda tx: trash.order_emptying(tx, owner_id, until, ORDERED_AT_ONCE)):
            ordered += page
            failed |= {one.entity_id: one for one in await self._jobs.run()}
        busy = await self._db.read(lambda connection: trash.busy(connection, owner_id, until))
        failures = [one for one in failed.values() if one.entity_id in {id_ for _, id_ in ordered}]
        left = [Left(kind=kind, id=id_, reason=BUSY) for kind, id_ in busy]
        left += [Left(kind=one.kind.split()[-1], id=one.entity_id, reason=one.reason) for one in failures]
        counts = Counter(f"{kind}s" for kind, id_ in ordered if id_ not in failed)
        counts["memories"] = counts.pop("memorys", 0)
        return Emptied(forgotten=counts.total(), **counts, left=left)

    async def _finish(self, entity_id: str) -> None:
        for failed in await self._jobs.run():
            if failed.entity_id == entity_id:
                raise failed.error

    def _tell(self, checking: Checking) -> None:
        self._checking = checking
