"""What was said before, put aside or thrown away: versions, forks, the trash, forgetting, merging, integrity."""

from collections import Counter
from collections.abc import Sequence

from src.entities import (
    Checking,
    Conversation,
    Emptied,
    IntegrityReport,
    Left,
    Locrit,
    Message,
    MessageVersion,
    TheirConversation,
    TheirLocrit,
    Theirs,
    Trash,
)
from src.identity import LOCAL_USER, new_id, now_ms, request_hash
from src.services.jobs import Failed, Jobs
from src.stores import (
    conversations,
    copies,
    forgetting,
    forks,
    giving_back,
    integrity,
    locrits,
    merging,
    ops,
    revisions,
    steps,
    storage,
    trash,
    versions,
)
from src.stores.database import Database
from src.stores.merging import Merged
from src.stores.writer import Transaction

DAY_MS = 86_400_000
TRASH_SHOWN = 200
ORDERED_AT_ONCE = 500
BUSY = "A reply is still being written in it: it is forgotten when that has ended."


class Archive:
    def __init__(self, database: Database) -> None:
        self._db = database
        self._jobs = Jobs(database)
        self.checking: Checking | None = None
        """How far `verify` has come, while it runs in this process."""

    async def versions(self, message_id: str) -> list[MessageVersion]:
        """Newest first; the first is what the message says now."""
        return await self._db.read(lambda connection: versions.history(connection, message_id))

    async def roll_back(self, message_id: str, rev: int, op_id: str | None = None) -> Message:
        """What the message said at `rev` becomes its newest version."""
        op_id = op_id or new_id()
        hash_ = request_hash("roll_back", {"id": message_id, "rev": rev})

        def roll_back(tx: Transaction) -> Message:
            content = versions.content_at(tx.connection, message_id, rev)
            return revisions.revise(tx, "edit", message_id, {"content": content}, None, op_id, hash_, now_ms())

        return await self._db.write(roll_back)

    async def keep_aside(self, message_id: str, content: str, op_id: str | None = None) -> Message:
        """An edit that lost against another one: kept as a version, the message says what it said."""
        op_id = op_id or new_id()
        hash_ = request_hash("keep_aside", {"id": message_id, "content": content})
        return await self._db.write(lambda tx: versions.keep_aside(tx, message_id, content, op_id, hash_, now_ms()))

    async def fork(self, message_id: str, conversation_id: str | None = None, op_id: str | None = None) -> Conversation:
        """A conversation of its own that begins with what was said up to this message."""
        op_id, to = op_id or new_id(), conversation_id or new_id()
        hash_ = request_hash("fork", {"id": message_id, "to": conversation_id})

        def fork(tx: Transaction) -> Conversation:
            made = forks.fork(tx, message_id, to, op_id, hash_, now_ms())
            return conversations.require(tx.connection, made)

        return await self._db.write(fork)

    async def merge(
        self, conversation_id: str, theirs: Sequence[Theirs], around: TheirConversation | None = None
    ) -> Merged:
        """What a client has, into what is stored: see `stores.merging`. All of it or nothing. `around` is the
        conversation as the client has it: made when it is missing. Ids and revisions make a repeat known."""

        def merge(tx: Transaction) -> Merged:
            if around is None:
                return merging.merge(tx, conversation_id, theirs, new_id(), now_ms())
            return giving_back.take_conversation(tx, LOCAL_USER, conversation_id, around, theirs, new_id(), now_ms())

        return await self._db.write(merge)

    async def merge_locrits(self, theirs: Sequence[TheirLocrit]) -> None:
        """Locrits as a client has them: missing ones are made, of others the newer revision counts."""

        def merge(tx: Transaction) -> None:
            for one in theirs:
                giving_back.take_locrit(tx, LOCAL_USER, one, new_id(), now_ms())

        await self._db.write(merge)

    async def trash(self) -> Trash:
        return await self._db.read(lambda connection: trash.contents(connection, LOCAL_USER, TRASH_SHOWN))

    async def forget_message(self, message_id: str, op_id: str | None = None) -> Message:
        """Destroys what it said, in every version, copy, the log and the index. Cannot be undone. Raises Conflict while
        it or a copy of it is being written."""
        forgotten = await self._db.write(
            lambda tx: forgetting.forget_message(tx, message_id, op_id or new_id(), now_ms())
        )
        await self._finish(message_id)
        return forgotten

    async def forget_conversation(self, conversation_id: str, op_id: str | None = None) -> Conversation:
        """Destroys every message of it, and the copies in its forks. Cannot be undone. Raises Conflict while a reply is
        being written."""
        forgotten = await self._db.write(
            lambda tx: forgetting.forget_conversation(tx, conversation_id, op_id or new_id(), now_ms())
        )
        await self._finish(conversation_id)
        return forgotten

    async def forget_locrit(self, name: str, op_id: str | None = None) -> Locrit:
        """Destroys one that is in the trash, by id or name, with its conversations and memories. Cannot be undone."""
        op_id, hash_ = op_id or new_id(), request_hash("forget_locrit", {"name": name})

        def forget(tx: Transaction) -> Locrit:
            done = ops.find(tx, op_id, hash_)
            if done is not None:
                return locrits.by_id(tx.connection, done["locrit_id"])
            forgotten = steps.forget_locrit(tx, locrits.require_deleted(tx.connection, name), op_id, now := now_ms())
            ops.record(tx, op_id, hash_, {"locrit_id": forgotten.id}, now)
            return forgotten

        forgotten = await self._db.write(forget)
        await self._finish(forgotten.id)
        return forgotten

    async def copies(self, message_id: str) -> int:
        """How many others would be forgotten with this message, because they are copies of the same one."""
        return await self._db.read(lambda connection: copies.count(connection, message_id))

    async def empty_trash(self, older_than_days: float = 0) -> Emptied:
        """Forgets what was deleted that long ago, oldest first. What cannot be forgotten now is left, and said."""
        until = int(now_ms() - older_than_days * DAY_MS)
        ordered: list[tuple[str, str]] = []
        failed: dict[str, Failed] = {}
        while page := await self._db.write(lambda tx: trash.order_emptying(tx, until, ORDERED_AT_ONCE)):
            ordered += page
            failed |= {one.entity_id: one for one in await self._jobs.run()}
        busy = await self._db.read(lambda connection: trash.busy(connection, until))
        left = [Left(kind=kind, id=id_, reason=BUSY) for kind, id_ in busy]
        left += [Left(kind=one.kind.split()[-1], id=one.entity_id, reason=one.reason) for one in failed.values()]
        counts = Counter(f"{kind}s" for kind, id_ in ordered if id_ not in failed)
        counts["memories"] = counts.pop("memorys", 0)
        return Emptied(forgotten=counts.total(), **counts, left=left)

    async def finish_jobs(self) -> None:
        """What an earlier process, or an earlier try, left undone."""
        await self._jobs.run()

    async def _finish(self, entity_id: str) -> None:
        for failed in await self._jobs.run():
            if failed.entity_id == entity_id:
                raise failed.error

    async def storage(self) -> storage.Usage:
        return await self._db.read(storage.usage)

    async def verify(self, repair: bool = False) -> IntegrityReport:
        """Whether everything is there, in order, and what it was. `repair` sets right what follows from the rest."""
        repaired = await self._db.write(integrity.repair) if repair else []
        try:
            report = await self._db.read(lambda connection: integrity.verify(connection, tell=self._tell))
        finally:
            self.checking = None
        return report.model_copy(update={"repaired": repaired})

    def _tell(self, checking: Checking) -> None:
        self.checking = checking
