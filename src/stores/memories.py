"""Memories beside the conversations: like messages they have revisions, a trash, and can be forgotten."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from src.entities import Memory, MemoryVersion
from src.errors import NotFound
from src.events import user_scope
from src.ids import new_id
from src.models import memories as table
from src.models import memory_versions
from src.operations import Stamp
from src.stores import checksums, events, scrubbing, transitions
from src.stores import locrits as locrit_store
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.transitions import Change
from src.stores.unit_of_work import UnitOfWork

FORGET = "forget memory"

_ALIVE = (table.c.locrit_id == bindparam("locrit"), table.c.deleted_at.is_(None))
_PAGE = (
    select(table)
    .where(*_ALIVE)
    .order_by(table.c.pinned.desc(), table.c.created_at.desc(), table.c.id.desc())
    .limit(bindparam("count"))
)
_COUNT = select(func.count()).where(*_ALIVE)
_BY_ID = select(table).where(table.c.id == bindparam("id"))
_VERSIONS = (
    select(memory_versions)
    .where(memory_versions.c.memory_id == bindparam("memory"))
    .order_by(memory_versions.c.rev.desc())
)
_JSON_COLUMNS = ("tags", "metadata")


def entity(row: Row[Any]) -> Memory:
    return Memory.model_validate(row._asdict() | {name: json.loads(row._mapping[name]) for name in _JSON_COLUMNS})


def page(connection: Connection, locrit_id: str, limit: int) -> list[Memory]:
    """Returns the pinned ones first, then newest first."""
    return [entity(row) for row in connection.execute(_PAGE, {"locrit": locrit_id, "count": limit})]


def count(connection: Connection, locrit_id: str) -> int:
    return int(connection.execute(_COUNT, {"locrit": locrit_id}).scalar_one())


def all_(connection: Connection) -> list[Memory]:
    """Returns them all, the deleted ones included."""
    return [entity(row) for row in connection.execute(select(table))]


def require(connection: Connection, memory_id: str) -> Memory:
    row = connection.execute(_BY_ID, {"id": memory_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such memory.")
    return entity(row)


def of_locrit(connection: Connection, owner_id: str, locrit_name: str, memory_id: str) -> Memory:
    """Returns the memory, also when it is in the trash. Raises NotFound when it is another Locrit's."""
    memory = require(connection, memory_id)
    if memory.locrit_id != locrit_store.require(connection, owner_id, locrit_name).id:
        raise NotFound("This Locrit has no such memory.")
    return memory


def history(connection: Connection, memory_id: str) -> list[MemoryVersion]:
    """Returns the versions newest first; the first is what the memory says now."""
    now = require(connection, memory_id)
    current = MemoryVersion(
        rev=now.rev, content=now.content, importance=now.importance, tags=now.tags, created_at=now.updated_at
    )
    earlier = connection.execute(_VERSIONS, {"memory": memory_id})
    return [current, *(MemoryVersion.model_validate(row._asdict() | {"tags": json.loads(row.tags)}) for row in earlier)]


def version(connection: Connection, memory_id: str, rev: int) -> MemoryVersion:
    found = next((one for one in history(connection, memory_id) if one.rev == rev), None)
    if found is None:
        raise NotFound(f"This memory has no version {rev}.")
    return found


def add(tx: UnitOfWork, locrit_id: str, new: dict[str, Any], stamp: Stamp) -> Memory:
    """Adds a memory; `new` has content, importance, tags and metadata."""
    id_ = new_id()
    times = {"created_at": stamp.time, "updated_at": stamp.time}
    row = {"id": id_, "locrit_id": locrit_id, "pinned": False, "rev": 1} | times
    tx.write_now(insert(table), row | _columns(new))
    return _announce(tx, "memory.created", id_, stamp)


def revise(tx: UnitOfWork, current: Memory, change: Change, rev: int | None, stamp: Stamp) -> Memory:
    """Edits, deletes or restores. Raises Conflict for a stale `rev`, unless it is so already."""
    changed = transitions.changed("memory", current, change, rev)
    if changed is None:
        return current
    type_, fields = changed
    if type_ == "memory.updated":
        _keep_version(tx, current)
    return _change(tx, current, type_, fields, stamp)


def effect(memory_id: str, do: Callable[[UnitOfWork], Memory]) -> Effect[Memory]:
    """Makes the effect of an operation on a memory that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, memory_id))


def edited(fields: dict[str, Any]) -> Change:
    """What is None stays."""
    return transitions.edited("memory", {name: value for name, value in fields.items() if value is not None})


deleted = partial(transitions.deleted, "memory")
restored = transitions.restored("memory")


def delete_(tx: UnitOfWork, memory_id: str, stamp: Stamp) -> None:
    """Moves the memory to the trash, if it is not there."""
    memory = require(tx.connection, memory_id)
    if memory.deleted_at is None:
        _change(tx, memory, "memory.deleted", {"deleted_at": stamp.time}, stamp)


def forget(tx: UnitOfWork, memory_id: str, stamp: Stamp) -> Memory:
    """Destroys content, tags, versions and log of it."""
    memory = require(tx.connection, memory_id)
    if memory.forgotten_at is not None:
        return memory
    checksums.remove(tx, memory_versions, memory_versions.c.memory_id == memory_id)
    owner_id = _owner(tx, memory)
    scrubbing.scrub(tx, owner_id, user_scope(owner_id), "memory", memory_id)
    scrubbing.order(tx)
    blank = {"content": "", "importance": 0.0, "tags": [], "metadata": {}, "forgotten_at": stamp.time}
    fields = blank | {"deleted_at": memory.deleted_at or stamp.time}
    return _change(tx, memory, "memory.forgotten", fields, stamp)


def _keep_version(tx: UnitOfWork, old: Memory) -> None:
    row = {"memory_id": old.id, "rev": old.rev, "content": old.content, "importance": old.importance}
    tx.insert_later(memory_versions, row | {"tags": json.dumps(old.tags), "created_at": old.updated_at})


def _change(tx: UnitOfWork, old: Memory, type_: str, fields: dict[str, Any], stamp: Stamp) -> Memory:
    values = {"rev": old.rev + 1, "updated_at": stamp.time} | _columns(fields)
    unchanged = update(table).where(table.c.id == old.id, table.c.rev == old.rev)
    if not tx.write_now(unchanged.values(values)).rowcount:
        raise ConcurrentUpdate
    return _announce(tx, type_, old.id, stamp)


def _announce(tx: UnitOfWork, type_: str, memory_id: str, stamp: Stamp) -> Memory:
    memory = require(tx.connection, memory_id)
    events.record_for_user(tx, _owner(tx, memory), type_, memory_id, memory.rev, memory, stamp)
    return memory


def _owner(tx: UnitOfWork, memory: Memory) -> str:
    return locrit_store.owner_id_of(tx.connection, memory.locrit_id)


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name in _JSON_COLUMNS else value for name, value in fields.items()}
