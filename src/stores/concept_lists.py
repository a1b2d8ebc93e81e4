"""What is shown of concepts: lists, one with what stands around it, the graph. What is read does not grow with what was
said: of a concept, and of a Locrit, the newest messages tell what is said together."""

from collections import Counter
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, tuple_

from src.entities import iso
from src.entities.concepts import (
    ConceptDetails,
    ConceptExample,
    ConceptGraph,
    ConceptLink,
    ConceptPage,
    ListedConcept,
    MergedConcept,
    MonthMentions,
    Order,
    RelatedConcept,
)
from src.errors import NotFound
from src.models import concept_counts, concept_mentions, conversations, locrits, messages
from src.models import concept_index as table
from src.stores import concepts
from src.stores.concept_counters import family
from src.stores.listing import decode, encode
from src.words import fold

LOOKED_AT_OF_CONCEPT, LOOKED_AT_OF_LOCRIT = 500, 5_000
"""Messages, the newest: among them is looked for what is said together."""
MOST_RELATED, MOST_EXAMPLES = 12, 10
EXAMPLE_CHARS, CHARS_BEFORE = 240, 80
LONGEST_WAY = 3
MOST_DECIDED = 1_000
DAY_MS = 86_400_000

_PLACE = select(concept_counts.c.place).where(
    concept_counts.c.owner_id == bindparam("owner"), concept_counts.c.locrit_id == bindparam("locrit")
)
_SHOWN = select(table).where(table.c.place == _PLACE.scalar_subquery(), table.c.mentions > 0)
_MOST = _SHOWN.order_by(table.c.mentions.desc(), table.c.number.desc()).limit(bindparam("count"))
_LOCRITS = select(locrits.c.id).where(locrits.c.owner_id == bindparam("owner"), locrits.c.deleted_at.is_(None))
_ORDERS = {"mentions": table.c.mentions, "recent": table.c.last_at}
_TOTAL = _PLACE.with_only_columns(concept_counts.c.concepts)
_BY_ITSELF = select(table.c.number).where(table.c.id == bindparam("id"), table.c.root.is_(None))
_FAMILY = select(table.c.number, table.c.id).where(family(table, bindparam("number"))).order_by(table.c.number)
_concept = func.coalesce(table.c.root, table.c.number).label("concept")
_NEWEST = (
    select(concept_mentions.c.row_id)
    .where(concept_mentions.c.term.in_(bindparam("terms", expanding=True)))
    .order_by(concept_mentions.c.said_at.desc(), concept_mentions.c.row_id.desc())
    .limit(bindparam("count"))
)
_TOGETHER = (
    select(_concept, func.count(concept_mentions.c.row_id.distinct()).label("together"))
    .join(concept_mentions, concept_mentions.c.term == table.c.number)
    .where(concept_mentions.c.row_id.in_(bindparam("row_ids", expanding=True)))
    .group_by(_concept)
)
_EXAMPLES = (
    select(
        messages.c.row_id,
        messages.c.id.label("message_id"),
        messages.c.conversation_id,
        conversations.c.title.label("conversation_title"),
        messages.c.role,
        messages.c.content,
        messages.c.created_at,
    )
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        messages.c.row_id.in_(bindparam("row_ids", expanding=True)),
        messages.c.deleted_at.is_(None),
        conversations.c.deleted_at.is_(None),
    )
    .order_by(messages.c.created_at.desc(), messages.c.row_id.desc())
)
_day = concept_mentions.c.said_at.op("/")(DAY_MS)
_DAYS = (
    select(_day.label("day"), func.sum(concept_mentions.c.times).label("mentions"))
    .where(concept_mentions.c.term.in_(bindparam("terms", expanding=True)))
    .group_by(_day)
)
_SAID_AS = (
    select(concept_mentions.c.term, func.min(concept_mentions.c.name).label("name"))
    .where(concept_mentions.c.term.in_(bindparam("terms", expanding=True)))
    .group_by(concept_mentions.c.term)
)
_LATELY = (
    select(messages.c.row_id)
    .where(messages.c.locrit_id == bindparam("locrit"))
    .order_by(messages.c.row_id.desc())
    .limit(LOOKED_AT_OF_LOCRIT)
    .subquery()
)
_SAID_LATELY = (
    select(concept_mentions.c.row_id, _concept)
    .join(table, table.c.number == concept_mentions.c.term)
    .where(
        concept_mentions.c.row_id.in_(select(_LATELY.c.row_id)),
        _concept.in_(bindparam("numbers", expanding=True)),
    )
    .distinct()
)


