"""Every operation is done once: its id and result are kept in the transaction of its effect."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select

from src.errors import Conflict, Forgotten, LocritError
from src.models import ops
from src.operations import Operation
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork

T = TypeVar("T")

FORGOTTEN = ""
"""In place of a request's hash, from which short content could be guessed."""

_BY_ID = CompiledStatement(
    select(ops.c.request_hash, ops.c.result).where(
        ops.c.user_id == bindparam("user_id"), ops.c.op_id == bindparam("op_id")
    )
)


def _nothing(_answer: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Effect(Generic[T]):
    """`do` has the effect and returns the answer; `told` is what is kept of that answer, from which `again` makes the
    answer to a repeat: with what was changed as it is now."""

    do: Callable[[UnitOfWork], T]
    again: Callable[[UnitOfWork, dict[str, Any]], T]
    told: Callable[[T], dict[str, Any]] = _nothing


def run_once(tx: UnitOfWork, operation: Operation, effect: Effect[T]) -> T:
    """Raises Conflict when the operation's id stands for something else, Forgotten when what it saved was forgotten."""
    if not operation.is_named:
        return effect.do(tx)
    done, writes_before = _find(tx, operation), tx.writes
    if done is None:
        try:
            return _record(tx, operation, effect, effect.do(tx))
        except LocritError:  # perhaps because another process has done it meanwhile
            done = _find(tx, operation) if tx.writes == writes_before else None
            if done is None:
                raise
    return effect.again(tx, done)


def is_done(tx: UnitOfWork, operation: Operation) -> bool:
    """Whether it was recorded: of one whose effect is not in the database, which is recorded behind it."""
    return operation.is_named and _find(tx, operation) is not None


def _find(tx: UnitOfWork, operation: Operation) -> dict[str, Any] | None:
    key = operation.caller.user_id, operation.op_id
    done = tx.done_ops.get(key)
    if done is None:
        row = _BY_ID.first(tx.unflushed, {"user_id": key[0], "op_id": key[1]})
        if row is None:
            return None
        done = row.request_hash, json.loads(row.result)
    if done[0] == FORGOTTEN:
        raise Forgotten("What this operation saved was forgotten; it does not come back.")
    if not operation.is_what(done[0]):
        raise Conflict(
            "This operation id was used before with other content; nothing was changed.",
            hint="Send changed content with a new op_id.",
        )
    return done[1]


def _record(tx: UnitOfWork, operation: Operation, effect: Effect[T], answer: T) -> T:
    user_id, hash_, result = operation.caller.user_id, operation.request_hash, effect.told(answer)
    tx.done_ops[user_id, operation.op_id] = hash_, result
    row = {"user_id": user_id, "op_id": operation.op_id, "request_hash": hash_, "result": json.dumps(result)}
    tx.insert_later(ops, row | {"created_at": operation.time})
    return answer
