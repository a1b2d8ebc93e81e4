"""Messages in the database: one row each, numbered in their conversation from 1 without gaps."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Row, bindparam, null, select, union_all

from src.entities import Body, Failure, Message, NewMessage, PromptContext, Usage, parts
from src.errors import Conflict, Forgotten, InvalidInput, NotFound
from src.events import conversation_scope
from src.models import conversations as conversation_table
from src.models import generation_chunks, generations, message_versions, messages
from src.operations import Stamp
from src.stores import activity, attachments, conversations, copies, events, search
from src.stores.compiled_statement import CompiledStatement, new_values, update_of
from src.stores.conversations import ConversationHead
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

_ALL = select(messages)
_BY_ID = CompiledStatement(_ALL.where(messages.c.id == bindparam("id")))
_OWNED = CompiledStatement(
    _ALL.join(conversation_table, conversation_table.c.id == messages.c.conversation_id).where(
        messages.c.id == bindparam("id"), conversation_table.c.owner_id == bindparam("owner")
    )
)
_OF_CONVERSATION = _ALL.where(messages.c.conversation_id == bindparam("conversation"))
_IS_BEFORE, _IS_AFTER = messages.c.seq < bindparam("seq"), messages.c.seq > bindparam("seq")
_EVERY_BEFORE = _OF_CONVERSATION.where(_IS_BEFORE).order_by(messages.c.seq.desc()).limit(bindparam("count"))
_EVERY_AFTER = _OF_CONVERSATION.where(_IS_AFTER).order_by(messages.c.seq).limit(bindparam("count"))
_IS_THERE = messages.c.deleted_at.is_(None)
_BEFORE = {True: CompiledStatement(_EVERY_BEFORE), False: CompiledStatement(_EVERY_BEFORE.where(_IS_THERE))}
_AFTER = {True: CompiledStatement(_EVERY_AFTER), False: CompiledStatement(_EVERY_AFTER.where(_IS_THERE))}
"""By whether the deleted ones are meant, too."""
_FIRST_SINCE = CompiledStatement(
    _OF_CONVERSATION.where(_IS_THERE, messages.c.created_at >= bindparam("at")).order_by(messages.c.seq).limit(1)
)
_RUNNING = messages.join(generations, generations.c.id == messages.c.generation_id)
_FOLDED = (
    select(
        generations.c.folded_idx.label("idx"),
        messages.c.content.label("text"),
        null().label("kind"),
        null().label("thought_ms"),
        messages.c.parts,
    )
    .select_from(_RUNNING)
    .where(messages.c.id == bindparam("message"))
)
_UNFOLDED = (
    select(
        generation_chunks.c.idx,
        generation_chunks.c.text,
        generation_chunks.c.kind,
        generation_chunks.c.thought_ms,
        null().label("parts"),
    )
    .select_from(_RUNNING.join(generation_chunks, generation_chunks.c.generation_id == generations.c.id))
    .where(messages.c.id == bindparam("message"), generation_chunks.c.idx > generations.c.folded_idx)
)
_SO_FAR = CompiledStatement(union_all(_FOLDED, _UNFOLDED).order_by("idx"))
"""One statement: between two, the process that writes it may fold or end it, and words would be missing."""
NEWEST = 2**62


def entity(row: Row[Any]) -> Message:
    fields = row._asdict()
    return Message.model_validate(
        fields
        | {
            "message_id": row.id,
            "usage": Usage.model_validate_json(row.usage) if row.usage else None,
            "error": Failure.model_validate_json(row.error) if row.error else None,
            "context": PromptContext.model_validate_json(row.context) if row.context else None,
            "metadata": json.loads(row.metadata),
            "parts": parts.from_json(row.parts),
        }
    )


def complete(connection: Connection, row: Row[Any]) -> Message:
    """A running reply is its folded text and the chunks after it."""
    message = entity(row)
    if message.status != "streaming":
        return message
    folded, *chunks = _SO_FAR.all(connection, {"message": message.message_id})
    draft = parts.Draft(Body(folded.text, parts.from_json(folded.parts)), is_same_run=folded.idx > 0)
    for chunk in chunks:
        draft.add(chunk.kind or parts.TEXT, chunk.text, chunk.thought_ms)
    return message.model_copy(update={**draft.body()._asdict(), "idx": [folded, *chunks][-1].idx})


def find(connection: Connection, message_id: str) -> Message | None:
    row = _BY_ID.first(connection, {"id": message_id})
    return complete(connection, row) if row else None


def require(connection: Connection, message_id: str) -> Message:
    message = find(connection, message_id)
    if message is None:
        raise _unknown()
    return message


def owned(connection: Connection, owner_id: str, message_id: str) -> Message:
    """Raises NotFound for one of another person, too."""
    row = _OWNED.first(connection, {"id": message_id, "owner": owner_id})
    if row is None:
        raise _unknown()
    return complete(connection, row)


def _unknown() -> NotFound:
    return NotFound("There is no such message.")


def require_in(connection: Connection, conversation_id: str, message_id: str) -> Message:
    message = require(connection, message_id)
    if message.conversation_id != conversation_id:
        raise NotFound(f"There is no message {message_id} in this conversation.")
    check_there(message)
    return message


def page(
    connection: Connection,
    conversation_id: str,
    before: int | None,
    after: int | None,
    limit: int,
    include_deleted: bool = False,
) -> tuple[list[Message], bool]:
    """Oldest first: after a seq, or before one, or the newest; and whether more follow in that direction."""
    key = {"conversation": conversation_id, "count": limit + 1}
    if after is not None:
        rows = _AFTER[include_deleted].all(connection, key | {"seq": after})
        found = [complete(connection, row) for row in rows[:limit] if before is None or row.seq < before]
        return found, len(rows) > limit
    rows = _BEFORE[include_deleted].all(connection, key | {"seq": NEWEST if before is None else before})
    return [complete(connection, row) for row in reversed(rows[:limit])], len(rows) > limit


def around(
    connection: Connection, target: Message, limit: int, include_deleted: bool = False
) -> tuple[list[Message], bool, bool]:
    """Oldest first, the target in the middle; whether there are older and newer ones."""
    older, has_older = page(connection, target.conversation_id, target.seq, None, limit // 2, include_deleted)
    newer, has_newer = page(
        connection, target.conversation_id, None, target.seq - 1, limit - limit // 2, include_deleted
    )
    return older + newer, has_older, has_newer


def first_since(connection: Connection, conversation_id: str, at: int) -> Message | None:
    """The first one, in the order of the conversation, of this moment (ms since 1970) or later."""
    row = _FIRST_SINCE.first(connection, {"conversation": conversation_id, "at": at})
    return complete(connection, row) if row else None


def effect(message_id: str, do: Callable[[UnitOfWork], Message]) -> Effect[Message]:
    """Of an operation on a message that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, message_id))


