"""Which messages the index names: the newest below a row, those of words of every second message as soon as rare ones.

FTS5 gives the newest first by itself. PostgreSQL's GIN names all that match, which costs as much as they are many: so
the newest rows are looked through first, and of the index only what is rare is asked, by which the rest is narrowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from src.query import Term
from src.stores.expressions import LANGUAGES

TOP = 2**62
NEAR, FAR = 4_000, 60_000
"""Rows that PostgreSQL looks through in 2 and in 25 ms: more, as far as the nearest promise that they are enough."""
SAMPLED, RARE = 2_000, 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """One term of each of `all_of`, and none of `none_of`."""

    all_of: Sequence[Sequence[Term]]
    none_of: Sequence[Term]


def named(connection: Connection, wanted: Wanted, below: int, count: int) -> list[int]:
    """The highest rows below that, highest first; fewer than `count` only if there are no more."""
    if connection.dialect.name == "sqlite":
        query = LANGUAGES["sqlite"].expression(wanted.all_of, wanted.none_of)
        return _rows(connection, _FTS5, query=query, below=below, count=count)
    return _named_by_postgresql(connection, wanted, below, count)


_FTS5 = text("""
    SELECT rowid FROM message_search WHERE message_search MATCH :query AND rowid < :below
    ORDER BY rowid DESC LIMIT :count""")
_NEAR = text("""
    SELECT row_id FROM message_search
    WHERE row_id < :below AND row_id >= :above AND ts_match_vq(content, CAST(:query AS tsquery))
    ORDER BY row_id DESC LIMIT :count""")
"""By the function, which no index knows, and not by its operator."""
_GIN = text("""
    WITH named AS MATERIALIZED (
        SELECT row_id FROM message_search
        WHERE content @@ CAST(:rare AS tsquery) AND ts_match_vq(content, CAST(:query AS tsquery)) AND row_id < :below)
    SELECT row_id FROM named ORDER BY row_id DESC LIMIT :count""")
_OFTEN = text("""
    SELECT count(*) FILTER (WHERE ts_match_vq(s.content, CAST(q.clause AS tsquery)))
    FROM unnest(CAST(:clauses AS text[])) WITH ORDINALITY q (clause, n)
         CROSS JOIN (SELECT content FROM message_search ORDER BY row_id DESC LIMIT :sampled) s
    GROUP BY n ORDER BY n""")
_HIGHEST = text("SELECT coalesce(max(row_id), 0) FROM message_search")


def _rows(connection: Connection, statement: Any, **parameters: Any) -> list[int]:
    return list(connection.scalars(statement, parameters))


def _named_by_postgresql(connection: Connection, wanted: Wanted, below: int, count: int) -> list[int]:
    query = LANGUAGES["postgresql"].expression(wanted.all_of, wanted.none_of)
    [highest] = _rows(connection, _HIGHEST)
    below = min(below, highest + 1)
    near, found = NEAR, _near(connection, query, below, NEAR, count)
    if len(found) < count < len(found) * FAR // NEAR:
        near = min(NEAR * count * 5 // (len(found) * 4), FAR)
        found = _near(connection, query, below, near, count)
    if len(found) == count or below <= near:
        return found
    rare = LANGUAGES["postgresql"].expression(_rare(connection, wanted.all_of), ())
    return _rows(connection, _GIN, rare=rare, query=query, below=below, count=count)


def _near(connection: Connection, query: str, below: int, rows: int, count: int) -> list[int]:
    return _rows(connection, _NEAR, query=query, below=below, above=below - rows, count=count)


def _rare(connection: Connection, all_of: Sequence[Sequence[Term]]) -> list[Sequence[Term]]:
    """Whole words are as quickly passed over as found; of others the index gathers all that begin so.

    The newest rows are the sample, wherever a search goes on: near the days it asks for, these would look common.
    """
    whole = [clause for clause in all_of if len(clause) == 1 and not clause[0].is_prefix]
    others = [clause for clause in all_of if clause not in whole]
    if not others:
        return whole
    clauses = [LANGUAGES["postgresql"].any(clause) for clause in others]
    often = _rows(connection, _OFTEN, clauses=clauses, sampled=SAMPLED)
    rarest = sorted(zip(often, others, strict=True), key=lambda one: one[0])
    rare = [clause for n, clause in rarest if n <= RARE]
    return whole + rare or [clause for _, clause in rarest[:2]]