def page(
    connection: Connection,
    owner_id: str,
    locrit_id: str,
    *,
    q: str = "",
    type_: str = "",
    order: Order = "mentions",
    cursor: str | None = None,
    limit: int = 50,
) -> ConceptPage:
    """`total` counts them all, whatever is asked for."""
    key = {"owner": owner_id, "locrit": locrit_id}
    by = _ORDERS[order]
    statement = _SHOWN
    for word in fold(q).split():
        statement = statement.where(table.c.folded.contains(word, autoescape=True))
    if type_:
        statement = statement.where(table.c.type == type_)
    if cursor:
        statement = statement.where(tuple_(by, table.c.number) < tuple_(*decode(cursor, int)))
    rows = connection.execute(statement.order_by(by.desc(), table.c.number.desc()).limit(limit + 1), key).all()
    return ConceptPage(
        concepts=[listed(row) for row in rows[:limit]],
        total=number(connection, owner_id, locrit_id),
        next_cursor=encode(rows[limit - 1]._mapping[by], rows[limit - 1].number) if len(rows) > limit else None,
        decided=None if cursor else concepts.all_of(connection, owner_id, locrit_id, MOST_DECIDED),
    )


def top(connection: Connection, owner_id: str, locrit_id: str | None, limit: int) -> list[ListedConcept]:
    """What is mentioned most with a Locrit; with all, what is called the same is one."""
    ids = connection.scalars(_LOCRITS, {"owner": owner_id}) if locrit_id is None else [locrit_id]
    found: dict[str, ListedConcept] = {}
    for id_ in list(ids):
        for row in connection.execute(_MOST, {"owner": owner_id, "locrit": id_, "count": limit}):
            one, other = listed(row), found.get(row.folded)
            found[row.folded] = _as_one(other, one) if other else one
    return sorted(found.values(), key=lambda one: (-one.mentions, one.id))[:limit]


def _as_one(one: ListedConcept, other: ListedConcept) -> ListedConcept:
    more = one if one.mentions >= other.mentions else other
    return more.model_copy(
        update={
            "mentions": one.mentions + other.mentions,
            "first_mentioned_at": min(one.first_mentioned_at, other.first_mentioned_at),
            "last_mentioned_at": max(one.last_mentioned_at, other.last_mentioned_at),
        }
    )


def number(connection: Connection, owner_id: str, locrit_id: str) -> int:
    return int(connection.scalar(_TOTAL, {"owner": owner_id, "locrit": locrit_id}) or 0)


def listed(row: Any) -> ListedConcept:
    return ListedConcept(
        id=row.id,
        name=row.name,
        type=row.type,
        mentions=row.mentions,
        first_mentioned_at=row.first_at,
        last_mentioned_at=row.last_at,
    )


def named(connection: Connection, owner_id: str, locrit_id: str, name: str, type_: str = "") -> str:
    """Returns the id of the concept that is called so, the most mentioned one; or that has this id. Raises NotFound."""
    key = {"owner": owner_id, "locrit": locrit_id}
    called = _SHOWN.where((table.c.folded == fold(name)) | (table.c.id == name))
    called = called.where(table.c.type == type_) if type_ else called
    row = connection.execute(called.order_by(table.c.mentions.desc(), table.c.id).limit(1), key).first()
    if row is None:
        raise NotFound(f"There is no concept '{name[:100]}'.")
    return str(row.id)


def details(connection: Connection, owner_id: str, locrit_id: str, id_: str) -> ConceptDetails:
    """Raises NotFound for one that is not shown."""
    row = connection.execute(_SHOWN.where(table.c.id == id_), {"owner": owner_id, "locrit": locrit_id}).first()
    if row is None:
        raise NotFound("There is no such concept.")
    ids = _family(connection, row.number)
    terms = list(ids)
    said_as = {one.term: one.name for one in connection.execute(_SAID_AS, {"terms": terms})}
    decided = concepts.find(connection, id_)
    return ConceptDetails(
        **dict(listed(row)),
        description=decided.description if decided else "",
        origin=decided.origin if decided else "",
        decided=decided,
        merged=[
            MergedConcept(id=ids[term], name=said_as[term]) for term in terms if term in said_as and ids[term] != id_
        ],
        related=related(connection, owner_id, locrit_id, id_),
        examples=_examples(connection, terms, [row.name, *said_as.values()]),
        months=_months(connection, terms),
    )


