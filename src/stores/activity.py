"""How many messages a Locrit has, by quarters of an hour: kept with each change, so that a summary costs the same at
any size. Everybody's days can be made of them: there are zones that are three quarters of an hour off.
"""

from collections import Counter
from datetime import datetime, tzinfo

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from src.entities import DayActivity
from src.models import activity
from src.stores.compiled_statement import CompiledStatement
from src.stores.unit_of_work import UnitOfWork

QUARTER_MS = 900_000

_INSERT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(activity),
    "postgresql": postgresql.insert(activity),
}
_ADD = {
    dialect: CompiledStatement(
        insert.values({column.name: bindparam(column.name) for column in activity.c}).on_conflict_do_update(
            index_elements=[activity.c.locrit_id, activity.c.quarter],
            set_={"messages": activity.c.messages + insert.excluded.messages},
        )
    )
    for dialect, insert in _INSERT.items()
}
_TOTAL = select(func.coalesce(func.sum(activity.c.messages), 0)).where(activity.c.locrit_id == bindparam("locrit"))
_QUARTERS = (
    select(activity.c.quarter, activity.c.messages)
    .where(activity.c.locrit_id == bindparam("locrit"), activity.c.messages > 0)
    .order_by(activity.c.quarter)
)


def count(tx: UnitOfWork, locrit_id: str, timestamp: int, messages: int) -> None:
    """Add to the quarter of `timestamp`; a negative number takes away."""
    tx.increment(_add_to_quarter, locrit_id, str(timestamp // QUARTER_MS), amount=messages)


def _add_to_quarter(connection: Connection, locrit_id: str, quarter: str, messages: int) -> None:
    row = {"locrit_id": locrit_id, "quarter": int(quarter), "messages": messages}
    _ADD[connection.dialect.name].all(connection, row)


def total(connection: Connection, locrit_id: str) -> int:
    return int(connection.execute(_TOTAL, {"locrit": locrit_id}).scalar_one())


def days(connection: Connection, locrit_id: str, zone: tzinfo) -> list[DayActivity]:
    """Days of this zone with messages, oldest first."""
    counts: Counter[str] = Counter()
    for quarter, number in connection.execute(_QUARTERS, {"locrit": locrit_id}):
        counts[datetime.fromtimestamp(quarter * QUARTER_MS // 1000, zone).date().isoformat()] += number
    return [DayActivity(day=day, messages=number) for day, number in sorted(counts.items())]
