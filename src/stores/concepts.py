"""What people decided of concepts: a name, a type, a description, that two are one, that one is none. It stays when
what is counted is made anew; the words themselves are in `concept_index`."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from src.entities import Message
from src.entities.concepts import Concept
from src.errors import Conflict, NotFound
from src.events import user_scope
from src.models import concept_counts, concept_index, concept_mentions, message_versions, messages
from src.models import concepts as table
from src.operations import Stamp
from src.stores import concept_counters, events, scrubbing
from src.stores import locrits as locrit_store
from src.stores.concept_index import terms
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

FORGET = "forget concept"
BLANK = {"name": "", "type": "", "description": "", "origin": ""}

_BY_IDS = select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))
_OF_PLACE = (
    select(table)
    .where(table.c.locrit_id == bindparam("locrit"), table.c.owner_id == bindparam("owner"))
    .order_by(table.c.updated_at.desc(), table.c.id)
    .limit(bindparam("count"))
)
_SAID = (
    select(concept_counts.c.owner_id, concept_counts.c.locrit_id)
    .join(concept_index, concept_index.c.place == concept_counts.c.place)
    .where(concept_index.c.id.in_(bindparam("ids", expanding=True)))
)
_VERSIONS = select(message_versions.c.content).where(message_versions.c.message_id == bindparam("message"))
_THIS = select(messages.c.row_id).where(messages.c.id == bindparam("message")).scalar_subquery()
_root = concept_index.alias("root")
_SAID_BY_OTHERS = (
    select(concept_index.c.id, _root.c.id.label("root_id"))
    .outerjoin(_root, _root.c.number == concept_index.c.root)
    .where(
        or_(
            concept_index.c.id.in_(bindparam("ids", expanding=True)),
            concept_index.c.root.in_(
                select(concept_index.c.number).where(concept_index.c.id.in_(bindparam("ids", expanding=True)))
            ),
        ),
        select(concept_mentions.c.row_id)
        .where(concept_mentions.c.term == concept_index.c.number, concept_mentions.c.row_id != _THIS)
        .exists(),
    )
)


def entity(row: Row[Any]) -> Concept:
    return Concept.model_validate({name: row._mapping[name] for name in Concept.model_fields})


def find(connection: Connection, concept_id: str) -> Concept | None:
    row = connection.execute(_BY_IDS, {"ids": [concept_id]}).first()
    return entity(row) if row else None


def decided(connection: Connection, concept_id: str) -> Concept:
    """Raises NotFound when nothing was."""
    found = find(connection, concept_id)
    if found is None:
        raise NotFound("There is no such concept.")
    return found


def all_of(connection: Connection, owner_id: str, locrit_id: str, limit: int) -> list[Concept]:
    """Returns what was decided with this Locrit, the newest first, with what is left of what was forgotten."""
    key = {"owner": owner_id, "locrit": locrit_id, "count": limit}
    return [entity(row) for row in connection.execute(_OF_PLACE, key)]


def check_is(connection: Connection, owner_id: str, locrit_id: str, concept_id: str) -> None:
    """Raises NotFound for what was neither said with this Locrit nor decided of it."""
    for statement in (_SAID, _BY_IDS):
        row = connection.execute(statement, {"ids": [concept_id]}).first()
        if row is not None and (row.owner_id, row.locrit_id) == (owner_id, locrit_id):
            return
    raise NotFound("There is no such concept.")


def effect(concept_id: str, do: Callable[[UnitOfWork], Concept]) -> Effect[Concept]:
    """Makes the effect of an operation on a concept; a repeat is told what is decided of it now."""
    return Effect(do, lambda tx, _done: decided(tx.connection, concept_id))


def edit(
    tx: UnitOfWork, place: tuple[str, str], id_: str, fields: dict[str, Any], rev: int | None, stamp: Stamp
) -> Concept:
    """Sets name, type, description and whose that is; what is empty follows from what is said. Raises Conflict for a
    stale `rev`, unless it is so already; and for what is not there by itself."""
    check_is(tx.connection, *place, id_)
    current = find(tx.connection, id_)
    if current is not None and (current.merged_into or current.deleted_at):
        raise Conflict("This concept was deleted, or merged into another one.", current=current.wire())
    before = current.model_dump() if current else BLANK
    differing = {name: value for name, value in fields.items() if before[name] != value}
    if not differing and current is not None:
        return current
    if rev is not None and rev != (current.rev if current else 0):
        raise Conflict("This concept was changed in the meantime.", current=current.wire() if current else None)
    changed = _decide(tx, place, id_, current, "concept.updated", differing, stamp)
    concept_counters.refresh(tx, {id_})
    return changed


def merge(tx: UnitOfWork, place: tuple[str, str], id_: str, into: str, stamp: Stamp) -> Concept:
    """What says it says the other one, from now on too. Raises Conflict when that is not there by itself."""
    concept_counters.hold_place(tx, *place)  # two that are merged into each other at once would both be gone
    for one in (id_, into):
        check_is(tx.connection, *place, one)
    current, other = find(tx.connection, id_), find(tx.connection, into)
    if current is not None and current.merged_into == into:
        return current
    is_there = [one is None or not (one.merged_into or one.deleted_at) for one in (current, other)]
    if id_ == into or not all(is_there):
        raise Conflict("Only two concepts that are there can become one.", current=current.wire() if current else None)
    merged = _decide(tx, place, id_, current, "concept.updated", {"merged_into": into}, stamp)
    concept_counters.move(tx, id_)
    return merged


def delete(tx: UnitOfWork, place: tuple[str, str], id_: str, stamp: Stamp) -> Concept:
    """It is not shown, and not made again, whoever says it."""
    check_is(tx.connection, *place, id_)
    current = find(tx.connection, id_)
    if current is not None and current.deleted_at is not None:
        return current
    deleted = _decide(tx, place, id_, current, "concept.deleted", {"deleted_at": stamp.time}, stamp)
    concept_counters.refresh(tx, {id_})
    return deleted


def restore(tx: UnitOfWork, place: tuple[str, str], id_: str, stamp: Stamp) -> Concept:
    """It is there by itself again: neither deleted nor merged."""
    concept_counters.hold_place(tx, *place)
    check_is(tx.connection, *place, id_)
    current = decided(tx.connection, id_)
    if not (current.deleted_at or current.merged_into):
        return current
    was = concept_counters.roots_of(tx.connection, [id_])[id_]
    fields = {"deleted_at": None, "merged_into": None}
    restored = _decide(tx, place, id_, current, "concept.restored", fields, stamp)
    concept_counters.move(tx, was)
    concept_counters.refresh(tx, {id_})
    return restored


def forget(tx: UnitOfWork, id_: str, stamp: Stamp) -> Concept:
    """Destroys all words of it. That it was deleted or merged stays."""
    current = decided(tx.connection, id_)
    owner_id = _scrub(tx, id_)
    return _decide(tx, (owner_id, current.locrit_id), id_, current, "concept.forgotten", BLANK, stamp)


def accept(tx: UnitOfWork, owner_id: str, theirs: Sequence[Concept], stamp: Stamp) -> None:
    """What a browser uploads again: the newer revision counts, and of what was forgotten, what was decided after that.
    What is said may not be indexed yet. Raises NotFound for what is another place's."""
    for one in sorted(theirs, key=lambda each: each.merged_into is not None):  # what was taken apart goes first
        locrit = locrit_store.find_own(tx.connection, owner_id, one.locrit_id)
        if locrit is not None and locrit.forgotten_at is None:
            concept_counters.hold_place(tx, owner_id, one.locrit_id)
            _accept(tx, (owner_id, one.locrit_id), one, stamp)