def related(connection: Connection, owner_id: str, locrit_id: str, id_: str, depth: int = 1) -> list[RelatedConcept]:
    """What is said together with it, most often first; then, farther away, with what is."""
    this = connection.scalar(_BY_ITSELF, {"id": id_})
    found: dict[int, RelatedConcept] = {}
    level = [] if this is None else [int(this)]
    seen = set(level)
    for _ in range(min(depth, LONGEST_WAY)):
        for one in level:
            others = _said_with(connection, owner_id, locrit_id, one)
            found |= {number: other for number, other in others.items() if number not in seen}
        level = [number for number in found if number not in seen]
        seen |= found.keys()
    return list(found.values())


def _family(connection: Connection, number: int) -> dict[int, str]:
    """Itself and what was merged into it: their ids."""
    return {term.number: term.id for term in connection.execute(_FAMILY, {"number": number})}


def _said_with(connection: Connection, owner_id: str, locrit_id: str, this: int) -> dict[int, RelatedConcept]:
    newest = {"terms": list(_family(connection, this)), "count": LOOKED_AT_OF_CONCEPT}
    row_ids = list(connection.scalars(_NEWEST, newest))
    counts = {row.concept: row.together for row in connection.execute(_TOGETHER, {"row_ids": row_ids})}
    best = sorted((one for one in counts if one != this), key=lambda one: (-counts[one], one))[: 2 * MOST_RELATED]
    key = {"owner": owner_id, "locrit": locrit_id}
    rows = {row.number: row for row in connection.execute(_SHOWN.where(table.c.number.in_(best)), key)}
    return {
        one: RelatedConcept(id=row.id, name=row.name, type=row.type, mentions=row.mentions, together=counts[one])
        for one, row in [(one, rows[one]) for one in best if one in rows][:MOST_RELATED]
    }


def _examples(connection: Connection, terms: list[int], names: list[str]) -> list[ConceptExample]:
    row_ids = list(connection.scalars(_NEWEST, {"terms": terms, "count": MOST_EXAMPLES}))
    return [
        ConceptExample.model_validate(row._asdict() | {"content": _around(row.content, names)})
        for row in connection.execute(_EXAMPLES, {"row_ids": row_ids})
    ]


def _around(content: str, names: list[str]) -> str:
    """What stands around the first of these names."""
    low = content.lower()
    at = min((place for name in names if (place := low.find(name.lower())) >= 0), default=0)
    start = max(0, at - CHARS_BEFORE)
    start = content.rfind(" ", 0, start) + 1 if start else 0
    end = start + EXAMPLE_CHARS
    return ("…" if start else "") + content[start:end].strip() + ("…" if end < len(content) else "")


def _months(connection: Connection, terms: list[int]) -> list[MonthMentions]:
    months: Counter[str] = Counter()
    for row in connection.execute(_DAYS, {"terms": terms}):
        months[iso(row.day * DAY_MS)[:7]] += int(row.mentions)
    return [MonthMentions(month=month, mentions=count) for month, count in sorted(months.items())]


def graph(connection: Connection, owner_id: str, locrit_id: str, limit: int) -> ConceptGraph:
    """The `limit` that are mentioned most, and what links them."""
    most = {"owner": owner_id, "locrit": locrit_id, "count": limit}
    shown = {row.number: listed(row) for row in connection.execute(_MOST, most)}
    said: dict[int, list[int]] = {}
    for row in connection.execute(_SAID_LATELY, {"locrit": locrit_id, "numbers": list(shown)}) if shown else ():
        said.setdefault(row.row_id, []).append(row.concept)
    together = Counter(pair for each in said.values() for pair in combinations(sorted(each), 2))
    best = sorted(together.items(), key=lambda link: (-link[1], link[0]))[: 3 * limit]
    links = [ConceptLink(source=shown[one].id, target=shown[other].id, together=count) for (one, other), count in best]
    return ConceptGraph(concepts=list(shown.values()), links=links)