def add(tx: UnitOfWork, head: ConversationHead, new: list[NewMessage], stamp: Stamp) -> list[Message]:
    """Number, store and announce them in their order. Without a parent each follows the one before it. Raises
    InvalidInput for the id of the conversation, which stands for what the first one follows."""
    if any(message.id == head.id for message in new):
        raise InvalidInput("A message cannot have the id of its conversation.")
    alive = [message for message in new if message.deleted_at is None]
    preview = next((message.content for message in reversed(alive) if message.content), None)
    many = len(new)
    head_seq, last = conversations.allocate_seq(
        tx,
        head,
        events=many,
        messages=many,
        counted=len(alive),
        preview=preview,
        said_at=stamp.time,
        leaf_id=new[-1].id,
    )
    before = [head.leaf_id, *(message.id for message in new)]
    seq, event_seq = last - many + 1, head_seq - many + 1
    return [
        _insert(tx, head, message, message.parent_id or before[n], seq + n, event_seq + n, stamp)
        for n, message in enumerate(new)
    ]


def _insert(
    tx: UnitOfWork, head: ConversationHead, new: NewMessage, parent_id: str, seq: int, event_seq: int, stamp: Stamp
) -> Message:
    shared: dict[str, Any] = {
        "conversation_id": head.id,
        "seq": seq,
        "parent_id": parent_id,
        "role": new.role,
        "status": new.status,
        "content": new.content,
        "rev": new.rev,
        "model": new.model,
        "generation_id": new.generation_id,
        "created_at": new.created_at or stamp.time,
        "updated_at": new.updated_at or stamp.time,
        "deleted_at": new.deleted_at,
        "forgotten_at": new.forgotten_at,
    }
    told = {"usage": new.usage, "error": new.error, "context": new.context}
    message = Message(message_id=new.id, metadata=new.metadata, parts=new.parts, **told, **shared)
    tx.identities[messages, new.id] = message
    texts = {name: as_json(part) for name, part in told.items()} | {"metadata": to_json(new.metadata).decode()}
    texts["parts"] = parts.as_json(new.parts)
    origin = {"copied_from": copies.origin_in(new.metadata)}
    tx.insert_later(messages, {"id": new.id, "locrit_id": head.locrit_id, **texts, **origin, **shared})
    attachments.link(tx, new.id, new.parts)
    scope, type_ = conversation_scope(head.id), "message.forgotten" if new.forgotten_at else "message.created"
    events.record(tx, scope, event_seq, type_, new.id, new.rev, message, stamp)
    activity.add(tx, head.locrit_id, message, int(not head.is_deleted))  # the trash is not counted
    if new.status != "streaming":
        search.order(tx, new.id)
    return message


