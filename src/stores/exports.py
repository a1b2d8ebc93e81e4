"""What an export reads: everything of a Locrit that is not in the trash, the oldest first, page by page."""

from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from src.entities import Conversation, Memory, Message
from src.models import conversations, memories, messages
from src.stores import conversations as conversation_store
from src.stores import memories as memory_store
from src.stores import messages as message_store

PAGE = 200
Key = tuple[int, str]
START: Key = (-1, "")


def _after(table: Any) -> Any:
    key = (table.c.created_at, table.c.id)
    return tuple_(*key) > tuple_(bindparam("at"), bindparam("id"))


_CONVERSATIONS = (
    conversation_store.ALL.where(
        conversations.c.owner_id == bindparam("owner"),
        conversations.c.locrit_id == bindparam("locrit"),
        conversations.c.deleted_at.is_(None),
        _after(conversations),
    )
    .order_by(conversations.c.created_at, conversations.c.id)
    .limit(PAGE)
)
_MEMORIES = (
    select(memories)
    .where(memories.c.locrit_id == bindparam("locrit"), memories.c.deleted_at.is_(None), _after(memories))
    .order_by(memories.c.created_at, memories.c.id)
    .limit(PAGE)
)
_MESSAGES = (
    select(messages)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.seq > bindparam("seq"),
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.seq)
    .limit(PAGE)
)


def conversations_after(connection: Connection, owner_id: str, locrit_id: str, key: Key) -> list[Conversation]:
    place = {"owner": owner_id, "locrit": locrit_id, "at": key[0], "id": key[1]}
    return [conversation_store.entity(row) for row in connection.execute(_CONVERSATIONS, place)]


def memories_after(connection: Connection, locrit_id: str, key: Key) -> list[Memory]:
    place = {"locrit": locrit_id, "at": key[0], "id": key[1]}
    return [memory_store.entity(row) for row in connection.execute(_MEMORIES, place)]


def messages_after(connection: Connection, conversation_id: str, seq: int) -> list[Message]:
    rows = connection.execute(_MESSAGES, {"conversation": conversation_id, "seq": seq})
    return [message_store.entity(row) for row in rows]
