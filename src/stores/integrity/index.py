"""The search index against what it was made from."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from src.models import message_versions, messages, recall_index
from src.stores import recall_index as recall_store
from src.stores import search
from src.stores.file_texts import Said, said_in
from src.stores.integrity.reading import ROWS_AT_ONCE, Names, Problems, Repair, reason
from src.stores.unit_of_work import UnitOfWork

TOGETHER = 50

_INDEXED = {
    "sqlite": "s.content AS indexed, s.place, r.units FROM messages m LEFT JOIN message_search s ON s.rowid = m.row_id",
    "postgresql": "tsvector_to_array(s.content) AS indexed, r.units"
    " FROM messages m LEFT JOIN message_search s ON s.row_id = m.row_id",
}
_WAITS = """(m.status = 'streaming' OR m.id IN (SELECT entity_id FROM jobs WHERE kind = 'index')
             OR EXISTS (SELECT 1 FROM jobs WHERE kind = 'reindex' AND (position = 0 OR m.row_id < position)))"""
_UNITS = "LEFT JOIN recall_index r ON r.row_id = m.row_id"
_ROWS = {
    dialect: text(f"SELECT m.*, {_WAITS} AS waits, {indexed} {_UNITS}").execution_options(yield_per=ROWS_AT_ONCE)
    for dialect, indexed in _INDEXED.items()
}
_OF_NOTHING = "FROM message_search WHERE rowid NOT IN (SELECT row_id FROM messages)"
_REMOVE = text(f"DELETE {_OF_NOTHING} AND rowid = :row_id")
_RECALLED_OF_NOTHING = select(recall_index.c.row_id).where(recall_index.c.row_id.not_in(select(messages.c.row_id)))
_SETTINGS = text("SELECT k, v FROM message_search_config")
_FTS5_FORMAT = [("version", 4)]
_CHECK_WORDS = text("INSERT INTO message_search (message_search) VALUES ('integrity-check')")
_REBUILD = text("INSERT INTO message_search (message_search) VALUES ('rebuild')")


def index(connection: Connection) -> Problems:
    """Every message is found by what it says now."""
    names = Names(connection)
    for id_, is_right in _messages(connection):
        yield None if is_right else f"{names.message(id_)} is not found as it should be."
    for (row_id,) in connection.execute(_RECALLED_OF_NOTHING):
        yield f"Row {row_id}, which is no message, may be recalled."
    if connection.dialect.name == "sqlite":
        for (row_id,) in connection.execute(text(f"SELECT rowid {_OF_NOTHING}")):
            yield f"The search index has row {row_id}, which is no message."
        settings = [tuple(row) for row in connection.execute(_SETTINGS)]
        if settings != _FTS5_FORMAT:
            yield f"The search index has other settings: {settings}."


def words(connection: Connection) -> Problems:
    """The index's own pages are what its texts make them. Writes, in SQLite's eyes: not for a database in use."""
    try:
        connection.execute(_CHECK_WORDS)
        yield None
    except DBAPIError as error:
        yield f"The pages of the search index are damaged: {reason(error)}."


def repairs(connection: Connection) -> Iterator[Repair]:
    """What the index lacks is put right by the job table, what it has too much is removed."""
    if connection.dialect.name == "sqlite":
        yield Repair("", _rebuild_words)
        for (row_id,) in connection.execute(text(f"SELECT rowid {_OF_NOTHING}")).all():
            yield Repair(f"row {row_id} of the search index is gone", partial(_remove, row_id))
    for (row_id,) in connection.execute(_RECALLED_OF_NOTHING).all():
        yield Repair(f"row {row_id} is not recalled any more", partial(_remove_recalled, row_id))
    wrong = [id_ for id_, is_right in _messages(connection) if not is_right]
    for at in range(0, len(wrong), TOGETHER):
        some = wrong[at : at + TOGETHER]
        yield Repair(f"{len(some)} messages are searchable again", partial(_index, some))


def _rebuild_words(tx: UnitOfWork) -> None:
    """All at once: there are no steps of it."""
    if any(words(tx.connection)):
        tx.write_now(_REBUILD)


def _remove(row_id: int, tx: UnitOfWork) -> None:
    tx.write_now(_REMOVE, {"row_id": row_id})


def _remove_recalled(row_id: int, tx: UnitOfWork) -> None:
    recall_store.remove(tx, row_id)


def _index(message_ids: Sequence[str], tx: UnitOfWork) -> None:
    for id_ in message_ids:
        search.order(tx, id_)


def _messages(connection: Connection) -> Iterator[tuple[Any, bool]]:
    """Each one's id, and whether the index is right. What is not written any more, and does not wait to be indexed, is
    in the index as it is shown; what waits, as some version of it was, or not at all."""
    with connection.execute(_ROWS[connection.dialect.name]) as rows:
        for row in rows:
            [said] = said_in(connection, [row])
            is_recalled = row.units == recall_store.units_of(row)
            is_right = is_recalled and _same(connection, row, search.indexed(row, said))
            yield row.id, is_right or (bool(row.waits) and _was(connection, row))


def _same(connection: Connection, row: Any, wanted: search.Indexed | None) -> bool:
    if wanted is None or row.indexed is None:
        return wanted is None and row.indexed is None
    if connection.dialect.name == "sqlite":
        return (row.indexed, row.place) == wanted
    return set(row.indexed) == {*wanted.words.split(), *wanted.place.split()}


def _was(connection: Connection, row: Any) -> bool:
    if row.indexed is None:
        return True
    of_it = select(message_versions.c.content, message_versions.c.parts)
    versions = [row, *connection.execute(of_it.where(message_versions.c.message_id == row.id))]
    said = said_in(connection, versions)
    before = [Said(one.content) for one in said]  # when files were not searched, or not there
    shown = _Shown(row)
    return any(_same(connection, row, search.indexed(shown, one)) for one in [*said, *before])


class _Shown:
    """A message as it would be indexed, if it was not in the trash."""

    def __init__(self, row: Any) -> None:
        self.locrit_id, self.conversation_id, self.role = row.locrit_id, row.conversation_id, row.role
        self.created_at, self.deleted_at = row.created_at, None
