"""Running and ended replies: an append-only log of pieces, folded into the message."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from src.entities import Failure, GenerationState, Message, MessageStatus, PromptContext, Usage
from src.errors import NotFound
from src.events import ReplyEnded
from src.models import generation_chunks, generations
from src.models import messages as messages_table
from src.stores import conversations, messages
from src.stores.conversations import Place
from src.stores.prepared import Prepared
from src.stores.presence import Presence
from src.stores.writer import Transaction

_BY_ID = Prepared(select(generations).where(generations.c.id == bindparam("id")))
_RUNNING = (
    select(generations.c.id, generations.c.process_id, generations.c.stop_requested)
    .where(generations.c.status == "streaming")
    .order_by(generations.c.started_at)
)
_STOP_IN = (
    update(generations)
    .where(generations.c.status == "streaming", generations.c.conversation_id == bindparam("conversation"))
    .values(stop_requested=True)
)
_STOP_OF = (
    update(generations)
    .where(generations.c.status == "streaming", generations.c.conversation_id.in_(conversations.IDS_OF_LOCRIT))
    .values(stop_requested=True)
)
_CHUNKS = Prepared(delete(generation_chunks).where(generation_chunks.c.generation_id == bindparam("id")))
_FOLD_CONTENT = Prepared(
    update(messages_table)
    .where(messages_table.c.id == bindparam("message"), messages_table.c.status == "streaming")
    .values(content=bindparam("text"))
)
_FOLD_IDX = Prepared(
    update(generations).where(generations.c.id == bindparam("generation")).values(folded_idx=bindparam("idx"))
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ended. `content` is all of its text; None keeps what the log has."""

    status: MessageStatus
    content: str | None = None
    usage: Usage | None = None
    error: Failure | None = None


def start(
    tx: Transaction, where: Place, generation_id: str, message_id: str, question: Message, op_id: str, now: int
) -> Message:
    """The reply's place behind its question, and its log."""
    stub = messages.NewMessage(message_id, "assistant", "", "streaming", question.message_id, None, generation_id)
    [reply] = messages.add(tx, where, [stub], op_id, now)
    _open_log(tx, where, generation_id, message_id, now)
    return reply


def resume(tx: Transaction, where: Place, generation_id: str, cut: Message, op_id: str, now: int) -> Message:
    """The cut reply runs again, under a new log: its text so far stays, and is kept as a version."""
    messages.keep_version(tx, cut)
    values = {"status": "streaming", "generation_id": generation_id, "error": None, "usage": None, "context": None}
    _open_log(tx, where, generation_id, cut.message_id, now)
    return messages.change(tx, where, cut, "message.updated", values, op_id, now)


def _open_log(tx: Transaction, where: Place, generation_id: str, message_id: str, now: int) -> None:
    tx.append(
        generations,
        {
            "id": generation_id,
            "conversation_id": where.id,
            "message_id": message_id,
            "status": "streaming",
            "started_at": now,
            "process_id": tx.process_id,
        },
    )
    conversations.announce_activity(tx, where, running=True, now=now)


def append(tx: Transaction, generation_id: str, idx: int, text: str) -> None:
    """Log the text up to, not including, chunk `idx`."""
    tx.append(generation_chunks, {"generation_id": generation_id, "idx": idx, "text": text})


def fold(tx: Transaction, generation_id: str, message_id: str, idx: int, content: str) -> None:
    """The text so far becomes the message's, together with the index that it covers."""
    tx.run(_FOLD_CONTENT, {"message": message_id, "text": content})
    tx.run(_FOLD_IDX, {"generation": generation_id, "idx": idx})


def finish(tx: Transaction, generation_id: str, ending: Ending, op_id: str, now: int) -> Message:
    """Once; a reply that has ended stays as it ended."""
    [generation] = _BY_ID.all(tx.connection, {"id": generation_id})
    reply = messages.require(tx.connection, generation.message_id)
    tx.run(_CHUNKS, {"id": generation_id})
    if generation.status != "streaming":
        return reply
    where = conversations.place(tx, generation.conversation_id, in_trash=True)
    usage, error = ending.usage, ending.error
    reply = messages.change(
        tx,
        where,
        reply,
        "message.updated",
        {
            "status": ending.status,
            "content": reply.content if ending.content is None else ending.content,
            "model": generation.model or reply.model,  # one that went on has had one before
            "context": generation.context,
            "usage": messages.as_json(usage),
            "error": messages.as_json(error),
        },
        op_id,
        now,
    )
    set_ended(tx, generation_id, ending, now)
    conversations.announce_activity(tx, where, running=False, now=now)
    tx.announce(
        ReplyEnded(
            where.id,
            where.locrit_name,
            where.session_id,
            generation_id,
            reply.message_id,
            ending.status,
            now,
            usage.wire() if usage else None,
            error.wire() if error else None,
        )
    )
    return reply


def set_ended(tx: Transaction, generation_id: str, ending: Ending, now: int) -> None:
    """How it ended, without its message, which says the same."""
    tx.change(update(generations).where(generations.c.id == generation_id).values(_columns(ending, now)))


def _columns(ending: Ending, now: int) -> dict[str, Any]:
    usage = ending.usage or Usage()
    return {
        "status": ending.status,
        "error": json.dumps(ending.error.wire()) if ending.error else None,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "first_token_ms": usage.first_token_ms,
        "total_ms": usage.total_ms,
        "ended_at": now,
    }


def record_prompt(tx: Transaction, generation_id: str, model: str, context: PromptContext | None) -> None:
    """Whom the reply is asked of, and what that one is not shown."""
    told = context.model_dump_json() if context else None
    tx.change(update(generations).where(generations.c.id == generation_id).values(model=model, context=told))


def abandoned_ids(connection: Connection, presence: Presence) -> list[str]:
    """Of replies that still run as far as anyone has said, but whose process is dead."""
    rows = connection.execute(_RUNNING).all()
    living = {id_ for id_ in {row.process_id for row in rows} if id_ and presence.is_alive(connection, id_)}
    return [row.id for row in rows if row.process_id not in living]


def request_stop(tx: Transaction, generation_id: str) -> None:
    tx.change(update(generations).where(generations.c.id == generation_id).values(stop_requested=True))


def stop_in(tx: Transaction, conversation_id: str) -> None:
    """What runs in a conversation that is deleted."""
    tx.change(_STOP_IN, {"conversation": conversation_id})


def stop_of(tx: Transaction, locrit_id: str) -> None:
    """What a Locrit that is deleted is saying."""
    tx.change(_STOP_OF, {"locrit": locrit_id})


def unwanted_ids(connection: Connection, process_id: str) -> list[str]:
    """Of this process's replies, those that another one was asked to stop."""
    rows = connection.execute(_RUNNING)
    return [row.id for row in rows if row.process_id == process_id and row.stop_requested]


def state(connection: Connection, generation_id: str) -> GenerationState:
    generation = _BY_ID.first(connection, {"id": generation_id})
    if generation is None:
        raise NotFound("There is no such reply.")
    reply = messages.require(connection, generation.message_id)
    return GenerationState(
        generation_id=generation_id,
        message_id=reply.message_id,
        conversation_id=reply.conversation_id,
        status=generation.status,
        idx=reply.idx,
        content=reply.content,
    )
