"""Leaving nothing of what was forgotten in the log of changes, the search index's pages, and SQLite's write-ahead log.

The last two are one job, whatever is forgotten: it begins anew with each forgetting, and is done when both are clean.
"""

import json
from collections.abc import Mapping, Sequence
from time import monotonic

from sqlalchemy import bindparam, delete, insert, select, text, update

from src.models import events, jobs, ops
from src.stores import checksums
from src.stores.compiled_statement import CompiledStatement
from src.stores.jobs import STEP_S
from src.stores.ops import FORGOTTEN
from src.stores.unit_of_work import UnitOfWork

SCRUB = "scrub"
PAGES_AT_ONCE = 16

_IN_SCOPE = (
    events.c.entity_id == bindparam("entity"),
    events.c.scope + "" == bindparam("of_scope"),  # not by the index of the scope, which is long
    events.c.type.like(bindparam("types")),  # clients choose ids, and two kinds may share one
)
_OPS = select(events.c.op_id).where(*_IN_SCOPE)
_SCRUB_EVENTS = CompiledStatement(update(events).where(*_IN_SCOPE).values(payload="{}", salt=None))
_ORDERED, _STORED, _MERGING, _MERGED = range(4)
_THIS_JOB = (text("kind <> 'index'"), jobs.c.kind == SCRUB)
_POSITIONS = select(jobs.c.position).where(*_THIS_JOB).order_by(jobs.c.row_id).with_for_update()
_DONE = delete(jobs).where(*_THIS_JOB, jobs.c.position == _MERGED)
_MERGE = text("INSERT INTO message_search (message_search, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")


def scrub(tx: UnitOfWork, owner_id: str, scope: str, kind: str, entity_id: str) -> None:
    """Destroys what the changes and the owner's operations tell of it; `kind` as in `stores.kinds`."""
    done = _OPS.params(_changes_of(scope, kind, entity_id))
    checksums.change(tx, ops, {"request_hash": FORGOTTEN}, ops.c.user_id == owner_id, ops.c.op_id.in_(done))
    scrub_events(tx, scope, kind, entity_id)


def scrub_operations(tx: UnitOfWork, owner_id: str, told: Sequence[Mapping[str, str]]) -> None:
    """Destroys what the owner's operations with such results tell, of what no change tells."""
    results = [json.dumps(one) for one in told]
    if results:
        checksums.change(tx, ops, {"request_hash": FORGOTTEN}, ops.c.user_id == owner_id, ops.c.result.in_(results))


def scrub_events(tx: UnitOfWork, scope: str, kind: str, entity_id: str) -> None:
    """Destroys what the changes tell of it; its operations saved other things too, which stay."""
    tx.write_now(_SCRUB_EVENTS, _changes_of(scope, kind, entity_id))


def _changes_of(scope: str, kind: str, entity_id: str) -> dict[str, str]:
    return {"of_scope": scope, "types": f"{kind}.%", "entity": entity_id}


def order(tx: UnitOfWork) -> None:
    if not _come_to(tx, _ORDERED):
        tx.write_now(insert(jobs), {"kind": SCRUB, "entity_id": SCRUB})


def step(tx: UnitOfWork) -> bool:
    """Does some of what is ordered; returns whether more is left to do in the index."""
    position = _position(tx)
    if position is None or position == _MERGED:
        return False
    if tx.connection.dialect.name != "sqlite":
        _come_to(tx, _MERGED)
        return False
    # What this very transaction removed before is in the index's pages only after its commit.
    position = _STORED if position == _ORDERED else _merge(tx, position)
    _come_to(tx, position)
    return bool(position != _MERGED)


def is_log_left(tx: UnitOfWork) -> bool:
    """Says whether the index is clean, and the log is to be emptied."""
    return _position(tx) == _MERGED


def done(tx: UnitOfWork) -> None:
    """Unless more was forgotten since."""
    tx.write_now(_DONE)


def _position(tx: UnitOfWork) -> int | None:
    """Two processes that order it at once make two jobs of it, which are done as one."""
    return min(tx.query(_POSITIONS).scalars(), default=None)


def _merge(tx: UnitOfWork, position: int) -> int:
    """Deleted words leave the index when its parts become one: https://sqlite.org/fts5.html#the_merge_command."""
    until = monotonic() + STEP_S
    while position != _MERGED and monotonic() < until:
        pages = -PAGES_AT_ONCE if position == _STORED else PAGES_AT_ONCE  # below 0: begin with all parts
        before = tx.query(_CHANGES).scalar_one()
        tx.write_now(_MERGE, {"pages": pages})
        position = _MERGING if tx.query(_CHANGES).scalar_one() - before >= 2 else _MERGED
    return position


def _come_to(tx: UnitOfWork, position: int) -> bool:
    return bool(tx.write_now(update(jobs).where(*_THIS_JOB).values(position=position)).rowcount)
