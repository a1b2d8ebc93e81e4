"""How many messages a Locrit has, by day: kept with each change, so that a summary costs the same at any size."""

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from src.entities import DayActivity, iso
from src.models import activity
from src.stores.prepared import Prepared
from src.stores.writer import Transaction

_INSERT: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(activity),
    "postgresql": postgresql.insert(activity),
}
_ADD = {
    dialect: Prepared(
        insert.values({column.name: bindparam(column.name) for column in activity.c}).on_conflict_do_update(
            index_elements=[activity.c.locrit_id, activity.c.day],
            set_={"messages": activity.c.messages + insert.excluded.messages},
        )
    )
    for dialect, insert in _INSERT.items()
}
_TOTAL = select(func.coalesce(func.sum(activity.c.messages), 0)).where(activity.c.locrit_id == bindparam("locrit"))
_DAYS = (
    select(activity.c.day, activity.c.messages)
    .where(activity.c.locrit_id == bindparam("locrit"), activity.c.messages > 0)
    .order_by(activity.c.day)
)


def count(tx: Transaction, locrit_id: str, timestamp: int, messages: int) -> None:
    """Add to the UTC day of `timestamp`; a negative number takes away."""
    tx.add(_add_to_day, locrit_id, iso(timestamp)[:10], amount=messages)


def _add_to_day(connection: Connection, locrit_id: str, day: str, messages: int) -> None:
    row = {"locrit_id": locrit_id, "day": day, "messages": messages}
    _ADD[connection.dialect.name].all(connection, row)


def total(connection: Connection, locrit_id: str) -> int:
    return int(connection.execute(_TOTAL, {"locrit": locrit_id}).scalar_one())


def days(connection: Connection, locrit_id: str) -> list[DayActivity]:
    """Days with messages, oldest first."""
    rows = connection.execute(_DAYS, {"locrit": locrit_id})
    return [DayActivity(day=row.day, messages=row.messages) for row in rows]
