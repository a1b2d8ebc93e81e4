"""Running and ended replies: an append-only log of pieces, folded into the message."""

import json
from collections.abc import Collection
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, or_, select, text, union, update

from src.entities import (
    Body,
    GenerationResult,
    GenerationState,
    Message,
    MessageStatus,
    NewMessage,
    PromptContext,
    Usage,
)
from src.entities.parts import TEXT, TOOL_CALL, as_json
from src.errors import Conflict, NotFound
from src.events import ReplyEnded
from src.models import conversations as conversation_table
from src.models import generation_chunks, generations, locrits
from src.models import messages as messages_table
from src.operations import Stamp
from src.stores import checksums, conversations, extraction, made, messages, tool_results
from src.stores.compiled_statement import CompiledStatement
from src.stores.conversations import ConversationHead
from src.stores.process_registry import ProcessRegistry
from src.stores.unit_of_work import UnitOfWork

_IS_STREAMING = text("status = 'streaming'")  # as literally as the index says it, or SQLite does not use that
_BY_ID = CompiledStatement(select(generations).where(generations.c.id == bindparam("id")))
_LOCKED = CompiledStatement(select(generations).where(generations.c.id == bindparam("id")).with_for_update())
_RUNNING = select(generations.c.id, generations.c.process_id, generations.c.stop_requested).where(
    generations.c.status == "streaming"
)
_RUNNING_ELSEWHERE = CompiledStatement(
    select(generations.c.id).where(
        _IS_STREAMING,
        generations.c.conversation_id == bindparam("conversation"),
        generations.c.process_id != bindparam("process"),
    )
)
_TO_STOP = union(
    select(generations.c.id)
    .select_from(generations.join(conversation_table).join(locrits, locrits.c.id == conversation_table.c.locrit_id))
    .where(
        _IS_STREAMING,
        generations.c.process_id == bindparam("process"),
        or_(generations.c.stop_requested, locrits.c.deleted_at.is_not(None)),
    ),
    select(generations.c.id).where(
        generations.c.id.in_(bindparam("running", expanding=True)), generations.c.status != "streaming"
    ),
)
_RUNS = select(generations.c.id).where(
    generations.c.id.in_(bindparam("ids", expanding=True)), generations.c.status == "streaming"
)
_LOG = CompiledStatement(
    insert(generation_chunks).from_select(
        ["generation_id", "idx", "text", "kind", "thought_ms", "checksum"],
        select(
            generations.c.id,
            bindparam("idx", type_=generation_chunks.c.idx.type),
            bindparam("text", type_=generation_chunks.c.text.type),
            bindparam("kind", type_=generation_chunks.c.kind.type),
            bindparam("thought_ms", type_=generation_chunks.c.thought_ms.type),
            bindparam("checksum", type_=generation_chunks.c.checksum.type),
        )
        .where(generations.c.id == bindparam("generation"), generations.c.status == "streaming")
        .with_for_update(read=True, key_share=True),
    )
)
"""It waits for who is just ending this reply, and then stores nothing; see `finish`."""
_DROP_LOG = CompiledStatement(
    delete(generation_chunks)
    .where(generation_chunks.c.generation_id == bindparam("generation"))
    .returning(generation_chunks.c.idx)
)
_FOLD_CONTENT = CompiledStatement(
    update(messages_table)
    .where(messages_table.c.id == bindparam("message"), messages_table.c.generation_id == bindparam("generation"))
    .values(content=bindparam("text"), parts=bindparam("others"))
)
_FOLD_IDX = CompiledStatement(
    update(generations)
    .where(generations.c.id == bindparam("generation"), generations.c.status == "streaming")
    .values(folded_idx=bindparam("idx"))
    .returning(generations.c.id)
)


def start(
    tx: UnitOfWork,
    head: ConversationHead,
    generation_id: str,
    message_id: str,
    question: Message,
    stamp: Stamp,
    model: str | None = None,
) -> Message:
    """The reply's place behind its question, and its log. `model` is the one that is to write it, if it was chosen."""
    stub = NewMessage(message_id, "assistant", "", "streaming", question.message_id, model, generation_id)
    [reply] = messages.add(tx, head, [stub], stamp)
    _open_log(tx, head, generation_id, message_id, stamp.time)
    return reply


