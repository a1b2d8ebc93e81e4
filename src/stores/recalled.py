"""What was recalled for which reply: where it stands, and why. The words themselves are those of the messages."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from src.entities.recall import Recalled
from src.models import conversations, messages
from src.models import recalled as table
from src.stores import checksums, recall_marks
from src.stores.unit_of_work import UnitOfWork

EXCERPT_CHARS = 300
"""Of what was changed since: where in it the words were is not known any more."""

_OF_REPLY = (
    select(
        table,
        messages.c.rev,
        messages.c.conversation_id,
        messages.c.role,
        messages.c.content,
        messages.c.created_at,
        conversations.c.title,
    )
    .join(messages, messages.c.id == table.c.source_id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        table.c.message_id == bindparam("message"),
        conversations.c.owner_id == bindparam("owner"),
        messages.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
    )
    .order_by(table.c.position)
)


def record(tx: UnitOfWork, reply_id: str, question_id: str, recalled: Sequence[Recalled]) -> None:
    """In the place of what was recalled when the same reply was asked for before."""
    checksums.remove(tx, table, table.c.message_id == reply_id)
    for position, one in enumerate(recalled):
        tx.insert_later(
            table,
            {
                "message_id": reply_id,
                "position": position,
                "question_id": question_id,
                "source_id": one.message_id,
                "source_rev": one.rev,
                "start": one.start,
                "end": one.end,
                "score": one.score,
                "features": json.dumps(one.features),
                "terms": json.dumps(one.terms),
            },
        )


def of_reply(connection: Connection, owner_id: str, reply_id: str) -> list[Recalled]:
    """Returns what can still be read of it, the best first."""
    rows = connection.execute(_OF_REPLY, {"message": reply_id, "owner": owner_id}).all()
    marks = recall_marks.find(connection, owner_id, [row.source_id for row in rows])
    return [_entity(row).model_copy(update={"mark": marks.get(row.source_id)}) for row in rows]


def forget(tx: UnitOfWork, message_id: str) -> None:
    """Whether the message was the reply, the question, or what was recalled."""
    of_it = or_(table.c.message_id == message_id, table.c.question_id == message_id, table.c.source_id == message_id)
    checksums.remove(tx, table, of_it)


def _entity(row: Any) -> Recalled:
    is_same = row.rev == row.source_rev
    return Recalled(
        message_id=row.source_id,
        rev=row.source_rev,
        start=row.start,
        end=row.end,
        conversation_id=row.conversation_id,
        conversation_title=row.title,
        role=row.role,
        content=(row.content[row.start : row.end] if is_same else row.content[:EXCERPT_CHARS]).strip(),
        created_at=row.created_at,
        score=row.score,
        features=json.loads(row.features),
        terms=json.loads(row.terms),
    )
