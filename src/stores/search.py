"""The index that finds messages: FTS5 on SQLite, GIN on PostgreSQL, over tokens that `src.words` makes for both.

Filled from the job table. What is costly, to make the tokens, is done before the writer is asked to store them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from src.concepts.keyphrases import MOST_PHRASES
from src.models import jobs, messages
from src.stores import concept_index, filing, recall_index
from src.stores.compiled_statement import CompiledStatement
from src.stores.file_texts import Said, said_in
from src.stores.unit_of_work import UnitOfWork
from src.words import tokens

REINDEX = "reindex"
"""The job that fills the index anew, newest messages first: its position is the lowest `row_id` that it has done."""
JOBS_PER_BATCH = 200
CHARS_PER_BATCH = 20_000
MENTIONS_PER_BATCH = 100
"""The writer stores that many, and all else of their messages, in 6 ms, 11 at most; those of one long message in 3."""
MESSAGES_PER_RECOUNT = MENTIONS_PER_BATCH // MOST_PHRASES

_MESSAGE = (
    messages.c.row_id,
    messages.c.rev,
    messages.c.content,
    messages.c.parts,
    messages.c.role,
    messages.c.conversation_id,
    messages.c.locrit_id,
    messages.c.created_at,
    messages.c.deleted_at,
)
_PENDING = CompiledStatement(
    select(jobs.c.row_id.label("job"), *_MESSAGE)
    .join(messages, messages.c.id == jobs.c.entity_id)
    .where(jobs.c.kind == "index")
    .order_by(jobs.c.row_id)
    .limit(bindparam("count"))
)
_OLDER = CompiledStatement(
    select(*_MESSAGE)
    .where(messages.c.row_id < bindparam("below"), messages.c.status != "streaming")
    .order_by(messages.c.row_id.desc())
    .limit(bindparam("count"))
)
_REINDEX = CompiledStatement(
    select(jobs.c.row_id, jobs.c.position).where(text("kind <> 'index'"), jobs.c.kind == REINDEX)
)
_REACH = (
    update(jobs)
    .where(jobs.c.row_id == bindparam("job"), jobs.c.position == bindparam("from_"))
    .values(position=bindparam("to"))
)
_AS_READ = (
    select(messages.c.row_id, messages.c.rev)
    .where(messages.c.row_id.in_(bindparam("row_ids", expanding=True)))
    .order_by(messages.c.row_id)
    .with_for_update()
)
_NEWEST = select(func.coalesce(func.max(messages.c.row_id), 0))
_ROW_ID = CompiledStatement(select(messages.c.row_id).where(messages.c.id == bindparam("id")))
_DONE = CompiledStatement(delete(jobs).where(jobs.c.row_id == bindparam("job")))
_REMOVE = {
    "sqlite": CompiledStatement(text("DELETE FROM message_search WHERE rowid = :row_id")),
    "postgresql": CompiledStatement(text("DELETE FROM message_search WHERE row_id = :row_id")),
}
_ADD = {
    "sqlite": CompiledStatement(
        text("INSERT INTO message_search (rowid, content, place) VALUES (:row_id, :words, :place)")
    ),
    "postgresql": CompiledStatement(
        text("""
            INSERT INTO message_search
            VALUES (:row_id, array_to_tsvector(string_to_array(ltrim(:words || ' ' || :place), ' ')))""")
    ),
}
_TOP = 2**62


class Indexed(NamedTuple):
    """The tokens by which a message is found, and those by which it is filtered, which no text has."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index shall say of a message that was read at `rev`."""

    row_id: int
    rev: int
    indexed: Indexed | None
    units: str | None
    """What may be recalled of it: see `recall_index`."""
    mentions: list[concept_index.Mention]


@dataclass(frozen=True, slots=True)
class Batch:
    """`jobs` are done when `entries` are stored; `rebuilt` says how far the job to fill the index anew has come then:
    from where to where, to None at its end."""

    entries: Sequence[Entry]
    jobs: Sequence[int]
    rebuilt: tuple[int, int | None] | None = None
    recount: concept_index.Recount | None = None


def order(tx: UnitOfWork, message_id: str) -> None:
    """Have the index learn what the message says now."""
    tx.insert_later(jobs, {"kind": "index", "entity_id": message_id})


def prepare(connection: Connection, count: int = JOBS_PER_BATCH, chars: int = CHARS_PER_BATCH) -> Batch | None:
    """What is to be indexed next: what was said, then what is indexed anew; None when that is all."""
    pending = _fitting(connection, _PENDING.all(connection, {"count": count}), chars)
    if pending:
        entries = _entries(connection, pending)
        newest = {entry.row_id: entry for entry in entries}
        return Batch(list(newest.values()), [row.job for row, _ in pending[: len(entries)]])
    recount = concept_index.next_recount(connection, MESSAGES_PER_RECOUNT)
    if recount is not None:
        return Batch([], [recount.job], recount=recount)
    job = _REINDEX.first(connection, {})
    if job is None:
        return None
    older = _fitting(connection, _OLDER.all(connection, {"below": job.position or _TOP, "count": count}), chars)
    entries = _entries(connection, older)
    return Batch(entries, [job.row_id], (job.position, entries[-1].row_id if entries else None))


