"""Removes user, password and query of addresses from what was stored of failures: OLLAMA_HOST was told with them.

What a failure said is in messages, generations and events; nothing that anyone said is touched. Events are sealed again
under the same numbers and ids, by which browsers know the server's history, and each chain is digested again from the
first changed one on.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from src.stores.migrations import sealing

revision = "0004"
down_revision = "0003"

ROWS_AT_ONCE = 500
# To the last @ of the sentence: an address that can be written in a setting may hold blanks and quotes.
USERINFO = re.compile(r"(?<=://).*@", re.DOTALL)
QUERY = re.compile(r"(://[^\s?]*)\?\S*?(?=\.?(?:\s|$))")


def upgrade() -> None:
    connection = op.get_bind()
    removed = [_clean_failures(connection, name) for name in ("messages", "generations")]
    changed: dict[str, int] = {}
    for event in _suspects(connection, _table(connection, "events"), "payload", ("scope", "seq")):
        if _without_credentials(event["payload"]) is not None:
            changed.setdefault(event["scope"], event["seq"])
    for scope, seq in changed.items():
        _seal_again(connection, scope, seq)
    config = op.get_context().config
    if config is not None and (any(removed) or changed):
        config.attributes["scrub"] = True


def _clean_failures(connection: sa.Connection, name: str) -> int:
    table, count = _table(connection, name), 0
    for row in _suspects(connection, table, "error", ("id",)):
        failure = _object(row["error"])
        if (cleaned := _cleaned(failure)) != failure:
            connection.execute(sa.update(table).where(table.c.id == row["id"]).values(error=json.dumps(cleaned)))
            count += 1
    return count


def _suspects(
    connection: sa.Connection, table: sa.Table, column: str, key: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """In pages, each read whole before its rows are written."""
    columns = [table.c[name] for name in key]
    suspect = sa.or_(table.c[column].like("%://%@%"), table.c[column].like("%://%?%"))
    page = sa.select(*columns, table.c[column]).where(suspect).order_by(*columns).limit(ROWS_AT_ONCE)
    rows = connection.execute(page).mappings().all()
    while rows:
        yield from map(dict, rows)
        after = sa.tuple_(*columns) > sa.tuple_(*(sa.literal(rows[-1][name]) for name in key))
        rows = connection.execute(page.where(after)).mappings().all()


def _seal_again(connection: sa.Connection, scope: str, first: int) -> None:
    events = _table(connection, "events")
    told = before = _digest_of(connection, events, scope, first - 1)
    page = sa.select(events).where(events.c.scope == scope).order_by(events.c.seq).limit(ROWS_AT_ONCE)
    written: dict[str, Any] = {
        name: sa.bindparam(f"new_{name}") for name in ("payload", "salt", "payload_hash", "digest")
    }
    rewrite = sa.update(events).where(events.c.scope == scope, events.c.seq == sa.bindparam("at")).values(written)
    rows = connection.execute(page.where(events.c.seq >= first)).mappings().all()
    while rows:
        sealed = []
        for row in rows:
            event, held, told = dict(row), sealing.holds(dict(row), told), row["digest"]
            cleaned = _without_credentials(event["payload"])
            event["payload"] = event["payload"] if cleaned is None else cleaned
            if held and cleaned is not None:
                sealing.seal(event, before)
            elif held:  # what did not hold must not seem to
                event["digest"] = sealing.digest(event, before, sealing.FIRST_PLACE)
            before = event["digest"]
            sealed.append({"at": event["seq"], **{f"new_{name}": event[name] for name in written}})
        connection.execute(rewrite, sealed)
        rows = connection.execute(page.where(events.c.seq > rows[-1]["seq"])).mappings().all()


def _digest_of(connection: sa.Connection, events: sa.Table, scope: str, seq: int) -> bytes:
    found = connection.execute(sa.select(events.c.digest).where(events.c.scope == scope, events.c.seq == seq))
    return bytes(found.scalar_one_or_none() or b"")


def _without_credentials(payload: str) -> str | None:
    """None when it tells none."""
    entity = _object(payload)
    failure = entity.get("error")
    if not isinstance(failure, dict) or (cleaned := _cleaned(failure)) == failure:
        return None
    return json.dumps({**entity, "error": cleaned}, ensure_ascii=False, separators=(",", ":"))


def _object(text: str) -> dict[str, Any]:
    """Empty for what is damaged, of which `verify` tells."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cleaned(failure: dict[str, Any]) -> dict[str, Any]:
    return {name: _told(value) if isinstance(value, str) else value for name, value in failure.items()}


def _told(sentence: str) -> str:
    return QUERY.sub(r"\1", USERINFO.sub("", sentence))


def _table(connection: sa.Connection, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
