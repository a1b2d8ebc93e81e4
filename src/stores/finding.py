"""Searching: the index names messages, newest first, which are asked themselves where it is not exact; of the newest
that are found, the best come first.

So a word that stands in half of all messages costs no more than a rare one: what is ranked has a bound.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from src.entities import Filters, Found, FoundMessage, Mark, RecalledHit, SearchCursor
from src.entities.conversations import visitor_of
from src.models import conversations
from src.passages import passage, score
from src.query import Part, Term, parse
from src.stores import filing
from src.stores.file_texts import Said, said_in
from src.stores.naming import TOP, Wanted, named
from src.stores.search import waiting
from src.words import fold

RANKED = 100
MOST_LOOKED_AT, PAGES_GROW_BY = 600, 10
"""Messages that have every token of the query, asked whether they have them in its order. The next search goes on."""
CHARS_AS_ONE = 1_000
"""Of a long message each thousand takes as long as another message."""
DAY_MS = 86_400_000
DAYS_BEFORE = (1, 7, 31, 366)
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
    "owner_id": "c.owner_id = :owner_id",
    "model": "m.model = :model",
}
_SHOWN = ["m.deleted_at IS NULL", "c.deleted_at IS NULL"]
_OF_THESE = {
    "sqlite": "m.row_id IN (SELECT value FROM json_each(:row_ids))",
    "postgresql": "m.row_id = ANY(CAST(translate(:row_ids, '[]', '{}') AS bigint[]))",
}
_SAID = """
    SELECT m.row_id, m.content, m.parts, m.created_at FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE {} ORDER BY m.row_id DESC"""
_WHERE = """
    SELECT m.row_id, m.id, m.role, m.created_at, m.conversation_id, m.seq, m.status, m.rev,
           c.session_id, c.title, c.forked_from, c.user_id, c.metadata, l.name AS locrit_name
    FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN locrits l ON l.id = c.locrit_id WHERE {}"""
_LARGE_IN_TRASH = (
    select(conversations.c.id)
    .where(
        text("deleted_at IS NOT NULL AND forgotten_at IS NULL"),  # as literally as the index says it
        conversations.c.message_count > MANY_MESSAGES,
    )
    .order_by(conversations.c.message_count.desc())
    .limit(LARGEST)
)


class _Found(NamedTuple):
    row_id: int
    said: Said


def recalled(connection: Connection, locrit_id: str, query: str, limit: int) -> list[RecalledHit]:
    """Messages of a Locrit with every word of the query, best first."""
    parts = parse(query)
    said = _newest(connection, parts, Filters(locrit_id), max(RANKED, limit), SearchCursor())[0] if parts else []
    return [RecalledHit.model_validate(hit) for hit in _hits(connection, _best(said, parts)[:limit], parts)]


def everywhere(connection: Connection, query: str, filters: Filters, limit: int, place: SearchCursor) -> Found:
    """Messages with every word of the query that pass the filters, best first."""
    parts = parse(query)
    if not parts and filters == Filters(owner_id=filters.owner_id):
        return Found([], False, waiting(connection)[0])
    said, goes_on = _newest(connection, parts, filters, max(RANKED, limit) if parts else limit, place)
    best = _best(said, parts)
    hits = [FoundMessage.model_validate(hit) for hit in _hits(connection, best[:limit], parts)]
    return Found(hits, goes_on is not None or len(best) > limit, waiting(connection)[0], goes_on)


def _best(said: Sequence[_Found], parts: Sequence[Part]) -> list[_Found]:
    """As they are, the newest first, when there are no words."""
    if not parts:
        return list(said)
    scored = [(score(one.said.whole[:SCORED_CHARS], parts), one.row_id, one) for one in said]
    return [one for *_, one in sorted(scored, reverse=True)]


def _hits(connection: Connection, said: Sequence[_Found], parts: Sequence[Part]) -> Iterator[dict[str, Any]]:
    where = {row.row_id: row for row in _of_these(connection, _WHERE, [one.row_id for one in said])}
    for row_id, what in said:
        row, (file_name, text) = where[row_id], _place(what, parts)
        visitor = visitor_of(row.user_id, json.loads(row.metadata))
        names = {"message_id": row.id, "session_name": row.title, "file_name": file_name, "visitor": visitor}
        yield {**row._mapping, **names, "content": what.content, "snippet": passage(text, parts)}


def _place(said: Said, parts: Sequence[Part]) -> tuple[str | None, str]:
    """Where it is found: in its words, or in the file of this name, which says most of what is sought."""
    if not said.files or (said.content and _has(said.content, [part.inside for part in parts])):
        return None, said.content
    best = max(said.files, key=lambda file: sum(_has("\n".join(file), [part.inside]) for part in parts))
    is_named = not any(_has(best.text, [part.inside]) for part in parts)
    return best.name, best.name if is_named else best.text


def _newest(
    connection: Connection, parts: Sequence[Part], filters: Filters, count: int, place: SearchCursor
) -> tuple[list[_Found], SearchCursor | None]:
    """What is found, and where to go on when there may be more."""
    asked = [part.inside for part in parts if not part.is_exact]
    found: list[_Found] = []
    looked = 0
    for span, within in list(enumerate(_spans(filters)))[place.span :]:
        wanted = _wanted(connection, parts, within)
        below = place.below if span == place.span else TOP
        page = count + 1
        while wanted is not None:
            row_ids = named(connection, wanted, below, page)
            said = _said(connection, row_ids, within)
            found += [one for one in said if _has(one.said.whole, asked)]
            if len(found) > count:
                return found[:count], SearchCursor(span, found[count - 1].row_id)
            if len(row_ids) < page:
                break
            looked += len(row_ids) + sum(len(one.said.whole) for one in said) // CHARS_AS_ONE
            below, page = row_ids[-1], min(page * PAGES_GROW_BY, max(count, MOST_LOOKED_AT - looked))
            if looked >= MOST_LOOKED_AT:
                return found, SearchCursor(span, below)
    return found, None


def _spans(filters: Filters) -> Iterator[Filters]:
    """Before a moment the days just before it are looked at first: what was said later may be much."""
    for days in DAYS_BEFORE:
        after = (filters.before or 0) - days * DAY_MS
        if filters.before is None or (filters.after is not None and after <= filters.after):
            break
        yield replace(filters, after=after, before=filters.before)
        filters = replace(filters, before=after)
    yield filters


def _said(connection: Connection, row_ids: Sequence[int], filters: Filters) -> list[_Found]:
    given = {name: value for name in _CONDITIONS if (value := getattr(filters, name)) is not None}
    marked = [_MARKS[filters.mark]] if filters.mark is not None else []
    conditions = [*_SHOWN, *(_CONDITIONS[name] for name in given), *marked]
    found = _of_these(connection, _SAID, row_ids, conditions, **given)
    rows = [row for row in found if filters.is_in_hour(row.created_at)]
    return [_Found(row.row_id, said) for row, said in zip(rows, said_in(connection, rows), strict=True)]


def _of_these(
    connection: Connection, statement: str, row_ids: Sequence[int], conditions: Sequence[str] = (), **given: Any
) -> Sequence[Any]:
    if not row_ids:
        return []
    sql = statement.format(" AND ".join([_OF_THESE[connection.dialect.name], *conditions]))
    return connection.execute(text(sql), {**given, "row_ids": str(list(row_ids))}).all()


def _has(content: str, patterns: Sequence[Any]) -> bool:
    if not patterns:
        return True
    folded = fold(content)
    return all(pattern.search(folded) for pattern in patterns)


def _wanted(connection: Connection, parts: Sequence[Part], filters: Filters) -> Wanted | None:
    """What can be is asked of the index, so that what is filtered out costs nothing. None when nothing can be found."""
    all_of: list[list[Term]] = [[term] for part in parts for term in part.terms]
    if filters.locrit_id is not None:
        all_of.append([Term(filing.locrit(filters.locrit_id))])
    if filters.conversation_id is not None:
        all_of.append([Term(filing.conversation(filters.conversation_id))])
    if filters.role is not None:
        all_of.append([Term(filing.role(filters.role))])
    if filters.after is not None or filters.before is not None:
        all_of.append(filing.days(filters.after, filters.before))
    if filters.mark is not None:
        marked = _marked(connection, filters.mark)
        if len(marked) <= FEW_CONVERSATIONS:
            all_of.append([Term(filing.conversation(id_)) for id_ in marked])
    if not all(all_of):
        return None
    return Wanted(all_of, [Term(filing.conversation(id_)) for id_ in connection.scalars(_LARGE_IN_TRASH)])


def _marked(connection: Connection, mark: Mark) -> list[str]:
    """The conversations with this mark; more than few are met soon enough."""
    sql = f"SELECT c.id FROM conversations c WHERE {_MARKS[mark]} AND {_SHOWN[1]} LIMIT {FEW_CONVERSATIONS + 1}"  # noqa: S608
    return list(connection.scalars(text(sql)))