def _accept(tx: UnitOfWork, place: tuple[str, str], theirs: Concept, stamp: Stamp) -> None:
    for id_ in filter(None, (theirs.id, theirs.merged_into)):
        if not _is_of(tx.connection, place, id_):
            raise NotFound("There is no such concept.")
    ours, id_ = find(tx.connection, theirs.id), theirs.id
    if (ours is not None and not _is_later(theirs, ours)) or _leads_to(tx.connection, theirs.merged_into, id_):
        return
    fields = theirs.model_dump(exclude={"id", "locrit_id"}) | {"rev": max(theirs.rev, ours.rev + 1 if ours else 1)}
    if theirs.forgotten_at is not None:
        fields |= BLANK
        if ours is not None:
            _scrub(tx, id_)
    was = concept_counters.roots_of(tx.connection, [id_])[id_]
    _decide(tx, place, id_, ours, "concept.forgotten" if theirs.forgotten_at else "concept.updated", fields, stamp)
    concept_counters.move(tx, was)
    concept_counters.refresh(tx, {id_})


def _is_of(connection: Connection, place: tuple[str, str], id_: str) -> bool:
    """Unless it is known to be of another place, which its id stands for."""
    rows = [connection.execute(statement, {"ids": [id_]}).first() for statement in (_SAID, _BY_IDS)]
    return all(row is None or (row.owner_id, row.locrit_id) == place for row in rows)


