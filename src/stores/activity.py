"""How many messages a Locrit has, and when they were said: kept with each change, so that a summary costs the same at
any size. A day is a row of quarters of an hour: everybody's days can be made of them, because there are zones that are
three quarters of an hour off. Roles and models are counted beside, with the characters that are stored.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from src.entities import DayActivity, Message, ModelUse
from src.models import activity, locrits, message_counts, messages
from src.models.people import QUARTERS_A_DAY
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork

QUARTER_MS = 900_000
DAY_MS = QUARTERS_A_DAY * QUARTER_MS
QUARTERS_AN_HOUR = 4

_DIALECTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _adding(table: Any, key: Sequence[str], *numbers: str) -> dict[str, CompiledStatement]:
    """Adds to numbers of a row, which is made if it is not there."""

    def statement(insert: Any) -> CompiledStatement:
        row = insert(table).values({name: bindparam(name) for name in (*key, *numbers)})
        more = {name: table.c[name] + row.excluded[name] for name in numbers}
        return CompiledStatement(row.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=more))

    return {dialect: statement(insert) for dialect, insert in _DIALECTS.items()}


@cache
def _adding_to(quarter: int) -> dict[str, CompiledStatement]:
    """Made when it is first needed: all of them are 37 MB."""
    return _adding(activity, ("locrit_id", "day"), f"q{quarter}")


_COUNT_KEY = ("locrit_id", "role", "model")
_ADD_TO_COUNTS = _adding(message_counts, _COUNT_KEY, "messages", "characters")
_CLEAR_COUNTS = CompiledStatement(
    delete(message_counts).where(
        *(message_counts.c[name] == bindparam(name) for name in _COUNT_KEY),
        message_counts.c.messages == 0,
        message_counts.c.characters == 0,
    )
)
_QUARTER = messages.c.created_at.op("/")(QUARTER_MS)
_MODEL = func.coalesce(messages.c.model, "")
CHARACTERS = func.coalesce(func.sum(func.length(messages.c.content)).filter(messages.c.status != "streaming"), 0)
_IN_CONVERSATION = (messages.c.conversation_id == bindparam("id"), messages.c.deleted_at.is_(None))
_BY_QUARTER = (
    select(_QUARTER.label("quarter"), func.count().label("messages")).where(*_IN_CONVERSATION).group_by(_QUARTER)
)
_BY_MODEL = (
    select(messages.c.role, _MODEL.label("model"), func.count().label("messages"), CHARACTERS.label("characters"))
    .where(*_IN_CONVERSATION)
    .group_by(messages.c.role, _MODEL)
)
_COLUMNS = [activity.c[f"q{quarter}"] for quarter in range(QUARTERS_A_DAY)]
_DAYS = select(activity.c.day, *_COLUMNS)
_COUNTS = select(message_counts)


class Counts(NamedTuple):
    """Of the messages that are not in the trash."""

    messages: int
    characters: int
    by_role: dict[str, int]
    models: list[ModelUse]


class Rhythm(NamedTuple):
    """When messages were said, in the days and hours of a zone."""

    days: list[DayActivity]
    hours: list[int]


def add(tx: UnitOfWork, locrit_id: str, message: Message, sign: int = 1) -> None:
    """Count a message, or no longer (-1). Of a reply that is being written the characters are not counted yet."""
    role, model, amount = message.role, message.model or "", sign * _shown(message)
    tx.increment(_add_to_quarter, locrit_id, str(message.created_at // QUARTER_MS), amount=amount)
    tx.increment(_add_messages, locrit_id, role, model, amount=amount)
    tx.increment(_add_characters, locrit_id, role, model, amount=amount * _length(message))


def replace(tx: UnitOfWork, locrit_id: str, old: Message, new: Message) -> None:
    """Count what a message became in the place of what it was."""
    counted = [(_shown(each), each.role, each.model, _length(each)) for each in (old, new)]
    if counted[0] != counted[1]:
        add(tx, locrit_id, old, -1)
        add(tx, locrit_id, new)


def add_conversation(tx: UnitOfWork, locrit_id: str, conversation_id: str, sign: int) -> None:
    """Count all messages of a conversation that came out of the trash, or no longer (-1)."""
    for one in tx.query(_BY_QUARTER, {"id": conversation_id}).all():
        tx.increment(_add_to_quarter, locrit_id, str(one.quarter), amount=sign * one.messages)
    for one in tx.query(_BY_MODEL, {"id": conversation_id}).all():
        tx.increment(_add_messages, locrit_id, one.role, one.model, amount=sign * one.messages)
        tx.increment(_add_characters, locrit_id, one.role, one.model, amount=sign * int(one.characters))


def _shown(message: Message) -> int:
    return int(message.deleted_at is None)


def _length(message: Message) -> int:
    return 0 if message.status == "streaming" else len(message.content)


def _add_to_quarter(connection: Connection, locrit_id: str, quarter: str, messages: int) -> None:
    """Also nothing: a day of which all messages are in the trash is there with zeros."""
    add_to_day(connection, locrit_id, int(quarter), messages)


def add_to_day(connection: Connection, locrit_id: str, quarter: int, messages: int) -> None:
    day, of_day = divmod(quarter, QUARTERS_A_DAY)
    row = {"locrit_id": locrit_id, "day": day, f"q{of_day}": messages}
    _adding_to(of_day)[connection.dialect.name].all(connection, row)


def _add_messages(connection: Connection, locrit_id: str, role: str, model: str, messages: int) -> None:
    add_to_counts(connection, (locrit_id, role, model), messages, 0)


def _add_characters(connection: Connection, locrit_id: str, role: str, model: str, characters: int) -> None:
    add_to_counts(connection, (locrit_id, role, model), 0, characters)


def add_to_counts(connection: Connection, key: tuple[str, str, str], messages: int, characters: int) -> None:
    """A row that counts nothing any more is not there."""
    if messages or characters:
        named = dict(zip(_COUNT_KEY, key, strict=True))
        _ADD_TO_COUNTS[connection.dialect.name].all(
            connection, named | {"messages": messages, "characters": characters}
        )
        if messages < 0 or characters < 0:
            _CLEAR_COUNTS.all(connection, named)


def counts(connection: Connection, owner_id: str, locrit_id: str | None) -> Counts:
    """Of a Locrit, or of all that are not in the trash."""
    rows = connection.execute(_of(_COUNTS, message_counts, owner_id, locrit_id)).all()
    by_role, by_model = Counter[str](), Counter[str]()
    for row in rows:
        by_role[row.role] += row.messages
        if row.role == "assistant" and row.model:
            by_model[row.model] += row.messages
    models = [ModelUse(model=model, messages=messages) for model, messages in by_model.most_common() if messages]
    return Counts(by_role.total(), sum(row.characters for row in rows), dict(by_role), models)


def rhythm(connection: Connection, owner_id: str, locrit_id: str | None, zone: tzinfo) -> Rhythm:
    """Returns the days of this zone with messages, oldest first, and messages by the hours of all days."""
    by_day, by_hour = Counter[int](), Counter[int]()
    alike: dict[int, list[Sequence[int]]] = {}
    for day, *quarters in connection.execute(_of(_DAYS, activity, owner_id, locrit_id)):
        first = day * QUARTERS_A_DAY
        offset = _offset(first, zone)
        if offset != _offset(first + QUARTERS_A_DAY - 1, zone):  # the clocks change
            for quarter, messages in enumerate(quarters, first):
                local = quarter + _offset(quarter, zone)
                by_day[local // QUARTERS_A_DAY] += messages
                by_hour[local % QUARTERS_A_DAY // QUARTERS_AN_HOUR] += messages
            continue
        begun, midnight = (first + offset) // QUARTERS_A_DAY, QUARTERS_A_DAY - offset % QUARTERS_A_DAY
        by_day[begun] += sum(quarters[:midnight])
        by_day[begun + 1] += sum(quarters[midnight:])
        alike.setdefault(offset, []).append(quarters)
    for offset, rows in alike.items():
        for quarter, column in enumerate(zip(*rows, strict=True), offset):
            by_hour[quarter % QUARTERS_A_DAY // QUARTERS_AN_HOUR] += sum(column)
    return Rhythm(list(_named(by_day)), [by_hour[hour] for hour in range(24)])


def _offset(quarter: int, zone: tzinfo) -> int:
    """Quarters of an hour by which the zone is ahead of UTC then."""
    ahead = datetime.fromtimestamp(quarter * QUARTER_MS // 1000, zone).utcoffset()
    return int(ahead.total_seconds()) * 1000 // QUARTER_MS if ahead else 0


def _named(by_day: Counter[int]) -> Iterator[DayActivity]:
    for day, number in sorted(by_day.items()):
        if number:
            name = datetime.fromtimestamp(day * DAY_MS // 1000, UTC).date().isoformat()
            yield DayActivity(day=name, messages=number)


def _of(statement: Select[Any], table: Table, owner_id: str, locrit_id: str | None) -> Select[Any]:
    """Of a Locrit, or the sums of all."""
    if locrit_id is not None:
        return statement.where(table.c.locrit_id == locrit_id)
    mine = select(locrits.c.id).where(locrits.c.owner_id == owner_id, locrits.c.deleted_at.is_(None))
    return statement.where(table.c.locrit_id.in_(mine))
