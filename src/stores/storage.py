"""How much is stored, and how much room is left."""

import shutil
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, select, text

from src.entities import StorageUsage
from src.models import conversations, locrits, message_counts
from src.stores import search, trash

_MESSAGES = (
    select(func.sum(message_counts.c.messages))
    .join(locrits, locrits.c.id == message_counts.c.locrit_id)
    .where(locrits.c.deleted_at.is_(None), locrits.c.owner_id == bindparam("owner"))
)
_CONVERSATIONS = (
    select(func.count())
    .select_from(conversations.join(locrits, locrits.c.id == conversations.c.locrit_id))
    .where(
        conversations.c.deleted_at.is_(None),
        locrits.c.deleted_at.is_(None),
        conversations.c.owner_id == bindparam("owner"),
    )
)


def usage(connection: Connection, owner_id: str) -> StorageUsage:
    owner = {"owner": owner_id}
    size, log, free = _sizes(connection)
    return StorageUsage(
        database=connection.dialect.name,
        database_bytes=size,
        log_bytes=log,
        free_bytes=free,
        messages=connection.scalar(_MESSAGES, owner) or 0,
        conversations=connection.scalar(_CONVERSATIONS, owner) or 0,
        trash=trash.size(connection, owner_id),
        waiting=search.waiting(connection)[0],
    )


def _sizes(connection: Connection) -> tuple[int, int, int]:
    if connection.dialect.name != "sqlite":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0), 0, 0
    file = Path(str(connection.engine.url.database))
    log = file.with_name(file.name + "-wal")
    return file.stat().st_size, log.stat().st_size if log.exists() else 0, shutil.disk_usage(file.parent).free
