"""How often each concept was said, maintained with what is said (`concept_index`): a list costs the same at any size.

A row of the table is a term, which is a concept by itself until it is merged into another one, its root: that one's row
counts what all of its family say.
"""

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from src.models import concept_counts, concept_mentions, concepts, conversations, messages
from src.models import concept_index as table
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork
from src.words import fold

NAME, TOPIC = "name", "topic"
ONE_IN = 5
"""A concept is a name when one in so many mentions is written as one: where a sentence begins, nothing tells them."""
_TERMS = select(table).where(table.c.id.in_(bindparam("ids", expanding=True)))
_MERGED = select(concepts.c.id, concepts.c.merged_into).where(
    concepts.c.id.in_(bindparam("ids", expanding=True)), concepts.c.merged_into.is_not(None)
)
_COLUMNS = ("id", "owner_id", "locrit_id", "concept_id", "own_mentions", "own_names")
_INSERT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(table),
    "postgresql": postgresql.insert(table),
}
_INSERT_COUNT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(concept_counts),
    "postgresql": postgresql.insert(concept_counts),
}
_COUNT = {
    dialect: CompiledStatement(
        statement.values({name: bindparam(name) for name in _COLUMNS}).on_conflict_do_update(
            index_elements=[table.c.id],
            set_={name: table.c[name] + statement.excluded[name] for name in ("own_mentions", "own_names")},
        )
    )
    for dialect, statement in _INSERT.items()
}
_CONCEPTS = {
    dialect: CompiledStatement(
        insert.values({column.name: bindparam(column.name) for column in concept_counts.c}).on_conflict_do_update(
            index_elements=[concept_counts.c.owner_id, concept_counts.c.locrit_id],
            set_={"concepts": concept_counts.c.concepts + insert.excluded.concepts},
        )
    )
    for dialect, insert in _INSERT_COUNT.items()
}
_term = table.alias("term")
_of_term = concept_mentions.c.term_id == _term.c.id
_FAMILY = _term.c.concept_id == table.c.id


def _end(end: Any) -> Any:
    """The first or last mention, by the index of each term."""
    return select(end(concept_mentions.c.said_at)).where(_of_term).scalar_subquery()


_oldest_name = (
    select(concept_mentions.c.name)
    .where(_of_term)
    .order_by(concept_mentions.c.said_at, concept_mentions.c.row_id)
    .limit(1)
    .scalar_subquery()
)
_most_said = (
    select(_oldest_name)
    .where(_FAMILY, _term.c.own_mentions > 0)
    .order_by(_term.c.own_mentions.desc(), _term.c.id)
    .limit(1)
    .scalar_subquery()
)
_own_name = (
    select(concept_mentions.c.name)
    .where(concept_mentions.c.term_id == table.c.id)
    .order_by(concept_mentions.c.said_at, concept_mentions.c.row_id)
    .limit(1)
    .scalar_subquery()
)
_sums = [
    select(func.sum(_term.c[f"own_{of}"])).where(_FAMILY).scalar_subquery().label(of) for of in ("mentions", "names")
]
_ends = [
    select(end(_end(end))).where(_FAMILY).scalar_subquery().label(name)
    for name, end in (("first_at", func.min), ("last_at", func.max))
]
COMPUTED = select(
    table,
    *(column.label(f"is_{column.name}") for column in (*_sums, *_ends)),
    func.coalesce(_own_name, _most_said).label("said_name"),
    concepts.c.name.label("given_name"),
    concepts.c.type.label("given_type"),
    or_(concepts.c.deleted_at.is_not(None), table.c.concept_id != table.c.id).label("is_hidden"),
).outerjoin(concepts, concepts.c.id == table.c.id)
_COMPUTED = COMPUTED.where(table.c.id.in_(bindparam("ids", expanding=True)))
_LOCK = (
    select(table.c.id, table.c.owner_id, table.c.locrit_id, table.c.mentions)
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(table.c.id)
    .with_for_update()
)
_WITH = select(table.c.id).where(table.c.concept_id == bindparam("root"))
_MOVE = CompiledStatement(update(table).where(table.c.id == bindparam("of")).values(concept_id=bindparam("to")))
PLACE = (
    select(conversations.c.owner_id, messages.c.locrit_id)
    .join(messages, messages.c.conversation_id == conversations.c.id)
    .join(concept_mentions, concept_mentions.c.row_id == messages.c.row_id)
    .where(concept_mentions.c.term_id == bindparam("term"))
    .limit(1)
)
"""Whose conversations with which Locrit say a term."""
_SHOW = CompiledStatement(
    update(table)
    .where(table.c.id == bindparam("of"))
    .values({name: bindparam(name) for name in ("name", "folded", "type", "mentions", "first_at", "last_at")})
)
_CLEAN = delete(table).where(
    table.c.own_mentions == 0,
    table.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        table.c.concept_id != table.c.id,
        ~select(_term.c.id).where(_FAMILY, _term.c.own_mentions > 0).exists(),
    ),
)
_BLANK = {"name": "", "folded": "", "type": "", "mentions": 0, "first_at": 0, "last_at": 0}


