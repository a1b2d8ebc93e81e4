"""Memories beside the conversations: like messages they have revisions, a trash, and can be forgotten."""

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from src.entities import Memory, MemorySource, MemoryVersion
from src.errors import Conflict, NotFound
from src.events import user_scope
from src.ids import new_id, now_ms
from src.models import memories as table
from src.models import memory_versions, recalled_memories
from src.operations import Stamp
from src.stores import checksums, events, scrubbing, transitions
from src.stores import locrits as locrit_store
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.transitions import Change
from src.stores.unit_of_work import UnitOfWork
from src.words import TOKEN, fold

FORGET = "forget memory"

_ALIVE = (table.c.locrit_id == bindparam("locrit"), table.c.deleted_at.is_(None))
_COUNTS = (*_ALIVE, ~table.c.suggested)
_STATES: dict[str, tuple[Any, ...]] = {
    "any": _ALIVE,
    "accepted": _COUNTS,
    "suggested": (*_ALIVE, table.c.suggested),
    "valid": (*_COUNTS, or_(table.c.valid_to.is_(None), table.c.valid_to > bindparam("now"))),
    "past": (*_COUNTS, table.c.valid_to <= bindparam("now")),
}
_PAGES = {
    state: select(table)
    .where(*where)
    .order_by(table.c.pinned.desc(), table.c.created_at.desc(), table.c.id.desc())
    .limit(bindparam("count"))
    for state, where in _STATES.items()
}
_EXTRACTED = select(table).where(
    table.c.locrit_id == bindparam("locrit"),
    table.c.origin == "extraction",
    table.c.forgotten_at.is_(None),
    func.replace(table.c.sources, bindparam("source"), "") != table.c.sources,
)
_OF_LOCRIT = select(table).where(table.c.locrit_id == bindparam("locrit"))
_BY_ID = select(table).where(table.c.id == bindparam("id"))
_VERSIONS = (
    select(memory_versions)
    .where(memory_versions.c.memory_id == bindparam("memory"))
    .order_by(memory_versions.c.rev.desc())
)
_JSON_COLUMNS = ("tags", "metadata", "sources")
_SAYS = ("content", "importance", "tags", "valid_from", "valid_to")
"""What is kept of an earlier version."""
_BLANK: dict[str, Any] = {
    "content": "",
    "importance": 0.0,
    "tags": [],
    "metadata": {},
    "valid_from": None,
    "valid_to": None,
    "sources": [],
    "suggested": False,
    "replaces": None,
}
STUB_BYTES = 8


def entity(row: Row[Any]) -> Memory:
    return Memory.model_validate(row._asdict() | {name: json.loads(row._mapping[name]) for name in _JSON_COLUMNS})


def page(connection: Connection, locrit_id: str, limit: int, state: str = "accepted") -> list[Memory]:
    """Returns the pinned ones first, then newest first. `state` is that of `Memory.state`, "accepted" for valid and
    past ones, or "any"."""
    key = {"locrit": locrit_id, "count": limit} | ({"now": now_ms()} if state in ("valid", "past") else {})
    return [entity(row) for row in connection.execute(_PAGES[state], key)]


def all_(connection: Connection) -> list[Memory]:
    """Returns them all, the deleted ones included."""
    return [entity(row) for row in connection.execute(select(table))]


def all_of(connection: Connection, locrit_id: str) -> list[Memory]:
    """Returns them all, those that were thrown away or forgotten included."""
    return [entity(row) for row in connection.execute(_OF_LOCRIT, {"locrit": locrit_id})]


def find(connection: Connection, memory_id: str) -> Memory | None:
    row = connection.execute(_BY_ID, {"id": memory_id}).one_or_none()
    return entity(row) if row else None


def require(connection: Connection, memory_id: str) -> Memory:
    memory = find(connection, memory_id)
    if memory is None:
        raise NotFound("There is no such memory.")
    return memory


