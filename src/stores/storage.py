"""How much is stored, and how much room is left."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from src.models import activity, conversations, locrits, messages


@dataclass(frozen=True, slots=True)
class Usage:
    """Sizes are bytes; `free_bytes` is what is left on the disk, 0 where that is not ours to see. `trash` counts what
    the trash shows."""

    database: str
    database_bytes: int
    log_bytes: int
    free_bytes: int
    messages: int
    conversations: int
    trash: int


def usage(connection: Connection) -> Usage:
    alive = conversations.c.deleted_at.is_(None)
    kept = conversations.c.forgotten_at.is_(None)
    count = select(func.count()).select_from(conversations)
    thrown = (
        select(func.count())
        .select_from(messages.join(conversations, conversations.c.id == messages.c.conversation_id))
        .where(messages.c.deleted_at.is_not(None), messages.c.forgotten_at.is_(None), alive)
    )
    dismissed = select(func.count()).where(locrits.c.deleted_at.is_not(None))
    size, log, free = _sizes(connection)
    return Usage(
        database=connection.dialect.name,
        database_bytes=size,
        log_bytes=log,
        free_bytes=free,
        messages=int(connection.scalar(select(func.coalesce(func.sum(activity.c.messages), 0))) or 0),
        conversations=connection.scalar(count.where(alive)) or 0,
        trash=sum(connection.scalar(one) or 0 for one in (count.where(~alive, kept), thrown, dismissed)),
    )


def _sizes(connection: Connection) -> tuple[int, int, int]:
    if connection.dialect.name != "sqlite":
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0), 0, 0
    file = Path(str(connection.engine.url.database))
    log = file.with_name(file.name + "-wal")
    return file.stat().st_size, log.stat().st_size if log.exists() else 0, shutil.disk_usage(file.parent).free
