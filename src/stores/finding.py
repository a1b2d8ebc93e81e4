"""Searching: the index names messages, newest first, which are asked themselves where it is not exact; of the newest
that are found, the best come first.

So a word that stands in half of all messages costs no more than a rare one: what is ranked has a bound.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from src.entities import Filters, FoundMessage, Mark, SearchHit
from src.models import conversations
from src.passages import passage, score
from src.query import Part, parse
from src.stores.expressions import LANGUAGES, days_before, days_until
from src.stores.search import conversation_token, locrit_token, newest, role_token, waiting
from src.words import fold

RANKED = 100
MOST_ASKED = 3_000
"""Messages that have every token of the query, asked whether they have them in its order."""
PAGES_GROW_BY = 4
SCORED_CHARS = 4_000
FEW_CONVERSATIONS = 200
MANY_MESSAGES, LARGEST = 500, 50

_MARKS: dict[Mark, str] = {
    "starred": "c.starred",
    "pinned": "c.pinned",
    "archived": "c.archived",
    "fork": "c.forked_from IS NOT NULL",
}
_CONDITIONS = {
    "locrit_id": "m.locrit_id = :locrit_id",
    "conversation_id": "m.conversation_id = :conversation_id",
    "role": "m.role = :role",
    "after": "m.created_at >= :after",
    "before": "m.created_at < :before",
}
_FOUND = """
    {named} SELECT m.row_id, m.id, m.role, m.content, m.created_at, m.conversation_id, m.seq, m.status, m.rev,
           c.session_id, c.title, c.forked_from, l.name AS locrit_name
    FROM {index} s CROSS JOIN messages m JOIN conversations c ON c.id = m.conversation_id
         JOIN locrits l ON l.id = c.locrit_id
    WHERE {conditions} ORDER BY {row_id} DESC LIMIT :count"""
_SHOWN = ["m.deleted_at IS NULL", "c.deleted_at IS NULL"]
_ROW_ID = {"sqlite": "s.rowid", "postgresql": "s.row_id"}
_NAMED = {"sqlite": "message_search MATCH :query", "postgresql": "s.content @@ CAST(:query AS tsquery)"}
_BOUNDS = {"below": "{} < :below", "above": "{} > :above"}
_FIRST = "WITH named AS MATERIALIZED (SELECT s.row_id FROM message_search s WHERE {conditions})"
"""On PostgreSQL, which cannot know how rare the words are together, and would look through everything for them."""
_WINDOWS: dict[str, tuple[int | None, ...]] = {"sqlite": (None,), "postgresql": (2_000, None)}
"""FTS5 gives the newest first by itself. GIN names all that match: words of every second message are met before."""
_LARGE_IN_TRASH = (
    select(conversations.c.id)
    .where(
        text("deleted_at IS NOT NULL AND forgotten_at IS NULL"),  # as literally as the index says it
        conversations.c.message_count > MANY_MESSAGES,
    )
    .order_by(conversations.c.message_count.desc())
    .limit(LARGEST)
)


@dataclass(frozen=True, slots=True)
class Found:
    """Whether more follow the hits; how many messages are not searched yet."""

    hits: list[FoundMessage]
    more: bool
    waiting: int


def remembered(connection: Connection, locrit_id: str, query: str, limit: int) -> list[SearchHit]:
    """Messages of a Locrit with every word of the query, best first."""
    parts = parse(query)
    rows = _best(connection, parts, Filters(locrit_id), limit) if parts else []
    return [SearchHit.model_validate(_hit(row, parts)) for row in rows]


def everywhere(connection: Connection, query: str, filters: Filters, limit: int) -> Found:
    """Messages of every Locrit with every word of the query that pass the filters, best first."""
    parts = parse(query)
    rows = _best(connection, parts, filters, limit + 1) if parts or filters != Filters() else []
    hits = [FoundMessage.model_validate(_hit(row, parts)) for row in rows[:limit]]
    return Found(hits, len(rows) > limit, waiting(connection)[0])


def _hit(row: Any, parts: Sequence[Part]) -> dict[str, Any]:
    names = {"message_id": row["id"], "timestamp": row["created_at"], "session_name": row["title"]}
    return {**row, **names, "snippet": passage(row["content"], parts)}


def _best(connection: Connection, parts: Sequence[Part], filters: Filters, limit: int) -> list[Any]:
    if not parts:
        return _newest(connection, parts, filters, limit)
    scored = [
        (score(row["content"][:SCORED_CHARS], parts), row["row_id"], row)
        for row in _newest(connection, parts, filters, max(RANKED, limit))
    ]
    return [row for *_, row in sorted(scored, key=lambda one: one[:2], reverse=True)][:limit]


def _newest(connection: Connection, parts: Sequence[Part], filters: Filters, count: int) -> list[Any]:
    query = _expression(connection, parts, filters)
    asked = [part.inside for part in parts if not part.is_exact]
    found: list[Any] = []
    for window in _WINDOWS[connection.dialect.name]:
        above = newest(connection) - window if window is not None else None
        found = _within(connection, query, asked, filters, above, count)
        if len(found) == count:
            break
    return found


def _within(
    connection: Connection, query: str, asked: Sequence[Any], filters: Filters, above: int | None, count: int
) -> list[Any]:
    found: list[Any] = []
    read, page, below = 0, count, None
    while len(found) < count and read < MOST_ASKED:
        rows = _page(connection, query, filters, {"above": above, "below": below}, page)
        found += [row for row in rows if _has(row["content"], asked)]
        if len(rows) < page:
            break
        read, below, page = read + page, rows[-1]["row_id"], page * PAGES_GROW_BY
    return found[:count]


def _has(content: str, patterns: Sequence[Any]) -> bool:
    if not patterns:
        return True
    folded = fold(content)
    return all(pattern.search(folded) for pattern in patterns)


def _page(
    connection: Connection, query: str, filters: Filters, between: dict[str, int | None], count: int
) -> list[Any]:
    dialect = connection.dialect.name
    row_id = _ROW_ID[dialect]
    bounds = {name: bound for name, bound in between.items() if bound is not None}
    named = [_NAMED[dialect], *(_BOUNDS[name].format(row_id) for name in bounds)]
    given = {name: value for name, value in asdict(filters).items() if value is not None}
    mark = given.pop("mark", None)
    conditions = [f"m.row_id = {row_id}", *_SHOWN, *(_CONDITIONS[name] for name in given)]
    if mark is not None:
        conditions.append(_MARKS[mark])
    is_apart = dialect == "postgresql" and "above" not in bounds
    sql = _FOUND.format(
        named=_FIRST.format(conditions=" AND ".join(named)) if is_apart else "",
        index="named" if is_apart else "message_search",
        conditions=" AND ".join(conditions if is_apart else named + conditions),
        row_id=row_id,
    )
    return list(connection.execute(text(sql), {**given, **bounds, "query": query, "count": count}).mappings())


def _expression(connection: Connection, parts: Sequence[Part], filters: Filters) -> str:
    """What can be is asked of the index, so that what is filtered out costs nothing."""
    any_of: list[list[str]] = []
    if filters.locrit_id is not None:
        any_of.append([locrit_token(filters.locrit_id)])
    if filters.conversation_id is not None:
        any_of.append([conversation_token(filters.conversation_id)])
    if filters.role is not None:
        any_of.append([role_token(filters.role)])
    if filters.before is not None:
        any_of.append(days_until(filters.before))
    if filters.mark is not None and (marked := _marked(connection, filters.mark)):
        any_of.append([conversation_token(id_) for id_ in marked])
    none_of = [conversation_token(id_) for id_ in connection.scalars(_LARGE_IN_TRASH)]
    if filters.after is not None:
        none_of += days_before(filters.after)
    language = LANGUAGES[connection.dialect.name]
    return language.expression([term for part in parts for term in part.terms], any_of, none_of)


def _marked(connection: Connection, mark: Mark) -> list[str]:
    """The conversations with this mark when they are few: many are met soon enough."""
    sql = f"SELECT c.id FROM conversations c WHERE {_MARKS[mark]} AND {_SHOWN[1]} LIMIT {FEW_CONVERSATIONS + 1}"  # noqa: S608
    ids = list(connection.scalars(text(sql)))
    return ids if len(ids) <= FEW_CONVERSATIONS else []
