"""Reading what may be damaged: rows as the driver gives them, and names for places that people know."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, TextClause, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from src.models import artifacts, conversations, generations, locrits, memories, message_versions, messages
from src.stores.unit_of_work import UnitOfWork

ROWS_AT_ONCE = 1000

Row = Mapping[str, Any]
Problems = Iterator[str | None]
"""One item for each thing checked: None when it is right, else what is wrong, for people."""


class Repair(NamedTuple):
    """What is done, in a sentence, and how; empty where only the doing shows whether there is anything to do."""

    told: str
    do: Callable[[UnitOfWork], object]


UNREADABLE = (
    *(DBAPIError, InvalidRequestError, ValueError, TypeError, LookupError),
    *(ArithmeticError, AttributeError, AssertionError, RecursionError),
)
"""What damaged rows make of honest code: half a character, text for a number, JSON that is none."""


def reason(error: Exception) -> str:
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]


def rows(connection: Connection, table: Table, rest: str = "", said: str = "NULL", **values: Any) -> Iterator[Row]:
    """Unconverted: a converter would stumble over what is to be found. `rest` is what follows FROM; `said` becomes a
    column of that name."""
    with connection.execute(_select(table, rest, said), values) as found:
        for row in found:
            yield row._asdict()


@cache
def _select(table: Table, rest: str, said: str) -> TextClause:
    columns = ", ".join(f'"{column.name}"' for column in table.c)
    statement = f"SELECT {columns}, {said} AS said FROM {table.name} {rest}"  # noqa: S608 - all of it is written in this package
    return text(statement).execution_options(yield_per=ROWS_AT_ONCE)


class Names:
    """What people call a row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, table: Table, row: Row) -> str:
        if table is messages:
            return self.message(row["id"])
        if table is conversations:
            return self.conversation(row["id"])
        if table is message_versions:
            return f"version {row['rev']} of {self.message(row['message_id'])}"
        if table is generations:
            return f"the record {row['id']} of how {self.message(row['message_id'])} was written"
        if table is locrits:
            return f"Locrit {row['name']} ({row['id']})"
        if table is memories:
            return f"memory {row['id']} of Locrit {self._found(locrits, row['locrit_id']).get('name')}"
        if table is artifacts:
            return f"artifact “{row['name']}” ({row['id']}) of {self.conversation(row['conversation_id'])}"
        key = " ".join(str(row[column.name]) for column in table.primary_key)
        return f"{table.name.replace('_', ' ')} {key}"

    def message(self, message_id: Any) -> str:
        row = self._found(messages, message_id)
        if not row:
            return f"message {message_id}"
        return f"message {row['seq']} ({message_id}) of {self.conversation(row['conversation_id'])}"

    def conversation(self, conversation_id: Any) -> str:
        row = self._found(conversations, conversation_id)
        locrit = self._found(locrits, row.get("locrit_id")).get("name")
        title = f" “{row['title']}”" if row.get("title") else ""
        return f"conversation{title} with {locrit} ({conversation_id})" if row else f"conversation {conversation_id}"

    def scope(self, scope: Any) -> str:
        kind, _, id_ = str(scope).partition(":")
        return self.conversation(id_) if kind == "conversation" else "the list of conversations and Locrits"

    def _found(self, table: Table, id_: Any) -> Row:
        try:
            return next(iter([*rows(self._connection, table, "WHERE id = :id", id=id_)]), {})
        except UNREADABLE:  # then its id must do
            return {}