def resume(tx: UnitOfWork, head: ConversationHead, generation_id: str, cut: Message, stamp: Stamp) -> Message:
    """The cut reply runs again, under a new log: its text so far stays, and is kept as a version."""
    messages.keep_version(tx, cut)
    values = {"status": "streaming", "generation_id": generation_id, "error": None, "usage": None, "context": None}
    _open_log(tx, head, generation_id, cut.message_id, stamp.time)
    return messages.change(tx, head, cut, "message.updated", values, stamp)


def _open_log(tx: UnitOfWork, head: ConversationHead, generation_id: str, message_id: str, now: int) -> None:
    tx.insert_later(
        generations,
        {
            "id": generation_id,
            "conversation_id": head.id,
            "message_id": message_id,
            "status": "streaming",
            "started_at": now,
            "process_id": tx.process_id,
        },
    )
    conversations.announce_activity(tx, head, running=True, now=now)


def append(
    tx: UnitOfWork, generation_id: str, idx: int, text: str, kind: str | None = None, thought_ms: int | None = None
) -> None:
    """Log what was said up to, not including, chunk `idx`: see `Draft.add`. Raises Conflict, with its batch, when the
    reply has ended: what was ended by another process while this one was thought dead takes nothing in any more (a
    fence)."""
    said = {"idx": idx, "text": text, "kind": None if kind == TEXT else kind, "thought_ms": thought_ms}
    checksum = checksums.of(generation_chunks, {"generation_id": generation_id, **said})
    tx.store_later(_log, {"generation": generation_id, **said, "checksum": checksum})


