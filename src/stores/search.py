"""Full-text search over messages: FTS5 on SQLite, a text-search vector on PostgreSQL. Filled from the job table."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, func, select, text

from src.entities import FoundMessage, SearchHit
from src.models import jobs, messages
from src.stores.prepared import Prepared
from src.stores.writer import Transaction

Mark = Literal["starred", "pinned", "archived", "fork"]
JOBS_PER_BATCH = 200
MAX_WORDS = 32
"""Of a query: databases refuse expressions that are too deep."""
INDEXED_CHARS = 200_000
"""Of a message: PostgreSQL refuses to index more than a megabyte."""

_PENDING = Prepared(
    select(
        jobs.c.row_id.label("job"),
        messages.c.row_id,
        func.substr(messages.c.content, 1, INDEXED_CHARS).label("content"),
        messages.c.deleted_at,
    )
    .join(messages, messages.c.id == jobs.c.entity_id)
    .where(jobs.c.kind == "index")
    .order_by(jobs.c.row_id)
    .limit(JOBS_PER_BATCH)
)
_ROW_ID = Prepared(select(messages.c.row_id).where(messages.c.id == bindparam("id")))
_DONE = Prepared(delete(jobs).where(jobs.c.row_id == bindparam("job")))
_SQL: dict[str, dict[str, Any]] = {
    "sqlite": {
        "remove": text("DELETE FROM message_search WHERE rowid = :row_id"),
        "add": text("INSERT INTO message_search (rowid, content) VALUES (:row_id, :content)"),
        "search": """
            SELECT m.id, m.role, m.content, m.created_at, m.conversation_id, m.seq, m.status, m.rev,
                   c.session_id, c.title, c.forked_from, l.name AS locrit_name,
                   snippet(message_search, 0, char(2), char(3), '…', 24) AS snippet
            FROM message_search s JOIN messages m ON m.row_id = s.rowid JOIN conversations c ON c.id = m.conversation_id
                 JOIN locrits l ON l.id = m.locrit_id
            WHERE message_search MATCH :query AND {filters}
            ORDER BY bm25(message_search), m.row_id DESC LIMIT :count""",
    },
    "postgresql": {
        "remove": text("DELETE FROM message_search WHERE row_id = :row_id"),
        "add": text("INSERT INTO message_search (row_id, content) VALUES (:row_id, to_tsvector('simple', :content))"),
        "search": """
            SELECT m.id, m.role, m.content, m.created_at, m.conversation_id, m.seq, m.status, m.rev,
                   c.session_id, c.title, c.forked_from, l.name AS locrit_name,
                   ts_headline('simple', m.content, q.query,
                'StartSel=' || chr(2) || ', StopSel=' || chr(3) || ', MaxWords=24, MinWords=12') AS snippet
            FROM message_search s JOIN messages m ON m.row_id = s.row_id
                 JOIN conversations c ON c.id = m.conversation_id JOIN locrits l ON l.id = m.locrit_id,
                 to_tsquery('simple', :query) AS q (query)
            WHERE s.content @@ q.query AND {filters}
            ORDER BY ts_rank(s.content, q.query) DESC, m.row_id DESC LIMIT :count""",
    },
}
_ACCENTS = re.compile("[\u0300-\u036f]")
_CHANGE = {dialect: (Prepared(sql["remove"]), Prepared(sql["add"])) for dialect, sql in _SQL.items()}
_SQLITE_WORD, _POSTGRESQL_WORD = '"{}"*', "'{}':*"


_FILTERS = {
    "locrit": "m.locrit_id = :locrit",
    "role": "m.role = :role",
    "after": "m.created_at >= :after",
    "before": "m.created_at < :before",
}
_MARKS: dict[Mark, str] = {
    "starred": "c.starred",
    "pinned": "c.pinned",
    "archived": "c.archived",
    "fork": "c.forked_from IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What else a message must be: said to this Locrit, by whom, from a moment on, until before another, in a
    conversation with this mark."""

    locrit: str | None = None
    role: str | None = None
    after: int | None = None
    before: int | None = None
    mark: Mark | None = None


def order(tx: Transaction, message_id: str) -> None:
    """Have the index learn what the message says now."""
    tx.append(jobs, {"kind": "index", "entity_id": message_id})


def index_pending(tx: Transaction) -> int:
    """Bring the index up to date with up to JOBS_PER_BATCH messages; returns how many jobs were done."""
    pending = _PENDING.all(tx.connection, {})
    if pending:
        remove, add = _CHANGE[tx.connection.dialect.name]
        indexed = without_accents if tx.connection.dialect.name == "postgresql" else str
        texts = {job.row_id: indexed(job.content) if job.deleted_at is None else "" for job in pending}
        tx.run_many(remove, [{"row_id": row_id} for row_id in texts])
        tx.run_many(add, [{"row_id": row_id, "content": text} for row_id, text in texts.items() if text])
        tx.run_many(_DONE, [{"job": job.job} for job in pending])
    return len(pending)


def remove(tx: Transaction, message_id: str) -> None:
    [row] = _ROW_ID.all(tx.connection, {"id": message_id})
    tx.run(_CHANGE[tx.connection.dialect.name][0], {"row_id": row.row_id})


def find(connection: Connection, locrit_id: str, query: str, limit: int) -> list[SearchHit]:
    """Messages with every word of the query (of its first MAX_WORDS), words as prefixes; best first, then newest."""
    return [SearchHit.model_validate(_hit(row)) for row in _rows(connection, query, Filters(locrit_id), limit)]


def find_everywhere(
    connection: Connection, query: str, filters: Filters, limit: int
) -> tuple[list[FoundMessage], bool]:
    """The same in every Locrit; whether more follow."""
    rows = _rows(connection, query, filters, limit + 1)
    hits = [FoundMessage.model_validate({**_hit(row), "message_id": row["id"]}) for row in rows[:limit]]
    return hits, len(rows) > limit


def _rows(connection: Connection, query: str, filters: Filters, limit: int) -> list[Any]:
    words = re.findall(r"\w+", without_accents(query))[:MAX_WORDS]
    if not words:
        return []
    given = {name: value for name, value in asdict(filters).items() if value is not None}
    conditions = ["m.deleted_at IS NULL", "c.deleted_at IS NULL", *(_FILTERS[n] for n in given if n != "mark")]
    if filters.mark:
        conditions.append(_MARKS[filters.mark])
    sql = _SQL[connection.dialect.name]["search"].format(filters=" AND ".join(conditions))
    parameters = {**given, "query": _expression(connection, words), "count": limit}
    return list(connection.execute(text(sql), parameters).mappings())


def _expression(connection: Connection, words: list[str]) -> str:
    if connection.dialect.name == "sqlite":
        return " ".join(_SQLITE_WORD.format(word) for word in words)
    return " & ".join(_POSTGRESQL_WORD.format(word) for word in words)


def without_accents(text: str) -> str:
    """SQLite's index ignores them by itself, and PostgreSQL's shall find the same."""
    decomposed = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


def _hit(row: Any) -> dict[str, Any]:
    return {**row, "timestamp": row["created_at"], "session_name": row["title"]}
