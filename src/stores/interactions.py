"""What was asked of models, call by call; it goes with the message that came of it."""

import json
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from src.entities import Failure, Interaction
from src.ids import new_id
from src.models import generations, interactions
from src.stores import checksums
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork

_OF_CONVERSATION = (
    select(interactions)
    .where(interactions.c.conversation_id == bindparam("conversation"))
    .order_by(interactions.c.id.desc())
)
_BEFORE = _OF_CONVERSATION.where(interactions.c.id < bindparam("before"))
_ROUNDS = CompiledStatement(
    select(func.count().label("count")).where(
        interactions.c.message_id == bindparam("message"),  # its index finds them
        interactions.c.generation_id == bindparam("generation"),
    )
)
_CUT = CompiledStatement(
    select(generations).where(generations.c.id == bindparam("generation"), generations.c.status == "streaming")
)


def record(tx: UnitOfWork, call: Interaction) -> None:
    row = call.model_dump(exclude={"tokens_per_second"})
    error = call.error.model_dump_json() if call.error else None
    tx.insert_later(interactions, row | {"options": json.dumps(call.options), "error": error})


def record_cut(tx: UnitOfWork, generation_id: str, failure: Failure | None) -> None:
    """The one in which the process of a running reply died; of it is known only that it was."""
    cut = _CUT.first(tx.connection, {"generation": generation_id})
    if cut is None:
        return
    [rounds] = _ROUNDS.all(tx.connection, {"message": cut.message_id, "generation": generation_id})
    of_reply = {"conversation_id": cut.conversation_id, "message_id": cut.message_id, "generation_id": generation_id}
    record(
        tx,
        Interaction(
            id=new_id(),
            **of_reply,
            round=rounds.count + 1,
            model=cut.model or "",
            status="interrupted",
            error=failure,
            started_at=cut.started_at,
        ),
    )


def page(
    connection: Connection, conversation_id: str, cursor: str | None, limit: int
) -> tuple[list[Interaction], str | None]:
    """The newest first; the cursor is the id of the last one."""
    statement, key = (_BEFORE, {"before": cursor}) if cursor else (_OF_CONVERSATION, {})
    rows = connection.execute(statement.limit(limit + 1), {"conversation": conversation_id, **key}).all()
    return [_entity(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def forget(tx: UnitOfWork, message_id: str) -> None:
    checksums.remove(tx, interactions, interactions.c.message_id == message_id)


def _entity(row: Row[Any]) -> Interaction:
    fields = row._asdict() | {"options": json.loads(row.options)}
    fields["error"] = Failure.model_validate_json(row.error) if row.error else None
    seconds = row.completion_ms / 1000
    fields["tokens_per_second"] = round(row.completion_tokens / seconds, 1) if seconds else 0.0
    return Interaction.model_validate(fields)
