"""Extraction of facts, as rows of the job table: one a conversation, from the first message that was not looked at on.

The job is ordered in the transaction that ends a reply. What was found is stored, and the job moved on or removed, in
one transaction, so that a kill at any moment neither loses a fact nor stores it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update

from src.entities import VISITOR, Locrit, Memory, MemorySource, Message
from src.entities.extraction import Fact, Passage, Progress
from src.ids import now_ms
from src.models import conversations as conversations_table
from src.models import generations, jobs, locrits
from src.models import messages as messages_table
from src.operations import Stamp
from src.stores import conversations, memories, messages, server_settings
from src.stores import locrits as locrit_store
from src.stores.compiled_statement import CompiledStatement
from src.stores.jobs import EXTRACT
from src.stores.process_registry import ProcessRegistry
from src.stores.unit_of_work import UnitOfWork

MOST_MESSAGES: Final = 20
MOST_CHARS: Final = 6_000
"""Of what is looked at together; of one message, as much as is left."""
CONTEXT_MESSAGES: Final = 6
CONTEXT_CHARS: Final = 500
"""Of each message that only helps to understand those that follow."""
MOST_MEMORIES: Final = 1_000

_IS_EXTRACTION = (text("kind <> 'index'"), jobs.c.kind == EXTRACT)
_WANTED = CompiledStatement(
    select(messages_table.c.seq)
    .select_from(
        messages_table.join(conversations_table, conversations_table.c.id == messages_table.c.conversation_id).join(
            locrits, locrits.c.id == conversations_table.c.locrit_id
        )
    )
    .where(
        messages_table.c.id == bindparam("question"),
        locrits.c.memories != "off",
        ~conversations_table.c.user_id.startswith(VISITOR),
    )
)
_REPLIES = CompiledStatement(
    select(func.count().label("count"))
    .select_from(generations.join(messages_table, messages_table.c.id == generations.c.message_id))
    .where(
        messages_table.c.conversation_id == bindparam("conversation"),  # its index finds them
        messages_table.c.seq > bindparam("asked"),
        messages_table.c.parent_id == bindparam("question"),
    )
)
_FURTHER = (
    update(jobs).where(*_IS_EXTRACTION, jobs.c.entity_id == bindparam("conversation")).values(units=bindparam("to"))
)
_DUE = (
    select(jobs)
    .where(*_IS_EXTRACTION, jobs.c.not_before <= bindparam("now"))
    .order_by(jobs.c.row_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_HOLDERS = select(jobs.c.lease).where(*_IS_EXTRACTION, jobs.c.lease.is_not(None))
_SAID = (messages_table.c.conversation_id == bindparam("conversation"), messages_table.c.deleted_at.is_(None))
_SPOKEN = messages_table.c.role.in_(("user", "assistant"))
_NEW = (
    select(messages_table)
    .where(*_SAID, _SPOKEN, messages_table.c.seq >= bindparam("since"), messages_table.c.status != "streaming")
    .order_by(messages_table.c.seq)
    .limit(MOST_MESSAGES)
)
_BEFORE = (
    select(messages_table)
    .where(*_SAID, _SPOKEN, messages_table.c.seq < bindparam("since"))
    .order_by(messages_table.c.seq.desc())
    .limit(CONTEXT_MESSAGES)
)
_RUNS = select(generations.c.id).where(text("status = 'streaming'")).limit(1)
_OF_LOCRIT = (
    select(func.count().label("waiting"), func.max(jobs.c.last_error).label("problem"), func.min(jobs.c.not_before))
    .select_from(jobs.join(conversations_table, conversations_table.c.id == jobs.c.entity_id))
    .where(*_IS_EXTRACTION, conversations_table.c.locrit_id == bindparam("locrit"))
)

Job = Row[Any]


@dataclass(slots=True)
class _Known:
    """What must not be stored twice: by its words those that are there, or were thrown away; and stubs."""

    by_words: dict[str, Memory] = field(default_factory=dict)
    stubs: list[Memory] = field(default_factory=list)

    def is_blocked(self, content: str) -> bool:
        return any(memories.digest(stub.id, content) in (stub.stub_digest or "").split() for stub in self.stubs)


def order(tx: UnitOfWork, reply: Message) -> None:
    """After the first reply to a question, where its Locrit is to extract facts. What visitors say is left alone."""
    question = {"question": reply.parent_id}
    if reply.parent_id is None or not (asked := _WANTED.first(tx.connection, question)):
        return
    of_it = question | {"conversation": reply.conversation_id, "asked": asked.seq}
    if (replies := _REPLIES.first(tx.connection, of_it)) is None or replies.count > 1:
        return
    there = {"conversation": reply.conversation_id, "to": reply.seq}
    if not tx.write_now(_FURTHER, there).rowcount:
        row = {"kind": EXTRACT, "entity_id": reply.conversation_id, "position": asked.seq, "units": reply.seq}
        tx.write_now(insert(jobs), row)


def is_anything_said(connection: Connection) -> bool:
    """Whether some model writes a reply."""
    return connection.execute(_RUNS).first() is not None


def take(tx: UnitOfWork, processes: ProcessRegistry) -> Job | None:
    """What is due, for this process; nothing while another one that lives works on some."""
    holders = set(tx.query(_HOLDERS).scalars()) - {processes.process_id}
    if any(processes.is_alive(tx.connection, id_) for id_ in holders):
        return None
    job = tx.query(_DUE, {"now": now_ms()}).first()
    if job is not None:
        tx.write_now(update(jobs).where(jobs.c.row_id == job.row_id).values(lease=processes.process_id))
    return job


def let_go(tx: UnitOfWork, job: Job) -> None:
    tx.write_now(update(jobs).where(jobs.c.row_id == job.row_id, jobs.c.lease == tx.process_id).values(lease=None))


def passage(connection: Connection, job: Job) -> Passage | None:
    """Nothing when nothing is to be looked at any more."""
    conversation = conversations.require(connection, job.entity_id)
    locrit = locrit_store.by_id(connection, conversation.locrit_id)
    if locrit.memories == "off" or locrit.deleted_at or conversation.deleted_at or conversation.is_of_visitor:
        return None
    place = {"conversation": job.entity_id, "since": job.position}
    new = _that_fit([messages.entity(row) for row in connection.execute(_NEW, place)])
    if not new:
        return None
    context = [messages.entity(row) for row in connection.execute(_BEFORE, place)][::-1]
    known = memories.page(connection, locrit.id, MOST_MEMORIES, "valid")
    return Passage(conversation, locrit, server_settings.read(connection), context, new, known)


def finish(tx: UnitOfWork, job: Job, read_to: int, facts: Sequence[Fact]) -> bool:
    """Stores what was found up to the message with this seq. False when the job is another process's by now."""
    ours = (jobs.c.row_id == job.row_id, jobs.c.lease == tx.process_id, jobs.c.position == job.position)
    now = tx.query(select(jobs).where(*ours).with_for_update()).first()
    if now is None:
        return False
    head = conversations.lock_head(tx, job.entity_id, in_trash=True)
    locrit = locrit_store.by_id(tx.connection, head.locrit_id)
    if facts and locrit.memories != "off" and not head.in_trash:
        _store(tx, head.id, locrit, facts, Stamp.now(f"extract:{job.row_id}:{job.position}"))
    if read_to >= now.units:
        tx.write_now(delete(jobs).where(*ours))
    else:
        further = {"position": read_to + 1, "lease": None, "attempts": 0, "last_error": None}
        tx.write_now(update(jobs).where(*ours).values(further))
    return True


