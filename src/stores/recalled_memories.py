"""Which memories were put before the model for which reply, and why. The words themselves are those of the memories."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select

from src.entities import Memory, RecalledMemory
from src.models import conversations, messages
from src.models import memories as memories_table
from src.models import recalled_memories as table
from src.stores import checksums, memories
from src.stores.unit_of_work import UnitOfWork

_WHY = (table.c.score, table.c.features, table.c.terms)
_OF_REPLY = (
    select(memories_table, *(column.label(f"why_{column.name}") for column in _WHY))
    .join(table, table.c.memory_id == memories_table.c.id)
    .where(table.c.message_id == bindparam("message"), memories_table.c.deleted_at.is_(None))
    .order_by(table.c.position)
)
_STATE = select(func.count(), func.sum(memories_table.c.rev), func.max(memories_table.c.updated_at)).where(
    memories_table.c.locrit_id == bindparam("locrit")
)
_TOLD = (
    select(messages.c.id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        messages.c.id.in_(bindparam("ids", expanding=True)),
        messages.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
    )
)


class State(NamedTuple):
    """Tells what a Locrit remembers from what it remembered before."""

    memories: int
    revisions: int | None
    changed_at: int | None


def state(connection: Connection, locrit_id: str) -> State:
    return State(*connection.execute(_STATE, {"locrit": locrit_id}).one())


def untold(connection: Connection, of: Sequence[Memory]) -> set[str]:
    """Ids of those that were extracted from nothing but what is in the trash now."""
    sources = {one.id: {source.message_id for source in one.sources} for one in of if one.sources}
    if not sources:
        return set()
    told = set(connection.execute(_TOLD, {"ids": list(set().union(*sources.values()))}).scalars())
    return {id_ for id_, ids in sources.items() if not ids & told}


def record(tx: UnitOfWork, reply_id: str, question_id: str, recalled: Sequence[RecalledMemory]) -> None:
    """In the place of what was recalled when the same reply was asked for before."""
    checksums.remove(tx, table, table.c.message_id == reply_id)
    for position, one in enumerate(recalled):
        place = {"message_id": reply_id, "position": position, "question_id": question_id, "memory_id": one.memory.id}
        why = {"score": one.score, "features": json.dumps(one.features), "terms": json.dumps(one.terms)}
        tx.insert_later(table, place | why)


def of_reply(connection: Connection, reply_id: str) -> list[RecalledMemory]:
    """Returns those that are still there, the best first, as they are now."""
    return [
        RecalledMemory(
            memory=memories.entity(row),
            score=row.why_score,
            features=json.loads(row.why_features),
            terms=json.loads(row.why_terms),
        )
        for row in connection.execute(_OF_REPLY, {"message": reply_id})
    ]


def forget_message(tx: UnitOfWork, message_id: str) -> None:
    """Whether it was the reply or the question."""
    checksums.remove(tx, table, or_(table.c.message_id == message_id, table.c.question_id == message_id))
