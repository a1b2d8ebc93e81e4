"""Is everything there, in order, and what it was? Each check is a question that can be answered from the database."""

import json
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from src.entities import Check, IntegrityReport
from src.models import conversations, events, messages, users
from src.stores import conversations as conversation_store
from src.stores import digests, search
from src.stores import locrits as locrit_store
from src.stores import memories as memory_store
from src.stores import messages as message_store
from src.stores.counters import COUNTERS
from src.stores.writer import Transaction

PROBLEMS_TOLD = 20
ROWS_AT_ONCE = 1000

Problems = Iterator[str | None]
"""One item for each thing checked: None when it is right, else what is wrong."""

# Fields that follow from other rows or change without an event of their own.
_DERIVED = {
    "conversation": {"message_count", "head_seq", "generation_id", "preview", "leaf_id", "updated_at", "locrit_name"},
    "locrit": {"message_count", "conversation_count"},
    "message": {"idx"},
    "memory": set(),
}


def verify(connection: Connection) -> IntegrityReport:
    """Reads everything; takes a second or so for every 50,000 messages."""
    checks = [_checked(name, check(connection)) for name, check in CHECKS.items()]
    return IntegrityReport(ok=all(check.ok for check in checks), checks=checks)


def _checked(name: str, findings: Problems) -> Check:
    problems: list[str] = []
    checked = 0
    for finding in findings:
        checked += 1
        if finding is not None:
            problems.append(finding)
    return Check(name=name, ok=not problems, checked=checked, problems=problems[:PROBLEMS_TOLD])


def repair(tx: Transaction) -> list[str]:
    """Set right what follows from other rows: numbers and the search index. Returns what was done, in sentences."""
    done = []
    for counter in COUNTERS:
        for key, kept, counted in list(counter.differences(tx.connection)):
            if kept != counted:
                counter.set_right(tx.connection, key, counted)
                done.append(f"{counter.name} {' '.join(key)} is {counted} again, it said {kept}")
    missing = search.index_missing(tx)
    return [*done, f"{missing} messages are searchable again"] if missing else done


def _file(connection: Connection) -> Problems:
    if connection.dialect.name != "sqlite":
        return
    for (answer,) in connection.execute(text("PRAGMA integrity_check")):
        yield None if answer == "ok" else str(answer)
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"{row[0]} row {row[1]} refers to a row of {row[2]} that is not there"


def _message_order(connection: Connection) -> Problems:
    numbers = func.count(messages.c.row_id), func.coalesce(func.max(messages.c.seq), 0)
    statement = (
        select(
            conversations.c.id,
            conversations.c.message_seq,
            *(number.label(n) for number, n in zip(numbers, "nm", strict=True)),
        )
        .outerjoin(messages, messages.c.conversation_id == conversations.c.id)
        .group_by(conversations.c.id, conversations.c.message_seq)
    )
    for row in connection.execute(statement):
        right = row.n == row.m == row.message_seq
        yield None if right else f"conversation {row.id}: {row.n} messages, numbered to {row.m} of {row.message_seq}"


def _event_order(connection: Connection) -> Problems:
    heads = {f"conversation:{row.id}": row.head_seq for row in connection.execute(select(conversations))}
    heads |= {f"user:{row.id}": row.head_seq for row in connection.execute(select(users))}
    found = {
        row.scope: (row.n, row.m)
        for row in connection.execute(
            select(events.c.scope, func.count().label("n"), func.max(events.c.seq).label("m")).group_by(events.c.scope)
        )
    }
    for scope in heads.keys() | found.keys():
        n, m = found.get(scope, (0, 0))
        yield None if n == m == heads.get(scope) else f"{scope}: {n} events, numbered to {m} of {heads.get(scope)}"


def _digests(connection: Connection) -> Problems:
    for _, log in groupby(_all_events(connection), key=lambda row: row.scope):
        before = b""
        for row in log:
            yield (
                None if digests.holds(row._asdict(), before) else f"{row.scope} event {row.seq} is not what was written"
            )
            before = row.digest


def _rows_match_events(connection: Connection) -> Problems:
    """The newest event of everything says what its row says."""
    for scope, log in groupby(_all_events(connection), key=lambda row: row.scope):
        newest = {(row.type.partition(".")[0], row.entity_id): row.payload for row in log}
        rows = _rows_of(connection, scope)
        for (kind, id_), payload in newest.items():
            yield _compared(kind, id_, json.loads(payload), rows.get(id_))


def _rows_of(connection: Connection, scope: str) -> dict[str, dict[str, Any]]:
    kind, _, id_ = scope.partition(":")
    if kind == "conversation":
        return {message.message_id: message.wire() for message in message_store.all_of(connection, id_)}
    mine = connection.execute(select(conversations.c.id).where(conversations.c.owner_id == id_)).scalars().all()
    rows = {id_: conversation_store.require(connection, id_).wire() for id_ in mine}
    rows |= {memory.id: memory.wire() for memory in memory_store.all_(connection)}
    return rows | {locrit.id: locrit.wire() for locrit in locrit_store.with_stubs(connection)}


def _compared(kind: str, id_: str, said: dict[str, Any], row: dict[str, Any] | None) -> str | None:
    if not said:  # forgotten since
        return None
    if row is None:
        return f"{kind} {id_} is in the log and nowhere else"
    skipped = _DERIVED[kind] | ({"content"} if row.get("status") == "streaming" else set())
    wrong = sorted(name for name in said.keys() & row.keys() - skipped if said[name] != row[name])
    return f"{kind} {id_}: {', '.join(wrong)} differ from the log" if wrong else None


def _counters(connection: Connection) -> Problems:
    """What a summary shows is what counting gives."""
    for counter in COUNTERS:
        for key, kept, counted in counter.differences(connection):
            yield None if kept == counted else f"{counter.name} {' '.join(key)}: {kept} kept, {counted} counted"


def _all_events(connection: Connection) -> Iterator[Row[Any]]:
    ordered = select(events).order_by(events.c.scope, events.c.seq).execution_options(yield_per=ROWS_AT_ONCE)
    yield from connection.execute(ordered)


CHECKS: dict[str, Callable[[Connection], Problems]] = {
    "database file": _file,
    "order of messages": _message_order,
    "order of changes": _event_order,
    "digests": _digests,
    "rows and changes": _rows_match_events,
    "counters": _counters,
    "search index": search.differences,
}
