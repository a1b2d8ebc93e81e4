"""A fork: a conversation of its own that begins with what was said up to a message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from src.entities import Conversation, Message, NewMessage
from src.entities.parts import pointed, referred
from src.errors import Conflict
from src.ids import new_id
from src.models import messages as messages_table
from src.operations import Stamp
from src.stores import ancestry, conversations, jobs, made, messages, recall_marks, tool_results, trash
from src.stores.conversations import ConversationHead
from src.stores.jobs import Handler
from src.stores.unit_of_work import UnitOfWork

WHOLE = 1_000_000
AT_ONCE = 50
"""So many copies are made with the conversation itself; more come in steps, by a job, and until then nobody else says
anything in it."""
TOGETHER = 10
UP_TO = "fork up to"

_COPY = select(messages_table.c.id).where(
    messages_table.c.conversation_id == bindparam("conversation"), messages_table.c.copied_from == bindparam("origin")
)


def fork(tx: UnitOfWork, last: Message, new_conversation_id: str, stamp: Stamp) -> Conversation:
    """Copies a conversation up to `last`. The copies say in `metadata.copied_from` where they are from."""
    head = conversations.lock_head(tx, last.conversation_id)  # what is forgotten from here on finds the copies
    messages.check_there(messages.require(tx.connection, last.message_id))
    if conversations.find(tx.connection, new_conversation_id) is not None:
        raise Conflict("There is a conversation with this id already.", hint="Fork with another conversation_id.")
    origin = conversations.require(tx.connection, last.conversation_id)
    row = {
        "id": new_conversation_id,
        "locrit_id": head.locrit_id,
        "owner_id": head.owner_id,
        "user_id": origin.user_id,
        "session_id": new_conversation_id,
        "title": origin.title,
        "think": origin.think,
        "metadata": origin.metadata,
        "forked_from": origin.conversation_id,
    }
    to = conversations.create(tx, row, stamp)
    jobs.order_alike(tx, trash.CLEAR + "conversation", to.id, origin.conversation_id)
    if last.seq <= AT_ONCE:
        _copy_all(tx, to, ancestry.to(tx.connection, last.message_id, WHOLE), None, stamp)
    else:
        order_id = jobs.begin(tx, "fork", new_conversation_id, head.owner_id, stamp)
        jobs.order(tx, order_id, UP_TO, last.message_id, units=last.seq)
    return conversations.require(tx.connection, new_conversation_id)


def rest(connection: Connection, job: Row[Any]) -> Handler:
    """What is copied does not change: nothing comes between what was said before."""
    return partial(_copy_some, ancestry.ids_to(connection, job.entity_id, WHOLE))


def _copy_some(ids: Sequence[str], tx: UnitOfWork, job: Row[Any], until: float) -> int | None:
    """In the order of the path, until a `time.monotonic()`. What was thrown away meanwhile is left out; what is
    forgotten from now on finds the copies."""
    conversations.lock_head(tx, messages.require(tx.connection, job.entity_id).conversation_id, in_trash=True)
    to_id, position = jobs.entity_of(tx, job.part_of), int(job.position)
    stamp = Stamp.now(f"fork:{to_id}")
    while position < len(ids):
        head = conversations.lock_head(tx, to_id, in_trash=True)
        if head.is_forgotten:
            return None
        origins = [messages.require(tx.connection, id_) for id_ in ids[position : position + TOGETHER]]
        kept = [origin for origin in origins if origin.deleted_at is None]
        if kept:
            _copy_all(tx, head, kept, _copied_before(tx, to_id, ids[:position]), stamp)
        position += len(origins)
        if monotonic() > until:
            return position
    return None


def _copied_before(tx: UnitOfWork, conversation_id: str, ids: Sequence[str]) -> str | None:
    """The copy of the last of these that there is."""
    for origin_id in reversed(ids):
        found = tx.query(_COPY, {"conversation": conversation_id, "origin": origin_id}).scalar()
        if found is not None:
            return str(found)
    return None


def _copy_all(
    tx: UnitOfWork, to: ConversationHead, origins: Sequence[Message], parent_id: str | None, stamp: Stamp
) -> None:
    """`parent_id` is what the first one follows. The rows that their parts refer to are copied with them."""
    ids = {id_: new_id() for origin in origins for id_ in referred(origin.parts)}
    copied = [_copy(origin, ids) for origin in origins]
    copied[0] = replace(copied[0], parent_id=parent_id)
    made.copy(tx, to, messages.add(tx, to, copied, stamp), stamp)
    recall_marks.copy(tx, to.owner_id, {o.message_id: c.id for o, c in zip(origins, copied, strict=True)}, stamp)
    with_rows = {origin.message_id: copy.id for origin, copy in zip(origins, copied, strict=True) if origin.parts}
    for row in tool_results.of(tx.connection, with_rows):
        if row.id in ids:
            tool_results.copy(tx, to, row, ids[row.id], with_rows[str(row.message_id)], stamp)


def _copy(message: Message, ids: Mapping[str, str]) -> NewMessage:
    return NewMessage(
        new_id(),
        message.role,
        message.content,
        "interrupted" if message.status == "streaming" else message.status,
        model=message.model,
        parts=pointed(message.parts, ids),
        metadata={**message.metadata, "copied_from": message.message_id},
        created_at=message.created_at,
    )
