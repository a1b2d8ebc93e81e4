"""Forgetting: the one thing that destroys content, and then everywhere. What stays is a stub that keeps the place in
the order and refuses the same id when an outbox or an import brings it back.

What is large goes in steps (`stores.jobs`): it is marked as forgotten first, and gone with the last step.
"""

from time import monotonic
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from src.entities import Conversation, Message, Scrubbed
from src.errors import Conflict
from src.events import conversation_scope, user_scope
from src.models import generation_chunks, generations, message_versions
from src.models import messages as messages_table
from src.models import tool_results as tool_results_table
from src.operations import Stamp
from src.stores import (
    artifacts,
    attachments,
    checksums,
    concepts,
    conversations,
    copies,
    interactions,
    jobs,
    memories,
    messages,
    recall_marks,
    recalled,
    recalled_memories,
    scrubbing,
    search,
    tool_results,
    trash,
)
from src.stores.compiled_statement import CompiledStatement
from src.stores.engines import ConcurrentUpdate
from src.stores.events import record_for_user
from src.stores.unit_of_work import UnitOfWork

MESSAGE, CONVERSATION, REST = "forget message", "forget conversation", "forget messages of"
COPIES_TOO = "forget messages and copies of"
STEPWISE = (REST, COPIES_TOO)

_STUB = CompiledStatement(
    update(messages_table)
    .where(messages_table.c.id == bindparam("message"), messages_table.c.rev == bindparam("as_read"))
    .values(
        content="",
        parts=None,
        metadata="{}",
        error=None,
        usage=None,
        deleted_at=func.coalesce(messages_table.c.deleted_at, bindparam("now")),
        forgotten_at=bindparam("now"),
        updated_at=bindparam("now"),
        rev=messages_table.c.rev + 1,
    )
    .returning(messages_table.c.id)
)
_REST = (
    select(messages_table.c.id)
    .where(
        messages_table.c.conversation_id == bindparam("conversation"),
        messages_table.c.seq > bindparam("after"),
        messages_table.c.forgotten_at.is_(None),
    )
    .order_by(messages_table.c.seq)
    .limit(50)
)
_NEWEST = (
    select(messages_table.c.content)
    .where(messages_table.c.conversation_id == bindparam("conversation"), messages_table.c.deleted_at.is_(None))
    .order_by(messages_table.c.seq.desc())
    .limit(1)
)


def forget_message(tx: UnitOfWork, message: Message, stamp: Stamp) -> Message:
    """Destroys content, versions, log, index and the titles that came from it; and so of all its copies."""
    message_id = message.message_id
    if message.forgotten_at is not None:
        return message
    owner_id = conversations.lock_head(tx, message.conversation_id, in_trash=True).owner_id
    origin_id = copies.origin_of(tx.connection, owner_id, message_id)
    copied = copies.of(tx.connection, owner_id, origin_id)
    family = [messages.require(tx.connection, id_) for id_ in (origin_id, *copied)]
    for one in (message, *family):
        messages.check_not_running(one)
    others = [one.message_id for one in family if one.message_id != message_id and one.forgotten_at is None]
    if others:
        order_id = jobs.begin(tx, "forget", message_id, owner_id, stamp)
        for id_ in others:
            jobs.order(tx, order_id, MESSAGE, id_)
    return forget_alone(tx, message, stamp)


def forget_copy(tx: UnitOfWork, message_id: str, stamp: Stamp) -> None:
    """A step: with what was copied from it since that was ordered."""
    message = messages.require(tx.connection, message_id)
    owner_id = conversations.lock_head(tx, message.conversation_id, in_trash=True).owner_id
    _forget_copies(tx, owner_id, message, (), stamp)
    forget_alone(tx, message, stamp)


def forget_alone(tx: UnitOfWork, message: Message, stamp: Stamp) -> Message:
    """Forgets the message, without what was copied from or to it."""
    if message.forgotten_at is not None:
        return message
    messages.check_not_running(message)
    titles = copies.titles_from(tx, message)
    stub = _forget(tx, message, stamp)
    scrubbing.order(tx)
    _tell_user(tx, message, titles, stamp)
    return stub


def forget_conversation(tx: UnitOfWork, conversation_id: str, stamp: Stamp, *, copies_too: bool = True) -> Conversation:
    """Destroys every message of it, its title, its tags; and, unless they are to stay, the copies in its forks."""
    head = conversations.lock_head(tx, conversation_id, in_trash=True)  # other processes wait from here on
    conversation = conversations.require(tx.connection, conversation_id)
    if conversation.forgotten_at is not None:
        return conversation
    if conversation.generation_id is not None:
        raise Conflict("A reply is still being written in this conversation.", hint="Stop it first.")
    if copies_too:
        copies.check_none_runs(tx, head.owner_id, conversation_id)
        for fork_id in copies.forks_of(tx, head.owner_id, conversation_id):
            _retitle(tx, fork_id, {conversation.title}, stamp)
    order_id = jobs.begin(tx, "forget", conversation_id, head.owner_id, stamp)
    jobs.order(tx, order_id, COPIES_TOO if copies_too else REST, conversation_id, units=head.message_seq)
    if conversation.deleted_at is None:
        trash.set_deleted(tx, head, stamp.time, stamp)
    return _blank(tx, conversation_id, stamp)


def retell(tx: UnitOfWork, conversation_id: str, stamp: Stamp) -> Conversation:
    """Tells of a forgotten conversation once more, without the name of its Locrit, which is forgotten too."""
    return _blank(tx, conversation_id, stamp)