def of_locrit(connection: Connection, owner_id: str, locrit_name: str, memory_id: str) -> Memory:
    """Returns the memory, also when it is in the trash. Raises NotFound when it is another Locrit's."""
    memory = require(connection, memory_id)
    if memory.locrit_id != locrit_store.require(connection, owner_id, locrit_name).id:
        raise NotFound("This Locrit has no such memory.")
    return memory


def history(connection: Connection, memory_id: str) -> list[MemoryVersion]:
    """Returns the versions newest first; the first is what the memory says now."""
    now = require(connection, memory_id)
    current = MemoryVersion(rev=now.rev, created_at=now.updated_at, **said_by(now))
    earlier = connection.execute(_VERSIONS, {"memory": memory_id})
    return [current, *(MemoryVersion.model_validate(row._asdict() | {"tags": json.loads(row.tags)}) for row in earlier)]


def version(connection: Connection, memory_id: str, rev: int) -> MemoryVersion:
    found = next((one for one in history(connection, memory_id) if one.rev == rev), None)
    if found is None:
        raise NotFound(f"This memory has no version {rev}.")
    return found


def said_by(one: Memory | MemoryVersion) -> dict[str, Any]:
    """What an edit may change and a version keeps."""
    return {name: getattr(one, name) for name in _SAYS}


def add(tx: UnitOfWork, locrit_id: str, new: dict[str, Any], stamp: Stamp) -> Memory:
    """Adds a memory; `new` has content, importance, tags and metadata, and whatever else it says. Raises Conflict for
    an `id` that stands for one that is there."""
    id_ = new.get("id") or new_id()
    if find(tx.connection, id_) is not None:
        raise Conflict("There is a memory with this id already.", hint="Choose another one.")
    times = {"created_at": stamp.time, "updated_at": stamp.time}
    row = _columns(new) | {"id": id_, "locrit_id": locrit_id, "pinned": False, "rev": 1} | times
    tx.write_now(insert(table), row)
    memory = _announce(tx, "memory.created", id_, stamp)
    _follow(tx, None, memory, stamp)
    return memory


def revise(tx: UnitOfWork, current: Memory, change: Change, rev: int | None, stamp: Stamp) -> Memory:
    """Edits, deletes or restores. Raises Conflict for a stale `rev`, unless it is so already."""
    changed = transitions.changed("memory", current, change, rev)
    if changed is None:
        return current
    type_, fields = changed
    if type_ == "memory.updated":
        _keep_version(tx, current)
    memory = _change(tx, current, type_, fields, stamp)
    _follow(tx, current, memory, stamp)
    return memory


