"""What is set for the server as a whole, in the database: one row, once anything was."""

import json
from typing import Any

from sqlalchemy import Connection, insert, select, update

from src.entities import ServerSettings
from src.entities.server import THE_SERVER
from src.models import server_settings as table
from src.models import users
from src.operations import Stamp
from src.stores import events
from src.stores.engines import ConcurrentUpdate
from src.stores.unit_of_work import UnitOfWork

_THE_ROW = select(table).where(table.c.id == THE_SERVER)


def read(connection: Connection) -> ServerSettings:
    row = connection.execute(_THE_ROW).one_or_none()
    return ServerSettings(**{**row._mapping, "options": json.loads(row.options)}) if row else ServerSettings()


def columns(changes: dict[str, Any]) -> dict[str, Any]:
    """Turns fields as a caller gives them into column values."""
    return {name: json.dumps(value) if name == "options" else value for name, value in changes.items()}


def change(tx: UnitOfWork, old: ServerSettings, changes: dict[str, Any], stamp: Stamp) -> ServerSettings:
    """Everyone is told."""
    values = columns(changes) | {"rev": old.rev + 1, "updated_at": stamp.time}
    if not old.rev:
        tx.write_now(insert(table), {"id": old.id, "created_at": stamp.time, **values})
    elif not tx.write_now(update(table).where(table.c.id == old.id, table.c.rev == old.rev).values(values)).rowcount:
        raise ConcurrentUpdate
    settings = read(tx.connection)
    for user_id in tx.query(select(users.c.id)).scalars().all():
        events.record_for_user(tx, user_id, "server_settings.updated", settings.id, settings.rev, settings, stamp)
    return settings
