"""Lists of artifacts, page by page, what changed last first, without the trash and what is part of what is there."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, tuple_

from src.entities import ListedArtifact
from src.entities.artifacts import ArtifactFacts
from src.models import artifacts as table
from src.models import conversations, locrits, messages
from src.stores.listing import NAMES_PER_PAGE, decode, encode
from src.words import fold

_PLACED = (
    table.join(conversations, conversations.c.id == table.c.conversation_id)
    .join(locrits, locrits.c.id == conversations.c.locrit_id)
    .join(messages, messages.c.id == table.c.message_id, isouter=True)
)
_ARE_THERE = [each.c.deleted_at.is_(None) for each in (table, conversations, locrits, messages)]
_LISTED = (
    select(
        *(table.c[name] for name in ArtifactFacts.model_fields),
        func.length(table.c.content).label("chars"),
        conversations.c.title.label("conversation_title"),
    )
    .select_from(_PLACED)
    .where(*_ARE_THERE)
)
_NAMES = select(table.c.id, table.c.name, table.c.updated_at).select_from(_PLACED).where(*_ARE_THERE)


def of_locrit(
    connection: Connection, locrit_id: str, query: str | None, cursor: str | None, limit: int
) -> tuple[list[ListedArtifact], str | None]:
    """Returns a page and the cursor of the next one; with a query, of those with every word of it in their name."""
    return _page(connection, table.c.locrit_id == locrit_id, query, cursor, limit)


def of_conversation(
    connection: Connection, conversation_id: str, cursor: str | None, limit: int
) -> tuple[list[ListedArtifact], str | None]:
    return _page(connection, table.c.conversation_id == conversation_id, None, cursor, limit)


def _page(
    connection: Connection, where: ColumnElement[bool], query: str | None, cursor: str | None, limit: int
) -> tuple[list[ListedArtifact], str | None]:
    words = fold(query or "").split()
    most = NAMES_PER_PAGE if words else limit + 1
    names = connection.execute(_after(_NAMES.where(where), cursor).limit(most)).all()
    found = [row for row in names if all(word in fold(row.name) for word in words)]
    end = found[limit - 1 : limit] if len(found) > limit else names[most - 1 :]
    return _whole(connection, found[:limit]), encode(end[0].updated_at, end[0].id) if end else None


def _whole(connection: Connection, found: list[Row[Any]]) -> list[ListedArtifact]:
    ids = [row.id for row in found]
    rows = {row.id: row for row in connection.execute(_LISTED.where(table.c.id.in_(ids)))}
    return [ListedArtifact.model_validate(rows[id_]._asdict()) for id_ in ids if id_ in rows]


def _after(statement: Select[Any], cursor: str | None) -> Select[Any]:
    key = (table.c.updated_at, table.c.id)
    if cursor:
        statement = statement.where(tuple_(*key) < tuple_(*decode(cursor, str)))
    return statement.order_by(key[0].desc(), key[1].desc())
