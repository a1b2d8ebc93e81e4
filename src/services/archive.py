"""What was said before, put aside or thrown away: versions, forks, the trash, forgetting, merging, integrity."""

from collections.abc import Sequence

from src.entities import Conversation, IntegrityReport, Message, MessageVersion, Trash
from src.identity import LOCAL_USER, new_id, now_ms, request_hash
from src.stores import conversations, forgetting, forks, integrity, merging, messages, storage, trash, versions
from src.stores.database import Database
from src.stores.merging import Merged, Theirs
from src.stores.writer import Transaction

DAY_MS = 86_400_000
TRASH_SHOWN = 200


class Archive:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def versions(self, message_id: str) -> list[MessageVersion]:
        """Newest first; the first is what the message says now."""
        return await self._db.read(lambda connection: versions.history(connection, message_id))

    async def roll_back(self, message_id: str, rev: int, op_id: str | None = None) -> Message:
        """What the message said at `rev` becomes its newest version."""
        op_id = op_id or new_id()
        hash_ = request_hash("roll_back", {"id": message_id, "rev": rev})

        def roll_back(tx: Transaction) -> Message:
            content = versions.content_at(tx.connection, message_id, rev)
            return messages.revise(tx, "edit", message_id, {"content": content}, None, op_id, hash_, now_ms())

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

    async def merge(self, conversation_id: str, theirs: Sequence[Theirs]) -> Merged:
        """What a client has, into what is stored: see `stores.merging`. All of it or nothing."""
        return await self._db.write(lambda tx: merging.merge(tx, conversation_id, list(theirs), new_id(), now_ms()))

    async def trash(self) -> Trash:
        return await self._db.read(lambda connection: trash.contents(connection, LOCAL_USER, TRASH_SHOWN))

    async def forget_message(self, message_id: str, op_id: str | None = None) -> Message:
        """Destroys what it said, in every version, the log and the index. Cannot be undone."""
        forgotten = await self._db.write(
            lambda tx: forgetting.forget_message(tx, message_id, op_id or new_id(), now_ms())
        )
        await self._db.scrub()
        return forgotten

    async def forget_conversation(self, conversation_id: str, op_id: str | None = None) -> Conversation:
        """Destroys every message of it. Cannot be undone."""
        forgotten = await self._db.write(
            lambda tx: forgetting.forget_conversation(tx, conversation_id, op_id or new_id(), now_ms())
        )
        await self._db.scrub()
        return forgotten

    async def empty_trash(self, older_than_days: float = 0) -> int:
        """Forgets what was deleted that long ago; returns how many conversations and messages that was."""
        until = now_ms() - older_than_days * DAY_MS
        found = await self.trash()
        conversations = [one for one in found.conversations if (one.deleted_at or 0) <= until]
        messages = [one for one in found.messages if (one.deleted_at or 0) <= until]
        for conversation in conversations:
            await self.forget_conversation(conversation.conversation_id)
        for message in messages:
            await self.forget_message(message.message_id)
        return len(conversations) + len(messages)

    async def storage(self) -> storage.Usage:
        return await self._db.read(storage.usage)

    async def verify(self, repair: bool = False) -> IntegrityReport:
        """Whether everything is there, in order, and what it was. `repair` sets right what follows from the rest."""
        repaired = await self._db.write(integrity.repair) if repair else []
        report = await self._db.read(integrity.verify)
        return report.model_copy(update={"repaired": repaired})