def effect(memory_id: str, do: Callable[[UnitOfWork], Memory]) -> Effect[Memory]:
    """Makes the effect of an operation on a memory that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, memory_id))


def edited(fields: dict[str, Any]) -> Change:
    """What is None stays, but for dates, which are not known then."""
    dates = ("valid_from", "valid_to")
    return transitions.edited(
        "memory", {name: value for name, value in fields.items() if value is not None or name in dates}
    )


deleted = partial(transitions.deleted, "memory")
restored = transitions.restored("memory")


def delete_(tx: UnitOfWork, memory_id: str, stamp: Stamp) -> None:
    """Moves the memory to the trash, if it is not there."""
    memory = require(tx.connection, memory_id)
    if memory.deleted_at is None:
        revise(tx, memory, deleted(stamp.time), None, stamp)


def forget(tx: UnitOfWork, memory_id: str, stamp: Stamp, stub_digest: str | None = None) -> Memory:
    """Destroys content, tags, versions and log of it; what is left tells only whether the same is extracted again.
    `stub_digest` is what is left of it elsewhere, which had other versions."""
    memory = require(tx.connection, memory_id)
    if memory.forgotten_at is not None:
        return memory
    said = dict.fromkeys(digest(memory_id, version.content) for version in history(tx.connection, memory_id))
    said |= dict.fromkeys((stub_digest or "").split())
    checksums.remove(tx, memory_versions, memory_versions.c.memory_id == memory_id)
    checksums.remove(tx, recalled_memories, recalled_memories.c.memory_id == memory_id)
    owner_id = _owner(tx, memory)
    scrubbing.scrub(tx, owner_id, user_scope(owner_id), "memory", memory_id)
    scrubbing.order(tx)
    stub = {"stub_digest": " ".join(said), "forgotten_at": stamp.time}
    fields = _BLANK | stub | {"deleted_at": memory.deleted_at or stamp.time}
    forgotten = _change(tx, memory, "memory.forgotten", fields, stamp)
    _follow(tx, memory, memory.model_copy(update={"deleted_at": stamp.time}), stamp)
    return forgotten


def accept(tx: UnitOfWork, owner_id: str, theirs: Memory, stamp: Stamp) -> None:
    """What a browser uploads again: the newer revision counts, and what was forgotten stays so."""
    ours, row = find(tx.connection, theirs.id), dict(theirs) | (_BLANK if theirs.forgotten_at else {})
    locrit = locrit_store.find_own(tx.connection, owner_id, theirs.locrit_id)
    if locrit is None or locrit.forgotten_at is not None:
        return
    if ours is None:
        tx.write_now(insert(table), _columns(row))
        _announce(tx, "memory.created", theirs.id, stamp)
    elif ours.locrit_id == theirs.locrit_id and theirs.forgotten_at is not None:
        forget(tx, theirs.id, stamp, theirs.stub_digest)
    elif ours.locrit_id == theirs.locrit_id and ours.forgotten_at is None and theirs.rev > ours.rev:
        _keep_version(tx, ours)
        _change(tx, ours, "memory.updated", row, stamp)


def forget_source(tx: UnitOfWork, locrit_id: str, message_id: str, stamp: Stamp) -> None:
    """Forgets what was extracted from this message and from no other."""
    key = {"locrit": locrit_id, "source": json.dumps(message_id)}
    for row in tx.query(_EXTRACTED, key).all():
        memory = entity(row)
        others = [one for one in memory.sources if one.message_id != message_id]
        if not others:
            forget(tx, memory.id, stamp)
        elif len(others) < len(memory.sources):
            _change(tx, memory, "memory.updated", {"sources": others}, stamp)


def gain_sources(tx: UnitOfWork, memory: Memory, sources: list[MemorySource], stamp: Stamp) -> None:
    """It was said there, too."""
    new = [one for one in sources if one not in memory.sources]
    if new:
        _change(tx, memory, "memory.updated", {"sources": [*memory.sources, *new]}, stamp)


def normalised(content: str) -> str:
    """Its words in their order, however they are written: two memories with the same are one."""
    return " ".join(match[0] for match in TOKEN.finditer(fold(content)))


def digest(memory_id: str, content: str) -> str:
    """Of its words, in a way that differs from one memory to the next."""
    key = hashlib.blake2b(memory_id.encode(), digest_size=32).digest()
    return hashlib.blake2b(normalised(content).encode(), key=key, digest_size=STUB_BYTES).hexdigest()


def _follow(tx: UnitOfWork, before: Memory | None, now: Memory, stamp: Stamp) -> None:
    """The memory that this one replaces has ended while this one counts, and goes on when it does not."""
    if now.replaces is None or _counts(before) == _counts(now):
        return
    older, since = find(tx.connection, now.replaces), now.valid_from or now.created_at
    if older is None or older.locrit_id != now.locrit_id or older.forgotten_at is not None:
        return
    if older.valid_to != (None if _counts(now) else since):
        return
    _keep_version(tx, older)
    _change(tx, older, "memory.updated", {"valid_to": since if _counts(now) else None}, stamp)


def _counts(memory: Memory | None) -> bool:
    return memory is not None and memory.deleted_at is None and not memory.suggested


def _keep_version(tx: UnitOfWork, old: Memory) -> None:
    row = {"memory_id": old.id, "rev": old.rev, "created_at": old.updated_at}
    tx.insert_later(memory_versions, row | _columns(said_by(old)))


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
    return {name: _text(value) if name in _JSON_COLUMNS else value for name, value in fields.items()}


def _text(value: Any) -> str:
    return json.dumps(value, default=MemorySource.wire)
