"""How often what was said: the keyphrases of each message that is shown.

It is filled, emptied and made anew together with the index that finds messages (`search`), by the same jobs.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, text

from src.concepts.keyphrases import keyphrases
from src.entities.conversations import VISITOR
from src.ids import concept_id
from src.models import concept_index as table
from src.models import concept_mentions, conversations, jobs, messages
from src.stores import concept_counters
from src.stores.compiled_statement import CompiledStatement, insert_into
from src.stores.unit_of_work import UnitOfWork

RECOUNT = "recount concepts"
"""The job that looks anew at the messages of a conversation that went to the trash or came back: its position is the
highest `seq` that it has done."""
ROLES = ("user", "assistant")
_SHOWN_IN = select(conversations.c.id, conversations.c.owner_id).where(
    conversations.c.id.in_(bindparam("ids", expanding=True)),
    conversations.c.deleted_at.is_(None),
    ~conversations.c.user_id.startswith(VISITOR),
)
MENTIONS = (
    select(concept_mentions, table.c.id, table.c.place)
    .outerjoin(table, table.c.number == concept_mentions.c.term)
    .where(concept_mentions.c.row_id.in_(bindparam("row_ids", expanding=True)))
)
"""What the index says of messages; the `id` of a number that stands for no term any more is None."""
_REMOVE = CompiledStatement(
    delete(concept_mentions).where(
        concept_mentions.c.row_id == bindparam("row_id"), concept_mentions.c.term == bindparam("term")
    )
)
_ADD = insert_into(concept_mentions, *concept_mentions.c.keys())
_NEXT_RECOUNT = CompiledStatement(
    select(jobs.c.row_id, jobs.c.entity_id, jobs.c.position)
    .where(text("kind <> 'index'"), jobs.c.kind == RECOUNT)
    .order_by(jobs.c.row_id)
    .limit(1)
)
_MESSAGES = (
    select(messages)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.seq > bindparam("after"),
        messages.c.status != "streaming",
    )
    .order_by(messages.c.seq)
    .limit(bindparam("count"))
)


class Mention(NamedTuple):
    """A message says the term so many times."""

    term_id: str
    owner_id: str
    locrit_id: str
    name: str
    is_name: bool
    times: int
    said_at: int


Mentions = dict[int, list[Mention]]
"""By the `row_id` of the messages."""


def mentions(connection: Connection, rows: Sequence[Any]) -> Iterator[list[Mention]]:
    """What the index shall say of each of these messages: nothing of those in the trash, and of those of visitors.
    Nobody pays for those that are not asked for."""
    ids = {row.conversation_id for row in rows}
    owners = {row.id: row.owner_id for row in connection.execute(_SHOWN_IN, {"ids": list(ids)})} if ids else {}
    for row in rows:
        yield _mentions(row, owners.get(row.conversation_id))


def _mentions(row: Any, owner_id: str | None) -> list[Mention]:
    if owner_id is None or row.deleted_at is not None or row.role not in ROLES:
        return []
    return [
        Mention(term_id, owner_id, row.locrit_id, name, is_name, times, row.created_at)
        for term_id, name, is_name, times in terms(owner_id, row.locrit_id, row.content)
    ]


def terms(owner_id: str, locrit_id: str, content: str) -> list[tuple[str, str, bool, int]]:
    """What a text says, as id, name, whether it is written as a name, and how often."""
    return [(concept_id(owner_id, locrit_id, one.key), one.name, one.is_name, one.times) for one in keyphrases(content)]


def replace(tx: UnitOfWork, said: Mentions) -> None:
    """What the index says of messages; the counters follow."""
    if not said:
        return
    before = {(row.row_id, row.id or row.term): row for row in tx.query(MENTIONS, {"row_ids": list(said)})}
    after = {(row_id, one.term_id): one for row_id, each in said.items() for one in each}
    gone = [row for key, row in before.items() if key not in after or not _is_same(row, after[key])]
    new = [(row_id, one) for (row_id, id_), one in after.items() if not _is_same(before.get((row_id, id_)), one)]
    if not gone and not new:
        return
    more: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    places = {row.id: row.place for row in gone if row.id}
    for row in gone:
        if row.id:
            concept_counters.add(more[row.id], row, -1)
    here = {at: concept_counters.place(tx, *at) for at in sorted({(one.owner_id, one.locrit_id) for _, one in new})}
    for _, one in new:
        concept_counters.add(more[one.term_id], one, 1)
        places[one.term_id] = here[one.owner_id, one.locrit_id]
    concept_counters.hold_places(tx, {*here.values(), *(row.place for row in gone if row.id)})
    numbers = concept_counters.count(tx, dict(more), places)
    tx.write_each_now(_REMOVE, [{"row_id": row.row_id, "term": row.term} for row in gone])
    tx.write_each_now(_ADD, [{"row_id": row_id, **_columns(one, numbers)} for row_id, one in new])
    concept_counters.refresh(tx, numbers)


def _is_same(row: Any, one: Mention) -> bool:
    return row is not None and (row.name, bool(row.is_name), row.times, row.said_at) == (
        one.name,
        one.is_name,
        one.times,
        one.said_at,
    )


def _columns(one: Mention, numbers: dict[str, int]) -> dict[str, Any]:
    fields = {name: getattr(one, name) for name in ("name", "is_name", "times", "said_at")}
    return {"term": numbers[one.term_id], **fields}


def remove(tx: UnitOfWork, row_id: int) -> None:
    replace(tx, {row_id: []})


def order_recount(tx: UnitOfWork, conversation_id: str) -> None:
    """Have the index look anew at what a conversation says, step by step: it went to the trash, or came back."""
    tx.insert_later(jobs, {"kind": RECOUNT, "entity_id": conversation_id})


class Recount(NamedTuple):
    """A step of it: from a seq to another one, to None at its end. `revs` are the revisions that were read."""

    job: int
    from_: int
    to: int | None
    revs: dict[int, int]
    mentions: Mentions


def next_recount(connection: Connection, count: int) -> Recount | None:
    """What is to be looked at anew next."""
    job = _NEXT_RECOUNT.first(connection, {})
    if job is None:
        return None
    key = {"conversation": job.entity_id, "after": job.position, "count": count}
    rows = connection.execute(_MESSAGES, key).all()
    revs = {row.row_id: row.rev for row in rows}
    said = dict(zip(revs, mentions(connection, rows), strict=True))
    return Recount(job.row_id, job.position, rows[-1].seq if rows else None, revs, said)