def add(counts: list[int], one: Any, sign: int) -> None:
    counts[0] += sign * one.times
    counts[1] += sign * one.times * bool(one.is_name)


def count(tx: UnitOfWork, more: dict[str, list[int]], places: dict[str, tuple[str, str]]) -> None:
    """Adds to the mentions of terms, and to those that are written as names; `places` are of those that are new."""
    refresh(tx, _count_terms(tx, more, places))


def _count_terms(tx: UnitOfWork, more: dict[str, list[int]], places: dict[str, tuple[str, str]]) -> set[str]:
    """Adds to the counters of terms, which may be new; returns the concepts that they are of."""
    known = {row.id: row for row in tx.query(_TERMS, {"ids": list(more)})}
    roots = {id_: row.concept_id for id_, row in known.items()}
    roots |= roots_of(tx.connection, [id_ for id_ in more if id_ not in known])
    rows = []
    for id_ in sorted(more):
        owner_id, locrit_id = places.get(id_) or (known[id_].owner_id, known[id_].locrit_id)
        place = {"owner_id": owner_id, "locrit_id": locrit_id, "concept_id": roots[id_]}
        rows.append({"id": id_, **place, "own_mentions": more[id_][0], "own_names": more[id_][1]})
        if roots[id_] not in more:  # what it was merged into has a row, also when nobody says it
            rows.append({"id": roots[id_], **place, "own_mentions": 0, "own_names": 0})
    tx.write_each_now(_COUNT[tx.connection.dialect.name], rows)
    return {roots[id_] for id_ in more} | more.keys()


def roots_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """What each was merged into in the end; itself, if it was not."""
    roots, asked = {id_: id_ for id_ in ids}, set(ids)
    while asked:
        into = {row.id: row.merged_into for row in connection.execute(_MERGED, {"ids": sorted(asked)})}
        roots = {id_: into.get(root, root) for id_, root in roots.items()}
        asked = set(into.values())
    return roots


def refresh(tx: UnitOfWork, ids: Collection[str]) -> None:
    """What is shown of these concepts follows from their terms and from what people decided. What nobody says any more
    goes."""
    key = {"ids": sorted(ids)}
    if not key["ids"]:
        return
    more: Counter[tuple[str, str]] = Counter()
    for row in tx.query(_LOCK, key):
        more[row.owner_id, row.locrit_id] -= row.mentions > 0
    tx.write_now(_CLEAN, key)
    rows = [(row, shown(row)) for row in tx.query(_COMPUTED, key)]
    tx.write_each_now(_SHOW, [{"of": row.id, **fields} for row, fields in rows])
    for row, fields in rows:
        more[row.owner_id, row.locrit_id] += fields["mentions"] > 0
    for place, number in more.items():
        if number:
            tx.increment(_count_concepts, *place, amount=number)


def _count_concepts(connection: Connection, owner_id: str, locrit_id: str, number: int) -> None:
    row = {"owner_id": owner_id, "locrit_id": locrit_id, "concepts": number}
    _CONCEPTS[connection.dialect.name].all(connection, row)


def shown(row: Any) -> dict[str, Any]:
    """The columns that follow from a row of `COMPUTED`."""
    if row.is_hidden or not row.is_mentions:
        return _BLANK
    derived = NAME if row.is_names * ONE_IN >= row.is_mentions else TOPIC
    said_name = row.said_name or ""
    name = row.given_name or (said_name if derived == NAME else said_name.lower())
    return {
        "name": name,
        "folded": fold(name),
        "type": row.given_type or derived,
        "mentions": row.is_mentions,
        "first_at": row.is_first_at,
        "last_at": row.is_last_at,
    }


def recount(tx: UnitOfWork, id_: str) -> None:
    """Makes all of a term anew from what is said; one that nobody says goes."""
    place = tx.query(PLACE, {"term": id_}).first()
    known = tx.query(_TERMS, {"ids": [id_]}).first()
    counts = [0, 0]
    for row in tx.query(select(concept_mentions).where(concept_mentions.c.term_id == id_)):
        add(counts, row, 1)
    values = {"own_mentions": counts[0], "own_names": counts[1], "concept_id": roots_of(tx.connection, [id_])[id_]}
    values |= {"owner_id": place.owner_id, "locrit_id": place.locrit_id} if place else {}
    if known is not None:
        tx.write_now(update(table).where(table.c.id == id_).values(values))
    elif place is not None:
        tx.write_now(insert(table), {"id": id_, **values})
    refresh(tx, {id_, str(values["concept_id"])} | ({known.concept_id} if known else set()))


def move(tx: UnitOfWork, was: str) -> None:
    """Something of the family of this root was merged into another concept, or is one by itself again."""
    family = sorted(row.id for row in tx.query(_WITH, {"root": was}))
    roots = roots_of(tx.connection, family)
    tx.write_each_now(_MOVE, [{"of": of, "to": root} for of, root in sorted(roots.items())])
    count(tx, {id_: [0, 0] for id_ in family}, {})
    refresh(tx, {was})
