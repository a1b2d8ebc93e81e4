"""Forgetting: the one thing that destroys content, and then everywhere. What stays is a stub that keeps the place in
the order and refuses the same id when an outbox or an import brings it back."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select, update

from src.entities import Conversation, Entity, Message
from src.events import conversation_scope, user_scope
from src.models import conversations as conversations_table
from src.models import events, generation_chunks, generations, message_versions, ops
from src.models import messages as messages_table
from src.stores import conversations, messages, search, trash
from src.stores.events import record_for_user
from src.stores.ops import FORGOTTEN
from src.stores.writer import Transaction

_IN_SCOPE = (events.c.scope == bindparam("of_scope"), events.c.entity_id == bindparam("entity"))
_SCRUB_OPS = update(ops).where(ops.c.op_id.in_(select(events.c.op_id).where(*_IN_SCOPE))).values(request_hash=FORGOTTEN)
_SCRUB_EVENTS = update(events).where(*_IN_SCOPE).values(payload="{}", salt=None)
_FORGET_VERSIONS = delete(message_versions).where(message_versions.c.message_id == bindparam("message"))
_FORGET_CHUNKS = delete(generation_chunks).where(
    generation_chunks.c.generation_id.in_(
        select(generations.c.id).where(generations.c.message_id == bindparam("message"))
    )
)
_MESSAGE_IDS = (
    select(messages_table.c.id)
    .where(messages_table.c.conversation_id == bindparam("conversation"), messages_table.c.forgotten_at.is_(None))
    .order_by(messages_table.c.seq)
)
_FIRST_QUESTION = (
    select(messages_table.c.content)
    .where(
        messages_table.c.conversation_id == bindparam("conversation"),
        messages_table.c.role == "user",
        messages_table.c.deleted_at.is_(None),
    )
    .order_by(messages_table.c.seq)
    .limit(1)
)
_NEWEST = (
    select(messages_table.c.content)
    .where(messages_table.c.conversation_id == bindparam("conversation"), messages_table.c.deleted_at.is_(None))
    .order_by(messages_table.c.seq.desc())
    .limit(1)
)


def forget_message(tx: Transaction, message_id: str, op_id: str, now: int) -> Message:
    """Content, versions, log, index and the title that came from it."""
    message = messages.require(tx.connection, message_id)
    if message.forgotten_at is not None:
        return message
    messages.check_not_running(message)
    stub = _forget(tx, message, op_id, now)
    _tell_user(tx, message, op_id, now)
    search.forget(tx.connection)
    return stub


def forget_conversation(tx: Transaction, conversation_id: str, op_id: str, now: int) -> Conversation:
    """Every message of it, its title, its tags."""
    conversation = conversations.require(tx.connection, conversation_id)
    ids: Sequence[str] = tx.read(_MESSAGE_IDS, {"conversation": conversation_id}).scalars().all()
    for message in [messages.require(tx.connection, message_id) for message_id in ids]:
        messages.check_not_running(message)
        _forget(tx, message, op_id, now)
    where = conversations.place(tx, conversation_id, in_trash=True)
    _scrub(tx, user_scope(where.owner_id), conversation_id)
    blank = {"title": "", "preview": "", "tags": "[]", "forgotten_at": now}
    tx.change(update(conversations_table).where(conversations_table.c.id == conversation_id).values(blank))
    if conversation.deleted_at is None:
        trash.set_deleted(tx, where, now, op_id, now)
    forgotten = conversations.change(tx, where, {}, op_id, now, "conversation.forgotten")
    search.forget(tx.connection)
    return forgotten


def _forget(tx: Transaction, message: Message, op_id: str, now: int) -> Message:
    where = conversations.place(tx, message.conversation_id, in_trash=True)
    tx.change(_FORGET_VERSIONS, {"message": message.message_id})
    tx.change(_FORGET_CHUNKS, {"message": message.message_id})
    _scrub(tx, conversation_scope(message.conversation_id), message.message_id)
    search.remove(tx, message.message_id)
    return messages.change(
        tx,
        where,
        message,
        "message.forgotten",
        {
            "content": "",
            "metadata": "{}",
            "error": None,
            "usage": None,
            "deleted_at": message.deleted_at or now,
            "forgotten_at": now,
        },
        op_id,
        now,
    )


def _scrub(tx: Transaction, scope: str, entity_id: str) -> None:
    tx.change(_SCRUB_OPS, {"of_scope": scope, "entity": entity_id})
    _scrub_events(tx, scope, entity_id)


def _scrub_events(tx: Transaction, scope: str, entity_id: str) -> None:
    tx.change(_SCRUB_EVENTS, {"of_scope": scope, "entity": entity_id})


def _tell_user(tx: Transaction, forgotten: Message, op_id: str, now: int) -> None:
    """Title and preview are copies of what was said: those of the forgotten message go too. Browsers that have it in a
    cache, and its conversation not open, hear of it here: its id, and nothing more."""
    key = {"conversation": forgotten.conversation_id}
    conversation = conversations.require(tx.connection, forgotten.conversation_id)
    where = conversations.place(tx, forgotten.conversation_id, in_trash=True)
    title = conversation.title
    if forgotten.content.strip() and conversations.title_from(forgotten.content) == title:
        question = tx.read(_FIRST_QUESTION, key).scalar_one_or_none()
        title = conversations.title_from(question) if question else ""
    preview = (tx.read(_NEWEST, key).scalar_one_or_none() or "")[: conversations.PREVIEW_CHARS]
    _scrub_events(tx, user_scope(where.owner_id), where.id)  # its operations saved other things, which stay
    conversations.change(tx, where, {"title": title, "preview": preview}, op_id, now)
    rev, nothing = forgotten.rev + 1, Entity()
    record_for_user(tx, where.owner_id, "message.forgotten", forgotten.message_id, rev, nothing, op_id, now)