def drop(tx: UnitOfWork, job: Job) -> None:
    tx.write_now(delete(jobs).where(jobs.c.row_id == job.row_id, jobs.c.lease == tx.process_id))


def progress(connection: Connection, locrit_id: str) -> Progress:
    waiting, problem, next_try_at = connection.execute(_OF_LOCRIT, {"locrit": locrit_id}).one()
    return Progress(waiting, problem, next_try_at if problem else None)


def hasten(tx: UnitOfWork, locrit_id: str) -> None:
    """Somebody asks for it again: what was put off is tried now."""
    there = conversations.IDS_OF_LOCRIT.params(locrit=locrit_id)
    tx.write_now(update(jobs).where(*_IS_EXTRACTION, jobs.c.entity_id.in_(there)).values(not_before=0))


def _store(tx: UnitOfWork, conversation_id: str, locrit: Locrit, facts: Sequence[Fact], stamp: Stamp) -> None:
    known = _known(tx, locrit.id)
    for fact in facts:
        if not fact.sources or not all(_is_there(tx, id_) for id_ in fact.sources) or known.is_blocked(fact.content):
            continue
        sources = [MemorySource(message_id=id_, conversation_id=conversation_id) for id_ in fact.sources]
        words = memories.normalised(fact.content)
        same = known.by_words.get(words)
        if same is None:
            known.by_words[words] = memories.add(tx, locrit.id, _row(tx, locrit, fact, sources), stamp)
        elif same.deleted_at is None:
            memories.gain_sources(tx, memories.require(tx.connection, same.id), sources, stamp)


def _row(tx: UnitOfWork, locrit: Locrit, fact: Fact, sources: list[MemorySource]) -> dict[str, Any]:
    older = memories.find(tx.connection, fact.replaces) if fact.replaces else None
    is_valid = older is not None and older.locrit_id == locrit.id and older.deleted_at is None
    return {
        "content": fact.content,
        "importance": fact.importance,
        "tags": list(fact.tags),
        "metadata": {},
        "origin": "extraction",
        "suggested": locrit.memories == "suggest",
        "valid_from": fact.valid_from,
        "sources": sources,
        "replaces": fact.replaces if is_valid else None,
    }


def _known(tx: UnitOfWork, locrit_id: str) -> _Known:
    """What has ended may come to be so again: it blocks nothing."""
    known, now = _Known(), now_ms()
    for one in memories.all_of(tx.connection, locrit_id):
        if one.forgotten_at is not None:
            known.stubs.append(one)
        elif one.deleted_at is not None or one.state(now) != "past":
            words = memories.normalised(one.content)
            if words not in known.by_words or one.deleted_at is None:
                known.by_words[words] = one
    return known


def _is_there(tx: UnitOfWork, message_id: str) -> bool:
    message = messages.find(tx.connection, message_id)
    return message is not None and message.deleted_at is None


def _that_fit(said: list[Message]) -> list[Message]:
    """At least the first."""
    chars, fitting = 0, list[Message]()
    for message in said:
        chars += min(len(message.content), MOST_CHARS)
        if fitting and chars > MOST_CHARS:
            break
        fitting.append(message)
    return fitting