def _log(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """In the order in which those of a dead process are ended: else each may wait for the other."""
    if _LOG.many(connection, sorted(rows, key=itemgetter("generation"), reverse=True)) != len(rows):
        raise _ended_elsewhere()
    checksums.count(connection, generation_chunks.name, len(rows))


def fold(tx: UnitOfWork, generation_id: str, message_id: str, idx: int, so_far: Body) -> None:
    """What was said so far becomes the message's, with the index that it covers. Raises Conflict as `append`."""
    if not tx.write_now(_FOLD_IDX, {"generation": generation_id, "idx": idx}):
        raise _ended_elsewhere()
    said = {"text": so_far.content, "others": as_json(so_far.parts)}
    tx.write_now(_FOLD_CONTENT, {"message": message_id, "generation": generation_id, **said})


def _ended_elsewhere() -> Conflict:
    return Conflict("This reply has ended: another process took this one for dead.", hint="Look at what was saved.")


def finish(tx: UnitOfWork, generation_id: str, ending: GenerationResult, stamp: Stamp) -> Message:
    """Once; a reply that has ended stays as it ended. Whoever logs or ends it at the same moment waits for this."""
    [generation] = _LOCKED.all(tx.connection, {"id": generation_id})
    head = conversations.lock_head(tx, generation.conversation_id, in_trash=True)
    reply = messages.require(tx.connection, generation.message_id)
    if generation.status != "streaming":
        _announce_end(tx, head, generation_id, generation.status, reply, timestamp=stamp.time, is_repeated=True)
        return reply
    dropped = tx.write_now(_DROP_LOG, {"generation": generation_id})
    tx.increment(checksums.count, generation_chunks.name, amount=-len(dropped))
    if any(part.type == TOOL_CALL for part in reply.parts or ()):
        tool_results.settle(tx, head, reply.message_id, stamp)
    usage, error = ending.usage, ending.error
    reply = messages.change(
        tx,
        head,
        reply,
        "message.updated",
        {
            "status": ending.status,
            "content": reply.content if ending.content is None else ending.content,
            "parts": as_json(reply.parts if ending.content is None else ending.parts),
            "model": generation.model or reply.model,  # one that went on has had one before
            "context": generation.context,
            "usage": messages.as_json(usage),
            "error": messages.as_json(error),
        },
        stamp,
    )
    set_ended(tx, generation_id, ending, stamp.time)
    made.add(tx, head, reply, stamp)
    extraction.order(tx, reply)
    conversations.announce_activity(tx, head, running=False, now=stamp.time)
    _announce_end(tx, head, generation_id, ending.status, reply, timestamp=stamp.time)
    return reply


def _announce_end(
    tx: UnitOfWork, head: ConversationHead, generation_id: str, status: MessageStatus, reply: Message, **more: Any
) -> None:
    place = {"conversation_id": head.id, "locrit_name": head.locrit_name, "session_id": head.session_id}
    which = {"generation_id": generation_id, "message_id": reply.message_id}
    ended = ReplyEnded(**place, **which, status=status, usage=reply.usage, error=reply.error, **more)
    tx.publish_after_commit(ended)


def set_ended(tx: UnitOfWork, generation_id: str, ending: GenerationResult, now: int) -> None:
    """How it ended, without its message, which says the same."""
    checksums.change_one(tx, generations, generation_id, _columns(ending, now))


def _columns(ending: GenerationResult, now: int) -> dict[str, Any]:
    usage = ending.usage or Usage()
    return {
        "status": ending.status,
        "error": json.dumps(ending.error.wire()) if ending.error else None,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "first_token_ms": usage.first_token_ms,
        "total_ms": usage.total_ms,
        "ended_at": now,
        "folded_idx": 0,  # of a log that is no more
    }


def record_prompt(tx: UnitOfWork, generation_id: str, model: str, context: PromptContext | None) -> None:
    """Whom the reply is asked of, and what that one is not shown."""
    told = context.model_dump_json() if context else None
    checksums.change_one(tx, generations, generation_id, {"model": model, "context": told})


def running_elsewhere(tx: UnitOfWork, head: ConversationHead) -> tuple[str, ...]:
    """Ids of the replies in this conversation that other processes are writing. `head` is locked: what begins in it
    from now on waits for what is begun by this transaction, and not the other way round."""
    key = {"conversation": head.id, "process": tx.process_id}
    return tuple(row.id for row in _RUNNING_ELSEWHERE.all(tx.unflushed, key))


def any_runs(connection: Connection, ids: Collection[str]) -> bool:
    return connection.execute(_RUNS, {"ids": list(ids)}).first() is not None


def orphaned(connection: Connection, processes: ProcessRegistry) -> list[tuple[str, bool]]:
    """Ids of streaming generations whose process does not live any more, the newest first; and whether each was to
    stop."""
    rows = connection.execute(_RUNNING).all()
    living = {id_ for id_ in {row.process_id for row in rows} if id_ and processes.is_alive(connection, id_)}
    left = ((row.id, bool(row.stop_requested)) for row in rows if row.process_id not in living)
    return sorted(left, reverse=True)


def request_stop(tx: UnitOfWork, generation_id: str) -> None:
    checksums.change_one(tx, generations, generation_id, {"stop_requested": True})


def stop_in(tx: UnitOfWork, conversation_id: str) -> None:
    """What runs in a conversation that is deleted."""
    _request_stops(tx, generations.c.conversation_id == conversation_id)


def stop_of(tx: UnitOfWork, locrit_id: str) -> None:
    """What a Locrit that is deleted is saying."""
    ids = conversations.IDS_OF_LOCRIT.params(locrit=locrit_id)
    _request_stops(tx, generations.c.conversation_id.in_(ids))


def _request_stops(tx: UnitOfWork, where: ColumnElement[bool]) -> None:
    checksums.change(tx, generations, {"stop_requested": True}, generations.c.status == "streaming", where)


def to_stop(connection: Connection, process_id: str, running: Collection[str]) -> list[str]:
    """Ids of this process's generations that have `stop_requested`, or whose Locrit is deleted: another process may
    have begun one while it was; of `running` also what another one has ended."""
    key = {"process": process_id, "running": list(running)}
    return list(connection.scalars(_TO_STOP, key))


def state(connection: Connection, generation_id: str, owner_id: str | None = None) -> GenerationState:
    """Raises NotFound for one of others than `owner_id`, too."""
    generation = _BY_ID.first(connection, {"id": generation_id})
    if generation is None:
        raise NotFound("There is no such reply.")
    if owner_id is not None and not conversations.is_of(connection, owner_id, generation.conversation_id):
        raise NotFound("There is no such reply.")
    reply = messages.require(connection, generation.message_id)
    return GenerationState(
        generation_id=generation_id,
        message_id=reply.message_id,
        conversation_id=reply.conversation_id,
        status=generation.status,
        idx=reply.idx,
        content=reply.content,
        parts=reply.parts,
    )
