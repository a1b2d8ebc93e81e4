"""The memory manager: everything that is said is saved and found through this façade.

Usable from any event loop, `asyncio.run` in a script included. Raises LocritError; a failure is never an empty result.
"""

from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from src.entities import (
    ChangeEvent,
    Conversation,
    Message,
    Role,
)
from src.errors import Conflict
from src.identity import LOCAL_USER, new_id, now_ms, request_hash, session_conversation_id
from src.services.exploration import Exploration
from src.services.memories import Memories
from src.services.replies import Replies
from src.stores import (
    conversations,
    events,
    messages,
    openings,
    ops,
    paths,
    revisions,
    trash,
)
from src.stores import locrits as locrit_store
from src.stores.openings import Opening
from src.stores.writer import Transaction

T = TypeVar("T")


class MessageWindow(NamedTuple):
    """Messages in the middle of a conversation, oldest first."""

    messages: list[Message]
    has_older: bool
    has_newer: bool
    target_id: str | None
    head_seq: int


class MemoryManager(Replies, Memories, Exploration):
    """Conversations, messages, replies (see `Replies`), changes, what a Locrit remembers of them all (see
    `Exploration`), and beside them (see `Memories`)."""

    # Conversations

    async def open_conversation(
        self,
        locrit_name: str,
        *,
        conversation_id: str | None = None,
        session_id: str | None = None,
        user_id: str = LOCAL_USER,
        title: str = "",
        op_id: str | None = None,
    ) -> tuple[Conversation, bool]:
        """The conversation and whether it was made now. With a `session_id` alone its id is derived from it; without
        either, from `op_id`."""
        if conversation_id is None and session_id is None:
            conversation_id = session_conversation_id("operation", user_id, op_id) if op_id else new_id()
        opening = Opening(LOCAL_USER, user_id, locrit_name, conversation_id, session_id, title)

        if op_id is None:
            known = await self._db.read(lambda connection: openings.opened(connection, opening))
            if known is not None:
                return known, False

        def open_(tx: Transaction) -> tuple[Conversation, bool]:
            done = ops.find(tx, op_id, *opening.hashes) if op_id else None
            if done is not None:  # and thrown away since: the repeat does not make another one
                return conversations.require(tx.connection, done["conversation_id"]), False
            where, created = openings.open_(tx, opening, op_id or new_id(), now := now_ms())
            if op_id:
                ops.record(tx, op_id, opening.hashes[0], {"conversation_id": where.id}, now)
            return conversations.require(tx.connection, where.id), created

        return await self._db.write(open_)

    async def conversation_id_of(self, locrit_name: str, session_id: str, user_id: str = LOCAL_USER) -> str:
        """The id that this session's conversation has, or will have once it is opened; writes nothing."""

        return await self._of_locrit(
            locrit_name, lambda connection, id_: openings.session_id_of(connection, id_, user_id, session_id)
        )

    async def conversation(self, conversation_id: str) -> Conversation:
        return await self._db.read(lambda connection: conversations.require(connection, conversation_id))

    async def conversations(
        self,
        *,
        locrit_name: str | None = None,
        user_id: str | None = None,
        archived: bool | None = None,
        pinned: bool | None = None,
        starred: bool | None = None,
        cursor: str | None = None,
        limit: int = 50,
        q: str | None = None,
    ) -> tuple[list[Conversation], str | None]:
        """A page, newest activity first, and the cursor of the next one; with `q`, of those that are called so."""
        given = {"user_id": user_id, "archived": archived, "pinned": pinned, "starred": starred}

        def page(connection: Connection) -> tuple[list[Conversation], str | None]:
            filters: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
            filters["owner_id"] = LOCAL_USER
            if locrit_name is not None:
                filters["locrit_id"] = locrit_store.require(connection, locrit_name).id
            if q:
                return conversations.named(connection, q, filters, cursor, limit)
            return conversations.page(connection, filters, cursor, limit)

        return await self._db.read(page)

    async def edit_conversation(
        self, conversation_id: str, changes: dict[str, Any], rev: int | None = None, op_id: str | None = None
    ) -> Conversation:
        """Change title, starred, pinned, archived, tags or deleted. Raises Conflict when `rev` is stale."""
        op_id = op_id or new_id()
        hash_ = request_hash("edit_conversation", {"id": conversation_id, "changes": changes})

        def edit(tx: Transaction) -> Conversation:
            conversations.place(tx, conversation_id, in_trash=True)  # from here on other processes wait
            current = conversations.require(tx.connection, conversation_id)
            if ops.find(tx, op_id, hash_) is not None:
                return current
            if rev is not None and rev != current.rev:
                raise Conflict("This conversation was changed in the meantime.", current=current.wire())
            ops.record(tx, op_id, hash_, {}, now := now_ms())
            return trash.edit(tx, current, changes, op_id, now)

        return await self._db.write(edit)

    async def delete_conversation(self, conversation_id: str, op_id: str | None = None) -> Conversation:
        """To the trash; `edit_conversation` with `deleted` false brings it back."""
        return await self.edit_conversation(conversation_id, {"deleted": True}, op_id=op_id)

    # Messages

    async def save_message(
        self,
        conversation_id: str,
        role: Role,
        content: str,
        *,
        message_id: str | None = None,
        op_id: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> tuple[Message, bool]:
        """The message as it is stored, and whether it was stored now: a repeat has one effect.

        Raises NotFound for an unknown conversation, Conflict when the id stands for other content.
        """
        new = messages.NewMessage(
            message_id or new_id(), role, content, metadata=metadata or {}, is_id_new=message_id is None
        )
        request = {"in": conversation_id, "id": message_id, "role": role, "content": content}
        hashes = request_hash("save", request | {"metadata": new.metadata}), request_hash("save", request)
        return await self._db.write(lambda tx: messages.save(tx, conversation_id, new, op_id, hashes, now_ms()))

    async def get_conversation_history(
        self,
        conversation_id: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
        include_deleted: bool = False,
    ) -> tuple[list[Message], bool, int]:
        """Oldest first, the newest page without `before` and `after` (seq); whether more follow; the head event seq."""

        def page(connection: Connection) -> tuple[list[Message], bool, int]:
            head_seq = conversations.require(connection, conversation_id).head_seq
            return *messages.page(connection, conversation_id, before, after, limit, include_deleted), head_seq

        return await self._db.read(page)

    async def get_history_around(
        self,
        conversation_id: str,
        *,
        message_id: str | None = None,
        at: int | None = None,
        limit: int = 50,
        include_deleted: bool = False,
    ) -> MessageWindow:
        """Around a message, else around the first one at a moment (ms since 1970) or later; the newest page when there
        is none. Raises NotFound when the message is not in this conversation, or in the trash."""

        def read(connection: Connection) -> MessageWindow:
            head_seq = conversations.require(connection, conversation_id).head_seq
            target = (
                messages.first_since(connection, conversation_id, at or 0)
                if message_id is None
                else messages.require_in(connection, conversation_id, message_id)
            )
            if target is None:
                newest, has_older = messages.page(connection, conversation_id, None, None, limit, include_deleted)
                return MessageWindow(newest, has_older, False, None, head_seq)
            found = messages.around(connection, target, limit, include_deleted)
            return MessageWindow(*found, target.message_id, head_seq)

        return await self._db.read(read)

    async def path_to(self, message_id: str, limit: int) -> list[Message]:
        """The last `limit` messages that lead to this one, itself the last; oldest first."""
        return await self._db.read(lambda connection: paths.to(connection, message_id, limit))

    async def message(self, message_id: str) -> Message:
        return await self._db.read(lambda connection: messages.require(connection, message_id))

    async def edit_message(
        self, message_id: str, content: str, rev: int | None = None, op_id: str | None = None
    ) -> Message:
        """A new version; the old one is kept. Raises Conflict when `rev` is stale or the reply is still running."""
        return await self._revise("edit", message_id, {"content": content}, rev, op_id)

    async def delete_message(self, message_id: str, op_id: str | None = None) -> Message:
        return await self._revise("delete", message_id, {"deleted_at": now_ms()}, None, op_id)

    async def restore_message(self, message_id: str, op_id: str | None = None) -> Message:
        return await self._revise("restore", message_id, {"deleted_at": None}, None, op_id)

    async def _revise(
        self, kind: revisions.Revision, message_id: str, values: dict[str, Any], rev: int | None, op_id: str | None
    ) -> Message:
        op_id = op_id or new_id()
        hash_ = request_hash(kind, {"id": message_id, "content": values.get("content")})
        return await self._db.write(
            lambda tx: revisions.revise(tx, kind, message_id, values, rev, op_id, hash_, now_ms())
        )

    # Changes

    async def events(self, scope: str, since: int = 0, limit: int = 500) -> tuple[list[ChangeEvent], int, bool]:
        """Up to `limit` changes after `since`, oldest first; the scope's head; whether more follow."""
        return await self._db.read(lambda connection: events.since(connection, scope, since, limit))
