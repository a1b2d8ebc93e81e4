"""User and password of an address, which older versions stored with their failures, are removed; nothing else is."""

import asyncio
import json
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, select, text, update

from src.entities import Failure, GenerationResult, SendMessage
from src.ids import new_id
from src.models import events, generations, metadata
from src.stores import digests, migrations
from src.stores.engines import open_writer
from src.stores.integrity import CHECKS
from src.stores.migrations import sealing
from tests.faults.audit import audit
from tests.log import rewrite
from tests.store import Store, opened
from tests.stores.history import ask, say, verified

REVISION, CHECKSUMS = "0004", "0008"
SEAL = ("salt", "payload_hash", "digest")
SECRET = "s3cr3t"
TOLD = [
    (f"Ollama does not answer at http://user:{SECRET}@gpu.lan:1.", "Ollama does not answer at http://gpu.lan:1."),
    (f"Something answers at https://{SECRET}@gpu.lan, but it", "Something answers at https://gpu.lan, but it"),
    (f"Ollama does not answer at http://u:{SECRET}@x/y z\"'@h:1.", "Ollama does not answer at http://h:1."),
    (f"Ollama does not answer at http://gpu.lan:1/?token={SECRET}.", "Ollama does not answer at http://gpu.lan:1/."),
    ("Ollama does not answer at http://gpu.lan:1. é\u2028👋", "Ollama does not answer at http://gpu.lan:1. é\u2028👋"),
    ("Is it me@gpu.lan?", "Is it me@gpu.lan?"),
]
SAID = f"My address is http://me:{SECRET.upper()}@home.lan?x=1 – keep it."
MORE_THAN_A_PAGE = 510


async def fail(store: Store, where: str, told: str) -> str:
    turn = await store.turns.send(SendMessage(SAID, op_id=new_id(), conversation_id=where))
    error = Failure(code="model_unreachable", message=told, hint=told)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("failed", "é half", error=error))
    return turn.reply.message_id


async def live(url: str) -> None:
    """What an older version may have left."""
    async with opened(url) as store:
        await store.conversation("untouched")
        where, [forgotten] = await say(store, f"{SAID} Forget it.")
        failed = [await fail(store, where, told) for told, _ in TOLD]
        await store.history.fork(failed[-1])
        await store.memory.delete_message(failed[0])
        await store.turns.continue_(failed[1])
        await store.history.forget_message(failed[2])
        await store.history.forget_message(forgotten)
        await asyncio.gather(*(store.memory.save_message(where, "user", f"{n}") for n in range(MORE_THAN_A_PAGE)))
        await ask(store, where, "And now?", SAID)
        await store.replies.finish_reply((await store.running())[0], GenerationResult("complete", "done"))


def log_as_then(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        rewrite(connection)
    engine.dispose()


def migrate(url: str) -> None:
    """As if the migration had not run yet; those after it stay as they are."""
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    before = script.get_revision(REVISION).down_revision
    checksums = script.get_revision(CHECKSUMS).module
    engine = open_writer(url)
    with engine.begin() as connection:
        _digested_as_then(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})
    migrations.upgrade(engine, REVISION)
    with engine.begin() as connection:
        checksums._seal_rows(connection, generations.name)
        checksums._seal_events_anew(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": script.get_current_head()})
    engine.dispose()


def _digested_as_then(connection: Connection) -> None:
    """What holds is digested as it was before checksums, what does not stays as it is."""
    was = now = b""
    for row in connection.execute(select(events).order_by(events.c.scope, events.c.seq)).all():
        was, now = (b"", b"") if row.seq == 1 else (was, now)
        holds = digests.verify(row._asdict(), was)
        was = row.digest
        now = sealing.digest(row._asdict(), now, sealing.FIRST_PLACE) if holds else was
        here = (events.c.scope == row.scope, events.c.seq == row.seq)
        connection.execute(update(events).where(*here).values(digest=now))


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).mappings().all()
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return {name: [dict(row) for row in found[name]] for name in found}


def without_failure(row: dict[str, Any]) -> dict[str, Any]:
    """All of a row but how it failed, and what covers that."""
    kept = {name: value for name, value in row.items() if name not in ("error", "checksum", *SEAL)}
    if "payload" in kept:
        kept["payload"] = {**json.loads(row["payload"]), "error": None}
    return kept


async def check(url: str) -> None:
    async with opened(url) as store:
        await verified(store)


async def problems(url: str) -> set[str]:
    """Of the chain of digests: rows whose payload cannot be read would end the other checks."""
    async with opened(url) as store:
        return {problem for problem in await store.database.read(lambda c: list(CHECKS["digests"](c))) if problem}


def test_credentials_are_removed_and_all_else_stays(database_url: str) -> None:
    asyncio.run(live(database_url))
    log_as_then(database_url)
    before = rows(database_url)
    assert SECRET in str(before)
    migrate(database_url)
    after = rows(database_url)
    assert SECRET not in str(after)
    asyncio.run(check(database_url))
    audit(database_url)
    assert {name: list(map(without_failure, table)) for name, table in before.items()} == {
        name: list(map(without_failure, table)) for name, table in after.items()
    }
    sentences = {Failure.model_validate_json(row["error"]).message for row in after["messages"] if row["error"]}
    assert sentences <= {told for _, told in TOLD}
    assert TOLD[0][1] in sentences


def test_a_history_without_credentials_is_left_as_it_is(database_url: str) -> None:
    async def innocent() -> None:
        async with opened(database_url) as store:
            where, _ = await say(store, SAID)
            await fail(store, where, TOLD[-1][0])
            await fail(store, where, TOLD[-2][0])

    asyncio.run(innocent())
    log_as_then(database_url)
    before = rows(database_url)
    migrate(database_url)
    assert rows(database_url) == before


def test_what_was_damaged_before_is_found_after_it(database_url: str) -> None:
    asyncio.run(live(database_url))
    log_as_then(database_url)
    engine = create_engine(database_url)
    [damaged] = [row for row in rows(database_url)["events"] if TOLD[0][0] in row["payload"].replace('\\"', '"')][:1]
    with engine.begin() as connection:
        here = events.c.scope == damaged["scope"]
        connection.execute(update(events).where(here, events.c.seq == damaged["seq"] + 9).values(rev=99))
        connection.execute(update(events).where(here, events.c.seq == damaged["seq"] + 20).values(payload="{no"))
        connection.execute(update(events).where(here, events.c.seq == damaged["seq"]).values(salt=b"another"))
    engine.dispose()
    migrate(database_url)
    assert SECRET not in str(rows(database_url))
    told = asyncio.run(problems(database_url))
    assert len(told) == 3
    for after in (0, 9, 20):
        assert [problem for problem in told if problem.startswith(f"Change {damaged['seq'] + after} of conversation ")]


def test_running_it_twice_changes_nothing_more(database_url: str) -> None:
    asyncio.run(live(database_url))
    log_as_then(database_url)
    migrate(database_url)
    once = rows(database_url)
    migrate(database_url)
    assert rows(database_url) == once


def test_no_byte_of_a_password_is_left_in_the_files(sqlite_url: str) -> None:
    asyncio.run(live(sqlite_url))
    file = Path(make_url(sqlite_url).database or "")
    assert SECRET.encode() in file.read_bytes()
    engine = create_engine(sqlite_url)
    with engine.connect() as other:  # as long as it is there, the write-ahead log is, too
        other.execute(select(text("count(*)")).select_from(text("messages"))).all()
        other.rollback()
        migrate(sqlite_url)
        for left in file.parent.glob("locrit.db*"):
            assert SECRET.encode() not in left.read_bytes(), left
    engine.dispose()