def forget_rest(tx: UnitOfWork, job: Row[Any], until: float, now: int) -> int | None:
    """Messages of a conversation in their order, until a `time.monotonic()`; returns the last one's seq."""
    stamp, position = Stamp(f"forget:{job.entity_id}", now, part_of=job.part_of), int(job.position)
    scrubbing.order(tx)
    owner_id = conversations.lock_head(tx, job.entity_id, in_trash=True).owner_id
    forks = copies.forks_of(tx, owner_id, job.entity_id) if job.kind == COPIES_TOO else ()
    for artifact_id in artifacts.ids_beside_messages(tx, job.entity_id):
        artifacts.forget_alone(tx, artifact_id, stamp)
        if monotonic() > until:
            return position
    for message_id in tx.query(_REST, {"conversation": job.entity_id, "after": position}).scalars().all():
        message = messages.require(tx.connection, message_id)
        messages.check_not_running(message)
        if job.kind == COPIES_TOO:
            _forget_copies(tx, owner_id, message, forks, stamp)
        _forget(tx, message, stamp)
        position = message.seq
        if monotonic() > until:
            return position
    if position == int(job.position):  # what belongs to no message is left
        tool_results.forget(tx, conversations.lock_head(tx, job.entity_id, in_trash=True), stamp)
        return None
    return position


def _forget_copies(tx: UnitOfWork, owner_id: str, message: Message, forks: Any, stamp: Stamp) -> None:
    for id_ in copies.of(tx.connection, owner_id, message.message_id):
        order_id = jobs.begin(tx, "forget", message.conversation_id, owner_id, stamp)
        jobs.order(tx, order_id, MESSAGE, id_)
    if forks and message.role == "user":
        titles = copies.titles_from(tx, message)
        for fork_id in forks:
            _retitle(tx, fork_id, titles, stamp)


def _forget(tx: UnitOfWork, message: Message, stamp: Stamp) -> Message:
    head = conversations.lock_head(tx, message.conversation_id, in_trash=True)
    concepts.forget_said(tx, head.owner_id, head.locrit_id, message, stamp)
    replies = generations.c.message_id == message.message_id
    logs = select(generations.c.id).where(replies)
    checksums.remove(tx, message_versions, message_versions.c.message_id == message.message_id)
    checksums.remove(tx, generation_chunks, generation_chunks.c.generation_id.in_(logs))
    checksums.change(tx, generations, {"error": None}, replies)
    interactions.forget(tx, message.message_id)
    recalled.forget(tx, message.message_id)
    recall_marks.forget(tx, head.owner_id, message.message_id, stamp)
    recalled_memories.forget_message(tx, message.message_id)
    memories.forget_source(tx, head.locrit_id, message.message_id, stamp)
    scrubbing.scrub(tx, head.owner_id, conversation_scope(message.conversation_id), "message", message.message_id)
    search.remove(tx, message.message_id)
    for artifact_id in artifacts.ids_of_message(tx, message.message_id):
        artifacts.forget_alone(tx, artifact_id, stamp)
    tool_results.forget(tx, head, stamp, tool_results_table.c.message_id == message.message_id)
    attachments.unlink(tx, head.owner_id, message.message_id, stamp)
    if not tx.write_now(_STUB, {"message": message.message_id, "as_read": message.rev, "now": stamp.time}):
        raise ConcurrentUpdate
    return messages.announce(tx, head, message, "message.forgotten", stamp)


def _blank(tx: UnitOfWork, conversation_id: str, stamp: Stamp) -> Conversation:
    head = conversations.lock_head(tx, conversation_id, in_trash=True)
    scrubbing.scrub(tx, head.owner_id, user_scope(head.owner_id), "conversation", conversation_id)
    blank = {"title": "", "preview": "", "tags": [], "metadata": {}, "forgotten_at": stamp.time}
    return conversations.change(tx, head, blank, stamp, "conversation.forgotten")


def _tell_user(tx: UnitOfWork, forgotten: Message, titles: set[str], stamp: Stamp) -> None:
    """Title and preview are copies of what was said: those of the forgotten message go too. Browsers that have it in a
    cache, and its conversation not open, hear of it here: its id, and nothing more."""
    owner_id = conversations.lock_head(tx, forgotten.conversation_id, in_trash=True).owner_id
    _retitle(tx, forgotten.conversation_id, titles, stamp)
    for fork_id in copies.forks_of(tx, owner_id, forgotten.conversation_id):
        _retitle(tx, fork_id, titles, stamp)
    rev, nothing = forgotten.rev + 1, Scrubbed()
    record_for_user(tx, owner_id, "message.forgotten", forgotten.message_id, rev, nothing, stamp)


def _retitle(tx: UnitOfWork, conversation_id: str, titles: set[str], stamp: Stamp) -> None:
    """Its title and preview without what is forgotten; what was told of them before goes."""
    head = conversations.lock_head(tx, conversation_id, in_trash=True)
    conversation = conversations.require(tx.connection, conversation_id)
    if conversation.forgotten_at is not None:
        return
    title = conversation.title
    if title and title in titles:
        title = copies.title_without(tx, conversation_id, titles)
    newest = tx.query(_NEWEST, {"conversation": conversation_id}).scalar_one_or_none() or ""
    scrubbing.scrub_events(tx, user_scope(head.owner_id), "conversation", conversation_id)
    fields = {"title": title, "preview": newest[: conversations.PREVIEW_CHARS]}
    conversations.change(tx, head, fields, stamp)