def as_json(value: Usage | Failure | PromptContext | None) -> str | None:
    """As its column holds it."""
    return value.model_dump_json() if value else None


def change(
    tx: UnitOfWork, head: ConversationHead, old: Message, type_: str, values: dict[str, Any], stamp: Stamp
) -> Message:
    """Store the revision after `old` and announce it. `values` are column values."""
    revised = {"rev": old.rev + 1, "updated_at": stamp.time} | values
    as_it_was = {"of_id": old.message_id, "of_rev": old.rev}
    if not tx.write_now(_revision(*revised), as_it_was | new_values(revised)):
        raise ConcurrentUpdate
    message = announce(tx, head, old, type_, stamp)
    attachments.link(tx, message.message_id, message.parts)
    if message.status != "streaming":
        search.order(tx, message.message_id)
    return message


@cache
def _revision(*columns: str) -> CompiledStatement:
    """Changes a message that is still what was read."""
    unchanged = messages.c.id == bindparam("of_id"), messages.c.rev == bindparam("of_rev")
    return update_of(messages, columns, *unchanged, returning=[messages.c.id])


def announce(tx: UnitOfWork, head: ConversationHead, old: Message, type_: str, stamp: Stamp) -> Message:
    """What the message is now, after a change; the numbers that count it follow."""
    message = require(tx.connection, old.message_id)
    counted = int(message.deleted_at is None) - int(old.deleted_at is None)
    preview = message.content if message.status == "complete" and old.status == "streaming" else None
    said_at = stamp.time if message.status != old.status else None  # a reply goes on, or has come to its end
    head_seq, _ = conversations.allocate_seq(
        tx, head, events=1, messages=0, counted=counted, preview=preview, said_at=said_at
    )
    if not head.is_deleted:  # the trash is not counted
        activity.replace(tx, head.locrit_id, old, message)
    events.record(tx, conversation_scope(head.id), head_seq, type_, message.message_id, message.rev, message, stamp)
    return message


def check_there(message: Message) -> None:
    if message.deleted_at is not None:
        raise NotFound("This message is in the trash, or forgotten.", hint="Restore it first, if it can be.")


def check_not_running(message: Message) -> None:
    if message.status == "streaming":
        raise Conflict("This reply is still being written.", hint="Stop it first.", current=message.wire())


def check_not_forgotten(message: Message) -> None:
    if message.forgotten_at is not None:
        raise Forgotten("This message was forgotten; it does not come back.")


def keep_version(tx: UnitOfWork, old: Message) -> None:
    """Nothing is overwritten: what an edit replaces stays readable."""
    row = {"message_id": old.message_id, "rev": old.rev, "content": old.content, "parts": parts.as_json(old.parts)}
    tx.insert_later(message_versions, row | {"status": old.status, "created_at": old.updated_at})
