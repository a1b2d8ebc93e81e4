"""How often each concept was said, maintained with what is said (`concept_index`): a list costs the same at any size.

A row of the table is a term, which is a concept by itself until it is merged into another one, its root: that one's row
counts what all of its family say. All of a family are of one place: whose they are, and of which Locrit.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from src.models import concept_counts, concept_mentions, concepts, conversations, messages
from src.models import concept_index as table
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork, hold
from src.words import fold

NAME, TOPIC = "name", "topic"
ONE_IN = 5
"""A concept is a name when one in so many mentions is written as one: where a sentence begins, nothing tells them."""
_root = table.alias("root")
_TERMS = (
    select(table.c.number, table.c.id, _root.c.number.label("root"), _root.c.id.label("root_id"))
    .outerjoin(_root, _root.c.number == table.c.root)
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
)
_MERGED = select(concepts.c.id, concepts.c.merged_into).where(
    concepts.c.id.in_(bindparam("ids", expanding=True)), concepts.c.merged_into.is_not(None)
)
_COLUMNS = ("id", "place", "own_mentions", "own_names")
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
_PLACE = CompiledStatement(
    select(concept_counts.c.place).where(
        concept_counts.c.owner_id == bindparam("owner_id"), concept_counts.c.locrit_id == bindparam("locrit_id")
    )
)
_ADD_PLACE = {
    dialect: CompiledStatement(
        insert.values({name: bindparam(name) for name in ("owner_id", "locrit_id")}).on_conflict_do_nothing()
    )
    for dialect, insert in _INSERT_COUNT.items()
}
_CONCEPTS = CompiledStatement(
    update(concept_counts)
    .where(concept_counts.c.place == bindparam("of"))
    .values(concepts=concept_counts.c.concepts + bindparam("more"))
)
_term = table.alias("term")
_of_term = concept_mentions.c.term == _term.c.number


def family(terms: Any, number: Any) -> Any:
    """A condition: one of these terms is the one with that number, or was merged into it."""
    return or_(terms.c.number == number, terms.c.root == number)


_FAMILY = family(_term, table.c.number)


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
    .where(concept_mentions.c.term == table.c.number)
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
    or_(concepts.c.deleted_at.is_not(None), table.c.root.is_not(None)).label("is_hidden"),
).outerjoin(concepts, concepts.c.id == table.c.id)
_COMPUTED = COMPUTED.where(table.c.id.in_(bindparam("ids", expanding=True)))
_LOCK = select(table).where(table.c.id.in_(bindparam("ids", expanding=True))).order_by(table.c.id).with_for_update()
_WITH = select(_term.c.id, _term.c.place).join(table, _FAMILY).where(table.c.id == bindparam("root"))
_MOVE = CompiledStatement(update(table).where(table.c.number == bindparam("of")).values(root=bindparam("to")))
SAID_IN = (
    select(conversations.c.owner_id, messages.c.locrit_id)
    .join(messages, messages.c.conversation_id == conversations.c.id)
    .join(concept_mentions, concept_mentions.c.row_id == messages.c.row_id)
    .where(concept_mentions.c.term.in_(select(table.c.number).where(family(table, bindparam("number")))))
    .limit(1)
)
"""Whose conversations with which Locrit say a term, or what was merged into it."""
_SHOW = CompiledStatement(
    update(table)
    .where(table.c.number == bindparam("of"))
    .values({name: bindparam(name) for name in ("name", "folded", "type", "mentions", "first_at", "last_at")})
)
_CLEAN = delete(table).where(
    table.c.own_mentions == 0,
    table.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        table.c.root.is_not(None),
        ~select(_term.c.number).where(_FAMILY, _term.c.own_mentions > 0).exists(),
    ),
)
_BLANK = {"name": "", "folded": "", "type": "", "mentions": 0, "first_at": 0, "last_at": 0}


def add(counts: list[int], one: Any, sign: int) -> None:
    counts[0] += sign * one.times
    counts[1] += sign * one.times * bool(one.is_name)


def place(tx: UnitOfWork, owner_id: str, locrit_id: str) -> int:
    key = {"owner_id": owner_id, "locrit_id": locrit_id}
    row = _PLACE.first(tx.connection, key)
    if row is None:
        tx.write_now(_ADD_PLACE[tx.connection.dialect.name], key)
        [row] = _PLACE.all(tx.connection, key)
    return int(row.place)


def hold_place(tx: UnitOfWork, owner_id: str, locrit_id: str) -> None:
    """Until this is committed no other process counts there, or decides which terms are one."""
    hold_places(tx, {place(tx, owner_id, locrit_id)})


def hold_places(tx: UnitOfWork, places: Collection[int]) -> None:
    for of in sorted(places):
        hold(tx, f"concepts of place {of}")


def count(tx: UnitOfWork, more: dict[str, list[int]], places: dict[str, int]) -> dict[str, int]:
    """Adds to the mentions of terms, which may be new, and to those that are written as names; each is of what it was
    merged into. Returns the numbers of those that are to be made anew then (`refresh`), those terms among them."""
    roots = roots_of(tx.connection, more)
    rows = []
    for id_ in sorted(more):
        rows.append({"id": id_, "place": places[id_], "own_mentions": more[id_][0], "own_names": more[id_][1]})
        if roots[id_] not in more:  # what it was merged into has a row, also when nobody says it
            rows.append({"id": roots[id_], "place": places[id_], "own_mentions": 0, "own_names": 0})
    tx.write_each_now(_COUNT[tx.connection.dialect.name], rows)
    terms = {row.id: row for row in tx.query(_TERMS, {"ids": sorted({*more, *roots.values()})})}
    numbers = {id_: row.number for id_, row in terms.items()}
    moved = []
    for id_ in sorted(more):
        was, root = terms[id_], None if roots[id_] == id_ else terms[roots[id_]].number
        if was.root is not None:
            numbers[was.root_id] = was.root
        if was.root != root:
            moved.append({"of": was.number, "to": root})
    tx.write_each_now(_MOVE, moved)
    return numbers


def roots_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """What each was merged into in the end; itself, if it was not. It ends also where damage leads in a circle."""
    into, asked = dict[str, str](), set(ids)
    while asked:
        found = {row.id: row.merged_into for row in connection.execute(_MERGED, {"ids": sorted(asked)})}
        into |= found
        asked = set(found.values()) - into.keys()
    return {id_: _end_of(into, id_) for id_ in ids}


def _end_of(into: Mapping[str, str], id_: str) -> str:
    seen = set[str]()
    while id_ in into and id_ not in seen:
        seen.add(id_)
        id_ = into[id_]
    return id_


def refresh(tx: UnitOfWork, ids: Collection[str]) -> None:
    """What is shown of these concepts follows from their terms and from what people decided. What nobody says any more
    goes."""
    key = {"ids": sorted(ids)}
    if not key["ids"]:
        return
    more: Counter[int] = Counter()
    for row in tx.query(_LOCK, key):
        more[row.place] -= row.mentions > 0
    tx.write_now(_CLEAN, key)
    rows = [(row, shown(row)) for row in tx.query(_COMPUTED, key)]
    tx.write_each_now(_SHOW, [{"of": row.number, **fields} for row, fields in rows])
    for row, fields in rows:
        more[row.place] += fields["mentions"] > 0
    for of, number in more.items():
        if number:
            tx.increment(_count_concepts, str(of), amount=number)


def _count_concepts(connection: Connection, of: str, more: int) -> None:
    _CONCEPTS.all(connection, {"of": int(of), "more": more})


def shown(row: Any) -> dict[str, Any]:
    """The columns that follow from a row of `COMPUTED`."""
    if row.is_hidden or not row.is_mentions or row.is_last_at is None:  # until all of a damaged family are recounted
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
    hold_places(tx, tx.query(select(table.c.place).where(table.c.id == id_)).scalars().all())
    row = tx.query(_LOCK, {"ids": [id_]}).first()
    if row is None:
        return
    more = [-row.own_mentions, -row.own_names]
    for one in tx.query(select(concept_mentions).where(concept_mentions.c.term == row.number)):
        add(more, one, 1)
    said = tx.query(SAID_IN, {"number": row.number}).first()
    of = place(tx, said.owner_id, said.locrit_id) if said else row.place
    tx.write_now(update(table).where(table.c.number == row.number).values(place=of))
    refresh(tx, count(tx, {id_: more}, {id_: of}))


def move(tx: UnitOfWork, was: str) -> None:
    """Something of the family of this root was merged into another concept, or is one by itself again."""
    places = {row.id: row.place for row in tx.query(_WITH, {"root": was})}
    refresh(tx, count(tx, {id_: [0, 0] for id_ in places}, places).keys() | {was})
