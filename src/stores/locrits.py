"""Locrits in the database."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, or_, select, update

from src.entities import AccessTo, Entity, Locrit, OpenTo
from src.errors import Conflict, NotFound
from src.models import locrit_users, locrits, message_counts
from src.operations import Stamp
from src.stores import events
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

_MESSAGE_COUNT = (
    select(func.coalesce(func.sum(message_counts.c.messages), 0))
    .where(message_counts.c.locrit_id == locrits.c.id)
    .scalar_subquery()
    .label("message_count")
)
ALL = select(locrits, _MESSAGE_COUNT).order_by(locrits.c.created_at, locrits.c.id)
_ALIVE = ALL.where(locrits.c.deleted_at.is_(None))
_KEPT = ALL.where(locrits.c.forgotten_at.is_(None))
_OWNED = locrits.c.owner_id == bindparam("owner")
_BY_NAME = _ALIVE.where(_OWNED, locrits.c.name == bindparam("name"))
_ALIVE_BY_ID = _ALIVE.where(_OWNED, locrits.c.id == bindparam("id"))
_BY_ID = ALL.where(locrits.c.id == bindparam("id"))
_IN_TRASH = _KEPT.where(_OWNED, locrits.c.deleted_at.is_not(None)).order_by(None).order_by(locrits.c.deleted_at.desc())
_USER_KNOWN = select(locrit_users.c.user_id).where(
    locrit_users.c.locrit_id == bindparam("locrit"), locrit_users.c.user_id == bindparam("user")
)
_COUNT = (
    update(locrits)
    .where(locrits.c.id == bindparam("locrit"))
    .values(conversation_count=locrits.c.conversation_count + bindparam("conversations"))
)
SWITCHES: dict[str, type[Entity]] = {"open_to": OpenTo, "access_to": AccessTo}
JSON_COLUMNS = ("former_names", "options", "tools", "metadata", "open_to", "access_to")


def entity(row: Row[Any]) -> Locrit:
    fields = dict(row._mapping)
    fields |= {name: json.loads(fields[name]) for name in ("former_names", "options", "tools", "metadata")}
    fields["open_to"] = OpenTo.model_validate_json(row.open_to)
    fields["access_to"] = AccessTo.model_validate_json(row.access_to)
    return Locrit.model_validate(fields)


def all_(connection: Connection, owner_id: str, include_deleted: bool = False) -> list[Locrit]:
    """Returns them oldest first."""
    among = _KEPT if include_deleted else _ALIVE
    return [entity(row) for row in connection.execute(among.where(_OWNED), {"owner": owner_id})]


def find(connection: Connection, owner_id: str, name: str) -> Locrit | None:
    row = connection.execute(_BY_NAME, {"owner": owner_id, "name": name}).one_or_none()
    return entity(row) if row else None


def find_named(connection: Connection, owner_id: str, name: str) -> Locrit | None:
    """Finds the one of this name, else the one that had it before, else the one of this id, whatever it is called."""
    named = find(connection, owner_id, name) or next(iter(_formerly(connection, owner_id, _ALIVE, name)), None)
    if named is not None:
        return named
    row = connection.execute(_ALIVE_BY_ID, {"owner": owner_id, "id": name}).one_or_none()
    return entity(row) if row else None


def require(connection: Connection, owner_id: str, name: str) -> Locrit:
    """Returns what `find_named` finds. Raises NotFound for one of another person, too."""
    locrit = find_named(connection, owner_id, name)
    if locrit is None:
        raise NotFound(f"There is no Locrit named '{name[:100]}'.")
    return locrit


def _formerly(connection: Connection, owner_id: str, among: Select[Any], name: str) -> list[Locrit]:
    """Those that had this name before. The pattern only narrows: what matches is read and looked at."""
    pattern = locrits.c.former_names.contains(json.dumps(name), autoescape=True)
    found = [entity(row) for row in connection.execute(among.where(_OWNED, pattern), {"owner": owner_id})]
    return [locrit for locrit in found if name in locrit.former_names]


def by_id(connection: Connection, locrit_id: str) -> Locrit:
    return entity(connection.execute(_BY_ID, {"id": locrit_id}).one())


def find_by_id(connection: Connection, locrit_id: str) -> Locrit | None:
    row = connection.execute(_BY_ID, {"id": locrit_id}).one_or_none()
    return entity(row) if row else None


def find_own(connection: Connection, owner_id: str, locrit_id: str) -> Locrit | None:
    """Returns the one of this id, which a client chose; None while it is free. Raises Conflict when it is another
    person's."""
    locrit = find_by_id(connection, locrit_id)
    if locrit is not None and owner_id_of(connection, locrit_id) != owner_id:
        raise Conflict("This id stands for another Locrit.", hint="Choose another one.")
    return locrit