def _is_later(theirs: Concept, ours: Concept) -> bool:
    if theirs.forgotten_at is not None and ours.forgotten_at is None:
        return theirs.rev > ours.rev or theirs.forgotten_at >= ours.updated_at
    if ours.forgotten_at is not None and theirs.forgotten_at is None:
        return theirs.rev > ours.rev and theirs.updated_at > ours.forgotten_at
    return theirs.rev > ours.rev


def _leads_to(connection: Connection, from_: str | None, id_: str) -> bool:
    """Whether it is this one, or was merged into it, by however many others."""
    passed = set[str | None]()
    while from_ != id_ and from_ not in passed:
        passed.add(from_)
        into = find(connection, from_) if from_ else None
        from_ = into.merged_into if into else None
    return from_ == id_


def forget_said(tx: UnitOfWork, owner_id: str, locrit_id: str, message: Message, stamp: Stamp) -> None:
    """What was decided of concepts that no other message says goes with a message, and descriptions that a model made
    of it. Before its versions go."""
    contents = [message.content, *tx.query(_VERSIONS, {"message": message.message_id}).scalars()]
    ids = dict.fromkeys(term_id for content in contents for term_id, *_ in terms(owner_id, locrit_id, content))
    ids |= dict.fromkeys(concept_counters.roots_of(tx.connection, ids).values())
    rows = tx.query(_BY_IDS, {"ids": list(ids)}).all() if ids else ()
    rows = sorted(rows, key=lambda row: list(ids).index(row.id))
    said = _said_elsewhere(tx, [row.id for row in rows], message.message_id)
    for row in rows:
        one = entity(row)
        if row.id not in said:
            forget(tx, row.id, stamp)
        elif row.origin == "model":
            place = (_scrub(tx, row.id), row.locrit_id)
            _decide(tx, place, row.id, one, "concept.updated", {"description": "", "origin": ""}, stamp)
        concept_counters.refresh(tx, {row.id})


def _said_elsewhere(tx: UnitOfWork, ids: Collection[str], message_id: str) -> set[str]:
    """Which of these concepts another message says."""
    rows = tx.query(_SAID_BY_OTHERS, {"ids": list(ids), "message": message_id}).all() if ids else ()
    return {id_ for row in rows for id_ in (row.id, row.root_id)}


def _scrub(tx: UnitOfWork, id_: str) -> str:
    """Destroys what changes and operations told of it; returns whose it is."""
    owner_id = str(tx.query(select(table.c.owner_id).where(table.c.id == id_)).scalar_one())
    scrubbing.scrub(tx, owner_id, user_scope(owner_id), "concept", id_)
    scrubbing.order(tx)
    return owner_id


def _decide(
    tx: UnitOfWork,
    place: tuple[str, str],
    id_: str,
    old: Concept | None,
    type_: str,
    fields: dict[str, Any],
    stamp: Stamp,
) -> Concept:
    owner_id, locrit_id = place
    values = {"forgotten_at": stamp.time if type_ == "concept.forgotten" else None, "updated_at": stamp.time, **fields}
    if old is None:
        row = {"id": id_, "owner_id": owner_id, "locrit_id": locrit_id, "rev": 1, "created_at": stamp.time, **BLANK}
        tx.write_now(insert(table), row | values)
    else:
        as_read = update(table).where(table.c.id == id_, table.c.rev == old.rev)
        if not tx.write_now(as_read.values({"rev": old.rev + 1} | values)).rowcount:
            raise ConcurrentUpdate
    one = decided(tx.connection, id_)
    events.record_for_user(tx, owner_id, type_, id_, one.rev, one, stamp)
    return one
