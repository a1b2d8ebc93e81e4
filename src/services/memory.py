"""The memory service: everything that is said is saved and found through it.

Usable from any event loop. Raises LocritError; a failure is never an empty result.
"""

from typing import Any, NamedTuple

from src.entities import ChangeEvent, Conversation, GenerationState, Message, NewMessage, OpenConversation, Role
from src.errors import Conflict
from src.ids import new_id, session_conversation_id
from src.operations import Caller, Operation
from src.services.exploration import Exploration
from src.services.memories import Memories
from src.stores import conversations, events, generations, listing, messages, openings, revisions, saving, trash
from src.stores import locrits as locrit_store
from src.stores.database import Snapshot
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork


class MessageWindow(NamedTuple):
    """Messages in the middle of a conversation, oldest first."""

    messages: list[Message]
    has_older: bool
    has_newer: bool
    target_id: str | None
    head_seq: int


class MemoryService(Memories, Exploration):
    """Conversations, messages, changes, what a Locrit remembers of them all (see `Exploration`),
    and beside them (see `Memories`). Each for a caller: what belongs to another person is not found."""

    # Conversations

    async def open_conversation(
        self,
        caller: Caller,
        locrit_name: str,
        *,
        conversation_id: str | None = None,
        session_id: str | None = None,
        client_label: str | None = None,
        title: str = "",
        op_id: str | None = None,
    ) -> tuple[Conversation, bool]:
        """Returns the conversation and whether it was made now. With a `session_id` alone its id is derived from it;
        without either, from `op_id`. `client_label` keeps sessions apart."""
        label = client_label or caller.user_id
        if conversation_id is None and session_id is None:
            conversation_id = session_conversation_id("operation", label, op_id) if op_id else new_id()
        opening = OpenConversation(label, locrit_name, conversation_id, session_id, title)
        if op_id is None:
            known = await self._db.read(lambda connection: openings.opened(connection, caller.user_id, opening))
            if known is not None:
                return known, False
        operation = Operation.of(caller, "open", opening.request, op_id, earlier=(opening.earlier_request,))

        def open_(tx: UnitOfWork) -> tuple[Conversation, bool]:
            head, created = openings.open_(tx, caller.user_id, opening, operation)
            return conversations.require(tx.connection, head.id), created

        def again(tx: UnitOfWork, done: dict[str, str]) -> tuple[Conversation, bool]:
            """It may have been thrown away since: the repeat does not make another one."""
            return conversations.require(tx.connection, done["conversation_id"]), False

        return await self._db.run_once(
            operation, Effect(open_, again, lambda opened: {"conversation_id": opened[0].conversation_id})
        )

    async def conversation_id_of(
        self, caller: Caller, locrit_name: str, session_id: str, client_label: str | None = None
    ) -> str:
        """Returns the id that this session's conversation has, or will have once it is opened; writes nothing."""
        label = client_label or caller.user_id
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: openings.session_id_of(connection, id_, label, session_id)
        )

    async def conversation(self, caller: Caller, conversation_id: str) -> Conversation:
        return await self._db.read(lambda connection: conversations.owned(connection, caller.user_id, conversation_id))

    async def conversations(
        self,
        caller: Caller,
        *,
        locrit_name: str | None = None,
        client_label: str | None = None,
        archived: bool | None = None,
        pinned: bool | None = None,
        starred: bool | None = None,
        cursor: str | None = None,
        limit: int = 50,
        q: str | None = None,
    ) -> tuple[list[Conversation], str | None]:
        """Returns a page, newest activity first, and the cursor of the next one; with `q`, of those called so."""
        given = {"user_id": client_label, "archived": archived, "pinned": pinned, "starred": starred}

        def page(connection: Snapshot) -> tuple[list[Conversation], str | None]:
            filters: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
            filters["owner_id"] = caller.user_id
            if locrit_name is not None:
                filters["locrit_id"] = locrit_store.require(connection, caller.user_id, locrit_name).id
            if q:
                return listing.named(connection, q, filters, cursor, limit)
            return listing.page(connection, filters, cursor, limit)

        return await self._db.read(page)

    async def edit_conversation(
        self,
        caller: Caller,
        conversation_id: str,
        changes: dict[str, Any],
        rev: int | None = None,
        op_id: str | None = None,
    ) -> Conversation:
        """Changes title, starred, pinned, archived, tags, think, metadata or deleted. Raises Conflict when `rev` is
        stale."""
        request = {"id": conversation_id, "changes": changes}
        operation = Operation.of(caller, "edit_conversation", request, op_id)

        def edit(tx: UnitOfWork) -> Conversation:
            conversations.lock_head(
                tx, conversation_id, caller.user_id, in_trash=True
            )  # other processes wait from here on
            current = conversations.require(tx.connection, conversation_id)
            if rev is not None and rev != current.rev:
                raise Conflict("This conversation was changed in the meantime.", current=current.wire())
            return trash.edit(tx, current, changes, operation)

        return await self._db.run_once(operation, conversations.effect(conversation_id, edit))

    async def delete_conversation(self, caller: Caller, conversation_id: str, op_id: str | None = None) -> Conversation:
        """Moves the conversation to the trash; `edit_conversation` with `deleted` false restores it."""
        return await self.edit_conversation(caller, conversation_id, {"deleted": True}, op_id=op_id)

    # Messages

    async def save_message(
        self,
        caller: Caller,
        conversation_id: str,
        role: Role,
        content: str,
        *,
        message_id: str | None = None,
        op_id: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> tuple[Message, bool]:
        """Returns the message as it is stored, and whether it was stored now: a repeat has one effect.

        Raises NotFound for an unknown conversation, Conflict when the id stands for other content.
        """
        new = NewMessage(message_id or new_id(), role, content, metadata=metadata or {}, is_id_new=message_id is None)
        request = {"in": conversation_id, "id": message_id, "role": role, "content": content}
        whole, named = request | {"metadata": new.metadata}, f"message:{new.id}"
        operation = Operation.of(caller, "save", whole, op_id, earlier=(request,), otherwise=named)

        def again(tx: UnitOfWork, done: dict[str, str]) -> tuple[Message, bool]:
            return messages.require(tx.connection, done["message_id"]), False

        return await self._db.run_once(
            operation,
            Effect(
                lambda tx: saving.save(tx, caller.user_id, conversation_id, new, operation),
                again,
                lambda saved: {"message_id": saved[0].message_id},
            ),
        )

    async def get_conversation_history(
        self,
        caller: Caller,
        conversation_id: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
        include_deleted: bool = False,
    ) -> tuple[list[Message], bool, int]:
        """Returns a page, oldest first, the newest one without `before` and `after` (seq); whether more follow; the seq
        of the newest event."""

        def page(connection: Snapshot) -> tuple[list[Message], bool, int]:
            head_seq = conversations.owned(connection, caller.user_id, conversation_id).head_seq
            return *messages.page(connection, conversation_id, before, after, limit, include_deleted), head_seq

        return await self._db.read(page)

    async def get_history_around(
        self,
        caller: Caller,
        conversation_id: str,
        *,
        message_id: str | None = None,
        at: int | None = None,
        limit: int = 50,
        include_deleted: bool = False,
    ) -> MessageWindow:
        """Returns what is around a message, else around the first one at a moment (ms since 1970) or later; the newest
        page when there is none. Raises NotFound when the message is not in this conversation, or in the trash."""

        def read(connection: Snapshot) -> MessageWindow:
            head_seq = conversations.owned(connection, caller.user_id, conversation_id).head_seq
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

    async def message(self, caller: Caller, message_id: str) -> Message:
        return await self._db.read(lambda connection: messages.owned(connection, caller.user_id, message_id))

    async def edit_message(
        self, caller: Caller, message_id: str, content: str, rev: int | None = None, op_id: str | None = None
    ) -> Message:
        """Stores a new version; the old one is kept. Raises Conflict when `rev` is stale or the reply is still
        running."""
        operation = Operation.of(caller, "edit", {"id": message_id, "content": content}, op_id)

        def edit(tx: UnitOfWork) -> Message:
            current = messages.owned(tx.connection, caller.user_id, message_id)
            return revisions.edit(tx, current, content, rev, operation)

        return await self._db.run_once(operation, messages.effect(message_id, edit))

    async def delete_message(self, caller: Caller, message_id: str, op_id: str | None = None) -> Message:
        """Moves the message to the trash; `restore_message` takes it out again."""
        return await self._set_deleted(caller, message_id, True, op_id)

    async def restore_message(self, caller: Caller, message_id: str, op_id: str | None = None) -> Message:
        return await self._set_deleted(caller, message_id, False, op_id)

    async def _set_deleted(self, caller: Caller, message_id: str, is_deleted: bool, op_id: str | None) -> Message:
        request = {"id": message_id, "content": None}
        operation = Operation.of(caller, "delete" if is_deleted else "restore", request, op_id)

        def set_deleted(tx: UnitOfWork) -> Message:
            current = messages.owned(tx.connection, caller.user_id, message_id)
            return revisions.set_deleted(tx, current, is_deleted, operation)

        return await self._db.run_once(operation, messages.effect(message_id, set_deleted))

    async def generation(self, caller: Caller, generation_id: str) -> GenerationState:
        """Returns a running or ended reply as the database has it."""
        return await self._db.read(lambda connection: generations.state(connection, generation_id, caller.user_id))

    # Changes

    async def events(
        self, caller: Caller, scope: str, since: int = 0, limit: int = 500
    ) -> tuple[list[ChangeEvent], int, bool]:
        """Returns up to `limit` changes after `since`, oldest first; the scope's head; whether more follow."""
        return await self._db.read(lambda connection: events.since(connection, caller.user_id, scope, since, limit))

    async def check_may_follow(self, caller: Caller, scope: str) -> None:
        """Raises NotFound for a scope of another person. A conversation that does not exist may begin."""
        await self._db.read(lambda connection: events.check_not_others(connection, caller.user_id, scope))