def _fitting(connection: Connection, rows: Sequence[Any], chars: int) -> list[tuple[Any, Said]]:
    """The first ones with what they say, at least one."""
    fitting: list[tuple[Any, Said]] = []
    for row in rows:
        [said] = said_in(connection, [row])
        chars -= len(said.whole)
        if chars < 0 and fitting:
            break
        fitting.append((row, said))
    return fitting


def _entries(connection: Connection, rows: Collection[tuple[Any, Said]]) -> list[Entry]:
    """Of the first of them, at least of one: no more than may be counted in one step of the writer."""
    mentions = concept_index.mentions(connection, [row for row, _ in rows])
    entries: list[Entry] = []
    left = MENTIONS_PER_BATCH
    for (row, said), mentioned in zip(rows, mentions, strict=True):
        left -= len(mentioned)
        if left < 0 and entries:
            break
        entries.append(Entry(row.row_id, row.rev, indexed(row, said), recall_index.units_of(row), mentioned))
    return entries


def indexed(row: Any, said: Said) -> Indexed | None:
    """None when it is not to be found."""
    if row.deleted_at is not None or not said.whole:
        return None
    place = (
        filing.locrit(row.locrit_id),
        filing.conversation(row.conversation_id),
        filing.role(row.role),
        filing.day(row.created_at),
    )
    return Indexed(" ".join(tokens(said.whole)), " ".join(place))


def store(tx: UnitOfWork, batch: Batch) -> int:
    """What has been prepared, but for what was changed since, which waits anew; returns how many jobs were done."""
    if batch.recount is not None:
        return _recount(tx, batch.recount)
    if batch.rebuilt is not None and not _reach(tx, batch.jobs[0], *batch.rebuilt):
        return 0
    as_read = _unchanged(tx, {entry.row_id: entry.rev for entry in batch.entries})
    entries = [entry for entry in batch.entries if entry.row_id in as_read]
    dialect = tx.connection.dialect.name
    if entries:
        tx.write_each_now(_REMOVE[dialect], [{"row_id": entry.row_id} for entry in entries])
        shown = [{"row_id": e.row_id, **e.indexed._asdict()} for e in entries if e.indexed is not None]
        tx.write_each_now(_ADD[dialect], shown)
        recall_index.replace(tx, [(entry.row_id, entry.units) for entry in entries])
        concept_index.replace(tx, {entry.row_id: entry.mentions for entry in entries})
    if batch.rebuilt is None:
        tx.write_each_now(_DONE, [{"job": job} for job in batch.jobs])
    return len(batch.jobs)


def _recount(tx: UnitOfWork, recount: concept_index.Recount) -> int:
    if not _reach(tx, recount.job, recount.from_, recount.to):
        return 0
    as_read = _unchanged(tx, recount.revs)
    concept_index.replace(tx, {row_id: said for row_id, said in recount.mentions.items() if row_id in as_read})
    return 1


def _unchanged(tx: UnitOfWork, revs: dict[int, int]) -> set[int]:
    """Messages that are still what was read, by `row_id`: nobody changes them until this is committed."""
    return {row.row_id for row in tx.query(_AS_READ, {"row_ids": list(revs)}) if revs[row.row_id] == row.rev}


def _reach(tx: UnitOfWork, job: int, from_: int, to: int | None) -> bool:
    """Whether nobody else had come there before."""
    if to is None:
        return bool(tx.write_now(delete(jobs).where(jobs.c.row_id == job, jobs.c.position == from_)).rowcount)
    return bool(tx.write_now(_REACH, {"job": job, "from_": from_, "to": to}).rowcount)


def index_pending(tx: UnitOfWork) -> int:
    """Bring the index up to date with up to JOBS_PER_BATCH messages, all in the writer: for those who have no other
    work for it. Returns how many jobs were done."""
    batch = prepare(tx.connection, chars=_TOP)
    return store(tx, batch) if batch else 0


def remove(tx: UnitOfWork, message_id: str) -> None:
    [row] = _ROW_ID.all(tx.connection, {"id": message_id})
    tx.write_now(_REMOVE[tx.connection.dialect.name], {"row_id": row.row_id})
    recall_index.remove(tx, row.row_id)
    concept_index.remove(tx, row.row_id)


def newest(connection: Connection) -> int:
    """The highest `row_id` of all messages."""
    return int(connection.execute(_NEWEST).scalar_one())


def waiting(connection: Connection) -> tuple[int, int]:
    """How many messages are not searched until the index is made anew, and of how many."""
    job = _REINDEX.first(connection, {})
    all_ = newest(connection)
    if job is None:
        return 0, all_
    return (job.position - 1 if job.position else all_), all_