def find_deleted(connection: Connection, owner_id: str, name: str) -> Locrit | None:
    """Finds one in the trash, by id or name: of several the one deleted last; else one that had the name before."""
    called = _IN_TRASH.where(or_(locrits.c.name == name, locrits.c.id == name))
    named = connection.execute(called, {"owner": owner_id}).first()
    return entity(named) if named else next(iter(_formerly(connection, owner_id, _IN_TRASH, name)), None)


def require_deleted(connection: Connection, owner_id: str, name: str) -> str:
    """Returns the id of what `find_deleted` finds. Raises NotFound, and Conflict for one that is not in the trash."""
    deleted = find_deleted(connection, owner_id, name)
    if deleted is not None:
        return deleted.id
    if find(connection, owner_id, name) is not None:
        raise Conflict(f"{name[:100]} is not in the trash.", hint="Delete it first.")
    raise NotFound(f"There is no Locrit named '{name[:100]}' in the trash.")


def owner_id_of(connection: Connection, locrit_id: str) -> str:
    return str(connection.execute(select(locrits.c.owner_id).where(locrits.c.id == locrit_id)).scalar_one())


def effect(do: Callable[[UnitOfWork], Locrit]) -> Effect[Locrit]:
    """Makes the effect of an operation on a Locrit; a repeat is told what the Locrit is now."""
    return Effect(do, lambda tx, done: by_id(tx.connection, done["locrit_id"]), lambda locrit: {"locrit_id": locrit.id})


def columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Turns fields as a caller gives them into column values. Switches that are not given are as by default."""
    whole = {name: SWITCHES[name].model_validate(fields[name]).wire() for name in SWITCHES.keys() & fields.keys()}
    return {
        name: json.dumps(value) if name in JSON_COLUMNS else value for name, value in (dict(fields) | whole).items()
    }


def insert_(tx: UnitOfWork, locrit_id: str, owner_id: str, name: str, fields: dict[str, Any], stamp: Stamp) -> Locrit:
    row = {"open_to": OpenTo(), "access_to": AccessTo(), "options": {}} | fields
    tx.write_now(
        insert(locrits),
        {
            "id": locrit_id,
            "owner_id": owner_id,
            "name": name,
            "rev": 1,
            "created_at": stamp.time,
            "updated_at": stamp.time,
            **columns(row),
        },
    )
    locrit = announce(tx, owner_id, "locrit.created", locrit_id, stamp)
    _give_way(tx, owner_id, locrit, stamp)
    return locrit


def change(tx: UnitOfWork, owner_id: str, old: Locrit, type_: str, fields: dict[str, Any], stamp: Stamp) -> Locrit:
    values = {"rev": old.rev + 1, "updated_at": stamp.time} | columns(fields)
    unchanged = update(locrits).where(locrits.c.id == old.id, locrits.c.rev == old.rev)
    if not tx.write_now(unchanged.values(values)).rowcount:
        raise ConcurrentUpdate
    locrit = announce(tx, owner_id, type_, old.id, stamp)
    if fields.keys() & {"name", "deleted_at"}:
        _give_way(tx, owner_id, locrit, stamp)
    return locrit


def _give_way(tx: UnitOfWork, owner_id: str, taker: Locrit, stamp: Stamp) -> None:
    """A name leads to the one that took it last, and to no other any more."""
    if taker.deleted_at is not None:
        return
    for other in _formerly(tx.connection, owner_id, ALL, taker.name):
        left = [name for name in other.former_names if name != taker.name]
        change(tx, owner_id, other, "locrit.updated", {"former_names": left}, stamp)


def announce(tx: UnitOfWork, owner_id: str, type_: str, locrit_id: str, stamp: Stamp) -> Locrit:
    locrit = by_id(tx.connection, locrit_id)
    events.record_for_user(tx, owner_id, type_, locrit_id, locrit.rev, locrit, stamp)
    return locrit


def count_conversation(tx: UnitOfWork, locrit_id: str, client_label: str) -> None:
    """Counts a conversation that was opened, and a client that is new to this Locrit."""
    if tx.query(_USER_KNOWN, {"locrit": locrit_id, "user": client_label}).first() is None:
        tx.write_now(insert(locrit_users), {"locrit_id": locrit_id, "user_id": client_label})
    tx.write_now(_COUNT, {"locrit": locrit_id, "conversations": 1})


def uncount_conversations(tx: UnitOfWork, locrit_id: str, conversations: int) -> None:
    """Counts what went to the trash (negative: was restored)."""
    tx.write_now(_COUNT, {"locrit": locrit_id, "conversations": -conversations})
