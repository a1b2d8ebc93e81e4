"""What is counted of concepts against the messages that it was made from."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from src.models import concept_counts, concept_index, concept_mentions, jobs, messages
from src.stores import concept_counters as store
from src.stores import search
from src.stores.concept_index import MENTIONS, RECOUNT, mentions
from src.stores.integrity.reading import ROWS_AT_ONCE, Names, Problems, Repair
from src.stores.unit_of_work import UnitOfWork

TOGETHER = 50

_WAITS = or_(
    messages.c.status == "streaming",
    messages.c.id.in_(select(jobs.c.entity_id).where(jobs.c.kind == "index")),
    messages.c.conversation_id.in_(select(jobs.c.entity_id).where(jobs.c.kind == RECOUNT)),
    select(jobs.c.row_id)
    .where(jobs.c.kind == search.REINDEX, or_(jobs.c.position == 0, messages.c.row_id < jobs.c.position))
    .exists(),
)
_MESSAGES = select(messages, _WAITS.label("waits")).execution_options(yield_per=ROWS_AT_ONCE)
_OF_NOTHING = concept_mentions.c.row_id.not_in(select(messages.c.row_id))
_OF_NO_TERM = concept_mentions.c.term.not_in(select(concept_index.c.number))
_TIMES = func.sum(concept_mentions.c.times)
_OWN = select(
    concept_mentions.c.term,
    _TIMES.label("own_mentions"),
    func.coalesce(_TIMES.filter(concept_mentions.c.is_name), 0).label("own_names"),
).group_by(concept_mentions.c.term)
_SHOWN = (
    select(concept_index.c.place, func.count().label("concepts"))
    .where(concept_index.c.mentions > 0)
    .group_by(concept_index.c.place)
)
_ID = select(concept_index.c.id).where(concept_index.c.number == bindparam("number"))
_LOCK = select(concept_counts.c.place).order_by(concept_counts.c.place).with_for_update()
_COUNT = update(concept_counts).values(
    concepts=select(func.count())
    .where(concept_index.c.place == concept_counts.c.place, concept_index.c.mentions > 0)
    .scalar_subquery()
)


def concepts(connection: Connection) -> Problems:
    """What each message says is counted, and nothing else."""
    names = Names(connection)
    for id_, is_right in _messages(connection):
        yield None if is_right else f"What {names.message(id_)} says is not counted as it should be."
    for (row_id,) in connection.execute(select(concept_mentions.c.row_id).where(_OF_NOTHING)):
        yield f"Row {row_id}, which is no message, is counted."
    for id_ in _wrong_terms(connection):
        yield f"Concept {id_} is not counted as it should be."
    for place, stored, actual in _numbers(connection):
        yield None if stored == actual else f"Concepts of {place}: {stored} are told, {actual} are there."


def repairs(connection: Connection) -> Iterator[Repair]:
    yield Repair("", _remove_mentions)
    wrong = [id_ for id_, is_right in _messages(connection) if not is_right]
    for at in range(0, len(wrong), TOGETHER):
        some = wrong[at : at + TOGETHER]
        yield Repair(f"what {len(some)} messages say is counted again", partial(_index, some))
    for id_ in _wrong_terms(connection):
        yield Repair(f"concept {id_} is counted again", partial(_recount, id_))
    for place, stored, actual in _numbers(connection):
        if stored != actual:
            yield Repair(f"{actual} concepts of {place}", _count)
    yield Repair("", _count)  # also where terms have come to another place by then


def _messages(connection: Connection) -> Iterator[tuple[str, bool]]:
    with connection.execute(_MESSAGES) as all_:
        for rows in all_.partitions():
            row_ids = [row.row_id for row in rows]
            stored: dict[int, dict[str | int, Any]] = {row_id: {} for row_id in row_ids}
            for one in connection.execute(MENTIONS, {"row_ids": row_ids}):
                stored[one.row_id][one.id or one.term] = (one.name, one.is_name, one.times, one.said_at)
            for row, wanted in zip(rows, mentions(connection, rows), strict=True):
                said = {one.term_id: (one.name, one.is_name, one.times, one.said_at) for one in wanted}
                yield row.id, bool(row.waits) or stored[row.row_id] == said


def _wrong_terms(connection: Connection) -> Iterator[str]:
    own = {row.term: (int(row.own_mentions), int(row.own_names)) for row in connection.execute(_OWN)}
    places = {row.place: (row.owner_id, row.locrit_id) for row in connection.execute(select(concept_counts))}
    for row in connection.execute(store.COMPUTED):
        is_counted = own.get(row.number, (0, 0)) == (row.own_mentions, row.own_names)
        is_shown = all(getattr(row, name) == value for name, value in store.shown(row).items())
        is_needed = row.is_mentions or row.own_mentions
        if not (is_counted and is_shown and is_needed and _is_placed(connection, row, places.get(row.place))):
            yield row.id


def _is_placed(connection: Connection, row: Any, place: tuple[str, str] | None) -> bool:
    """Of the person and the Locrit of the messages that say it, and of what it was merged into."""
    said = connection.execute(store.SAID_IN, {"number": row.number}).first()
    root = row.id if row.root is None else connection.scalar(_ID, {"number": row.root})
    is_of_itself = row.root == row.number
    is_moved = store.roots_of(connection, [row.id])[row.id] != root
    return (said is None or tuple(said) == place) and not is_moved and not is_of_itself


def _numbers(connection: Connection) -> Iterator[tuple[str, int, int]]:
    """Of each place how it is called, and how many concepts it is said to have, and has."""
    stored = {row.place: row for row in connection.execute(select(concept_counts))}
    actual = {row.place: row.concepts for row in connection.execute(_SHOWN)}
    for place in sorted(stored.keys() | actual.keys()):
        row = stored.get(place)
        name = f"{row.owner_id} {row.locrit_id}" if row else f"place {place}, which is none"
        yield name, row.concepts if row else 0, actual.get(place, 0)


def _remove_mentions(tx: UnitOfWork) -> None:
    """Before a new term has the number of one that is not there."""
    tx.write_now(delete(concept_mentions).where(or_(_OF_NOTHING, _OF_NO_TERM)))


def _index(message_ids: Sequence[str], tx: UnitOfWork) -> None:
    for id_ in message_ids:
        search.order(tx, id_)


def _recount(id_: str, tx: UnitOfWork) -> None:
    store.recount(tx, id_)


def _count(tx: UnitOfWork) -> None:
    tx.query(_LOCK)
    tx.write_now(_COUNT)
