"""The people whose things these are."""

from sqlalchemy import Connection, select

from src.errors import InvalidInput
from src.models import users
from src.stores.unit_of_work import UnitOfWork


def add(tx: UnitOfWork, user_id: str, now: int) -> bool:
    """Whether this person is new."""
    if tx.query(select(users.c.id).where(users.c.id == user_id)).first() is not None:
        return False
    tx.insert_later(users, {"id": user_id, "created_at": now})
    return True


def only(connection: Connection) -> str:
    """The id of the one person that there is. Raises InvalidInput when there is none, or more."""
    found = connection.scalars(select(users.c.id).limit(2)).all()
    if len(found) != 1:
        raise InvalidInput(f"This database has {'several people' if found else 'nobody yet'}.", hint="Name one.")
    return str(found[0])
