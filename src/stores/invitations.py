"""Invitations in the database: a digest of what is in the link, so that whoever reads it is not invited by that."""

import hashlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from src.entities import VISITOR, Invitation
from src.errors import Conflict, NotFound
from src.ids import new_id
from src.models import invitations as table
from src.operations import Stamp
from src.stores import checksums, scrubbing
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

_OF_LOCRIT = select(table).where(table.c.locrit_id == bindparam("locrit")).order_by(table.c.id.desc())
_BY_ID = select(table).where(table.c.id == bindparam("id"))
_BY_DIGEST = select(table).where(table.c.digest == bindparam("digest"))
_BY_BEGINNING = select(table.c.label).where(table.c.digest.startswith(bindparam("beginning")))


def told(invitation: Invitation) -> dict[str, str]:
    return {"id": invitation.id}


def effect(do: Callable[[UnitOfWork], Invitation]) -> Effect[Invitation]:
    """Makes the effect of an operation on an invitation; a repeat is told what it is now."""
    return Effect(do, lambda tx, done: require(tx.connection, done["id"]), told)


def add(tx: UnitOfWork, locrit_id: str, label: str, token: str, stamp: Stamp) -> Invitation:
    if find(tx.connection, token) is not None:
        raise Conflict("This token opens something already.", hint="Choose another one.")
    row = {"id": new_id(), "locrit_id": locrit_id, "label": label, "created_at": stamp.time, "revoked_at": None}
    tx.insert_later(table, row | {"digest": _digest(token)})
    return Invitation(**row, token=token)


def of_locrit(connection: Connection, locrit_id: str) -> list[Invitation]:
    """Returns them newest first."""
    return [_entity(row) for row in connection.execute(_OF_LOCRIT, {"locrit": locrit_id})]


def require(connection: Connection, id_: str, locrit_id: str | None = None) -> Invitation:
    """Raises NotFound for one to another Locrit, too."""
    row = connection.execute(_BY_ID, {"id": id_}).one_or_none()
    if row is None or locrit_id not in (None, row.locrit_id):
        raise NotFound("There is no such invitation.")
    return _entity(row)


def find(connection: Connection, token: str) -> Invitation | None:
    row = connection.execute(_BY_DIGEST, {"digest": _digest(token)}).one_or_none()
    return _entity(row) if row else None


def guest_of(connection: Connection, client_label: str) -> str:
    """Returns for whom the invitation is whose guest has this label, as `backend.auth` makes it: the beginning of the
    digest. Empty for everyone else."""
    if not client_label.startswith(VISITOR):
        return ""
    beginning = client_label.removeprefix(VISITOR)
    return connection.execute(_BY_BEGINNING, {"beginning": beginning}).scalars().first() or ""


def revoke(tx: UnitOfWork, invitation: Invitation, stamp: Stamp) -> Invitation:
    """One that was revoked before stays as it is."""
    if invitation.revoked_at is not None:
        return invitation
    checksums.change(tx, table, {"revoked_at": stamp.time}, table.c.id == invitation.id)
    return require(tx.connection, invitation.id)


def forget(tx: UnitOfWork, owner_id: str, locrit_id: str) -> None:
    """With what the operations tell of them: no event leads there."""
    scrubbing.scrub_operations(tx, owner_id, [told(one) for one in of_locrit(tx.connection, locrit_id)])
    checksums.remove(tx, table, table.c.locrit_id == locrit_id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _entity(row: Row[Any]) -> Invitation:
    return Invitation.model_validate(row._asdict())
