"""Every operation is done once: its id and result are kept in the transaction of its effect."""

import json
from typing import Any

from sqlalchemy import bindparam, select

from src.errors import Conflict, Forgotten
from src.models import ops
from src.stores.prepared import Prepared
from src.stores.writer import Transaction

FORGOTTEN = ""
"""In place of a request's hash, from which short content could be guessed."""

_BY_ID = Prepared(select(ops.c.request_hash, ops.c.result).where(ops.c.op_id == bindparam("op_id")))


def find(transaction: Transaction, op_id: str, request_hash: str, *earlier: str) -> dict[str, Any] | None:
    """The stored result when this operation was done before. Raises Conflict when the id stood for something else.

    `earlier` are hashes that versions before this one made of the same request: an outbox may send it years later.
    """
    done = transaction.done_ops.get(op_id)
    if done is None:
        row = _BY_ID.first(transaction.stored, {"op_id": op_id})
        if row is None:
            return None
        done = row.request_hash, json.loads(row.result)
    if done[0] == FORGOTTEN:
        raise Forgotten("What this operation saved was forgotten; it does not come back.")
    if done[0] not in (request_hash, *earlier):
        raise Conflict(
            "This operation id was used before with other content; nothing was changed.",
            hint="Send changed content with a new op_id.",
        )
    return done[1]


def record(transaction: Transaction, op_id: str, request_hash: str, result: dict[str, Any], now: int) -> None:
    transaction.done_ops[op_id] = request_hash, result
    transaction.append(
        ops, {"op_id": op_id, "request_hash": request_hash, "result": json.dumps(result), "created_at": now}
    )
