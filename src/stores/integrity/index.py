"""The search index against what it was made from."""

from sqlalchemy import Connection, TextClause, func, select, text
from sqlalchemy.exc import DBAPIError

from src.models import messages
from src.stores import search
from src.stores.integrity.reading import ROWS_AT_ONCE, Names, Problems, reason
from src.stores.search import INDEXED_CHARS, without_accents
from src.stores.writer import Transaction

# What is not written any more, and does not wait to be indexed, is in the index as it is shown. What it is for the
# others is what it was for some version of them.
_PARTS = {
    "waits": "(m.status = 'streaming' OR m.id IN (SELECT entity_id FROM jobs WHERE kind = 'index'))",
    "shown": "CASE WHEN m.deleted_at IS NULL AND m.content <> '' THEN substr(m.content, 1, {chars}) END",
    "chars": INDEXED_CHARS,
}


def _sql(template: str) -> TextClause:
    return text(template.format(**_PARTS).format(**_PARTS)).execution_options(yield_per=ROWS_AT_ONCE)


_WRONG = {
    "sqlite": _sql("""
        SELECT m.id FROM messages m LEFT JOIN message_search s ON s.rowid = m.row_id
        WHERE CASE WHEN NOT {waits} THEN s.content IS NOT {shown}
              ELSE s.content IS NOT NULL AND s.content <> substr(m.content, 1, {chars}) AND s.content NOT IN
                   (SELECT substr(v.content, 1, {chars}) FROM message_versions v WHERE v.message_id = m.id) END"""),
    "postgresql": _sql("""
        SELECT m.id FROM messages m LEFT JOIN message_search s ON s.row_id = m.row_id
        WHERE NOT {waits} AND (s.row_id IS NOT NULL) <> ({shown} IS NOT NULL)"""),
}
_SHOWN_IN_POSTGRESQL = _sql("""
    SELECT m.row_id, m.id, {shown} AS shown FROM messages m JOIN message_search s ON s.row_id = m.row_id
    WHERE NOT {waits} AND {shown} IS NOT NULL""")
_OTHER_WORDS = text("""
    SELECT said.id FROM message_search s
        JOIN unnest(CAST(:rows AS bigint[]), CAST(:ids AS text[]), CAST(:texts AS text[])) AS said (row_id, id, shown)
        ON said.row_id = s.row_id
    WHERE s.content <> to_tsvector('simple', said.shown)""")
_OF_NOTHING = "FROM message_search WHERE rowid NOT IN (SELECT row_id FROM messages)"
_SETTINGS = text("SELECT k, v FROM message_search_config")
_FTS5_FORMAT = [("version", 4)]
_CHECK_WORDS = text("INSERT INTO message_search (message_search) VALUES ('integrity-check')")
_REBUILD = text("INSERT INTO message_search (message_search) VALUES ('rebuild')")


def index(connection: Connection) -> Problems:
    """Every message is found by what it says now."""
    names, wrong = Names(connection), _wrong_ids(connection)
    for id_ in wrong:
        yield f"{names.message(id_)} is not found as it should be."
    yield from [None] * ((connection.scalar(select(func.count()).select_from(messages)) or 0) - len(wrong))
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


def repair(tx: Transaction) -> list[str]:
    """What the index lacks, and what it has too much, is put right by the job table."""
    done = []
    if tx.connection.dialect.name == "sqlite":
        if any(words(tx.connection)):
            tx.change(_REBUILD)
            done.append("the search index is made anew")
        tx.change(text(f"DELETE {_OF_NOTHING}"))
    wrong = _wrong_ids(tx.connection)
    for id_ in wrong:
        search.order(tx, id_)
    return [*done, f"{len(wrong)} messages are searchable again"] if wrong else done


def _wrong_ids(connection: Connection) -> list[str]:
    wrong = list(connection.scalars(_WRONG[connection.dialect.name]))
    if connection.dialect.name == "postgresql":
        for part in connection.execute(_SHOWN_IN_POSTGRESQL).partitions():
            said = {
                "rows": [row.row_id for row in part],
                "ids": [row.id for row in part],
                "texts": [without_accents(row.shown) for row in part],
            }
            wrong += connection.scalars(_OTHER_WORDS, said)
    return wrong
