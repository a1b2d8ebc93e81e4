"""Whoever looks whether a database is in order changes nothing of it: a backup, an older version, beside a server."""

import asyncio
import hashlib
import json
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, TextClause, create_engine, inspect, text

from src.entities import Checking
from src.errors import StoreUnavailable
from src.models import activity, metadata, recall_vectors
from src.stores import migrations, search
from src.stores.database import Database
from src.stores.integrity import verify
from src.stores.integrity.copies import examine
from src.stores.migrations import sealing
from src.stores.payloads import SAID_SQL, whole
from src.stores.unit_of_work import UnitOfWork
from tests.faults.rich import fill, lived
from tests.log import copied_as_before
from tests.store import Store, on_each_database, on_sqlite, opened
from tests.stores.test_concept_index import index
from tests.stores.test_concept_index import rows as counted


def traces(directory: Path) -> dict[str, Any]:
    """Everything that anyone could have changed there."""
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_mode, _content(path))
        for path in (directory, *directory.rglob("*"))
    }


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@pytest.fixture
def lived_in(tmp_path: Path) -> Path:
    path = tmp_path / "data with ?, % and space" / "locrit.db"
    path.parent.mkdir()
    asyncio.run(lived(tmp_path / "made.db"))
    shutil.copyfile(tmp_path / "made.db", path)
    shutil.copytree(tmp_path / "files", path.with_name("files"))
    return path


def test_nothing_of_a_database_is_changed_by_checking_it(lived_in: Path) -> None:
    before = traces(lived_in.parent)
    found = examine(url_of(lived_in))
    assert (found.report.ok, found.remark) == (True, "")
    assert traces(lived_in.parent) == before


@on_sqlite
async def test_what_is_only_in_the_log_of_a_running_server_is_checked_and_left_there(store: Store) -> None:
    await fill(store)
    file = Path(store.url.removeprefix("sqlite:///"))
    names = ("locrit.db", "locrit.db-wal", "locrit.db-shm")
    before = {name: _content(file.with_name(name)) for name in names}
    checked = {check.name: check.checked for check in examine(store.url).report.checks}
    assert checked["rows and changes"] > 30
    assert {name: _content(file.with_name(name)) for name in names} == before


def test_an_older_database_is_checked_as_a_copy_that_is_brought_up_to_date(tmp_path: Path) -> None:
    asyncio.run(lived(tmp_path / "locrit.db", of_old=True))
    older = tmp_path / "older.db"
    make_older(tmp_path / "locrit.db", older)
    before = traces(tmp_path)
    found = examine(url_of(older))
    assert found.report.ok, [check for check in found.report.checks if not check.ok]
    assert f"older version ({before_checksums()})" in found.remark
    assert traces(tmp_path) == before


def test_what_is_migrated_is_in_order_and_what_was_damaged_before_is_still_told(lived_in: Path) -> None:
    older = lived_in.with_name("older.db")
    make_older(lived_in, older)
    engine = create_engine(url_of(older))
    with engine.begin() as connection:
        connection.execute(text("UPDATE events SET payload = replace(payload, 'rubbish', 'rubbisx')"))
        connection.execute(text("UPDATE ops SET result = CAST(x'ff' AS TEXT) WHERE op_id = 'fork'"))
    engine.dispose()
    asyncio.run(Database.open(url_of(older), lambda _event: None).close())  # it starts nevertheless
    report = examine(url_of(older)).report
    assert [check.name for check in report.checks if not check.ok] == ["values", "digests", "rows and changes"]


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(5000)])
def test_what_is_no_database_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "locrit.db"
    file.write_bytes(content)
    [check] = examine(url_of(file)).report.checks
    assert (check.ok, check.problems[0].endswith("."), check.hint != "") == (False, True, True)
    assert file.read_bytes() == content


def test_a_newer_database_is_told_in_a_sentence(lived_in: Path) -> None:
    engine = create_engine(url_of(lived_in))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    [check] = examine(url_of(lived_in)).report.checks
    assert "newer version of Locrit" in check.problems[0]


def test_nothing_is_made_where_no_database_is(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="There is no database"):
        examine(url_of(tmp_path / "none" / "locrit.db"))
    assert list(tmp_path.iterdir()) == []


@on_each_database
async def test_everything_that_can_happen_leaves_a_database_in_order(store: Store) -> None:
    await fill(store)
    report = (await asyncio.to_thread(examine, store.url, store.database.files.directory)).report
    assert report.ok, [check for check in report.checks if not check.ok]
    assert (await store.history.verify()).ok


def test_postgresql_of_an_older_version_is_left_to_the_server(empty_postgresql_url: str) -> None:
    engine = create_engine(empty_postgresql_url)
    migrations.upgrade(engine, "0003")
    with pytest.raises(StoreUnavailable) as refused:
        examine(empty_postgresql_url)
    assert "Start the server once" in refused.value.action
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0003"
    engine.dispose()


def test_what_is_repaired_is_in_order_again(lived_in: Path) -> None:
    engine = create_engine(url_of(lived_in))
    with engine.begin() as connection:
        for damage in (
            "UPDATE activity SET q0 = q0 + 9, q95 = 7",
            "UPDATE message_counts SET messages = 9, characters = 7",
            "INSERT INTO message_counts SELECT locrit_id, role, 'nobody', 1, 1 FROM message_counts LIMIT 1",
            "INSERT INTO activity (locrit_id, day, q9) SELECT locrit_id, 7, 3 FROM activity LIMIT 1",
            "UPDATE message_search_content SET c0 = 'nothing' WHERE id = 1",
            "DELETE FROM message_search_docsize",
        ):
            connection.execute(text(damage))
    engine.dispose()

    async def repaired() -> bool:
        async with opened(url_of(lived_in)) as store:
            assert not (await store.history.verify()).ok
            done = (await store.history.verify(repair=True)).repaired
            await store.database.write(search.index_pending)
            return bool(done)

    assert asyncio.run(repaired())
    report = examine(url_of(lived_in)).report
    assert report.ok, report


@on_each_database
async def test_all_that_is_derived_is_repaired_together(store: Store) -> None:
    await fill(store)
    await index(store)
    before = await store.database.read(counted)
    for damage in (
        "UPDATE activity SET q0 = q0 + 9",
        "UPDATE message_counts SET messages = messages + 1",
        "DELETE FROM message_search",
        "UPDATE recall_index SET units = '[]'",
        "UPDATE recall_vectors SET crc = crc + 1",
        "DELETE FROM concept_mentions WHERE row_id = (SELECT min(row_id) FROM concept_mentions)",
        "UPDATE concept_mentions SET times = times + 1 WHERE name = 'Ada'",
        "INSERT INTO concept_mentions VALUES (1000000, 1000000, 'Nobody', true, 1, 1)",
        "DELETE FROM concept_index WHERE name = 'Ada L.'",
        "UPDATE concept_index SET root = NULL, own_mentions = 7, place = 7000 WHERE root IS NOT NULL",
        "UPDATE concept_index SET name = 'Lisboa', mentions = 0 WHERE name = 'Lisbon'",
        "UPDATE concept_counts SET concepts = concepts + 5",
    ):
        statement = text(damage)
        assert (await store.database.write(partial(_execute, statement))) > 0, damage
    wrong = {check.name for check in (await store.history.verify()).checks if not check.ok}
    assert wrong == {"counters", "search index", "vectors", "concepts"}
    await store.history.verify(repair=True)
    await index(store)
    report = await store.history.verify()
    assert report.ok, [check for check in report.checks if not check.ok]
    assert await store.database.read(counted) == before
    assert await store.rows(recall_vectors) == []


def _execute(statement: TextClause, tx: UnitOfWork) -> int:
    return tx.write_now(statement).rowcount


def url_of(path: Path) -> str:
    return f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}"


def before_checksums() -> str:
    script = ScriptDirectory.from_config(migrations._config()).get_revision("0008")
    return str(script.down_revision)


def make_older(file: Path, older: Path) -> None:
    """What is in the file, as the version before checksums would have kept it."""
    engine = create_engine(url_of(older))
    migrations.upgrade(engine, before_checksums())
    with engine.begin() as connection:
        connection.execute(text("ATTACH :file AS newer"), {"file": str(copied_as_before(file))})
        there = inspect(engine)
        for table in [
            table.name for table in metadata.sorted_tables if there.has_table(table.name) and table is not activity
        ]:
            columns = ", ".join(f'"{column["name"]}"' for column in there.get_columns(table))
            connection.execute(text(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}"))
        connection.execute(
            text("INSERT INTO main.message_search (rowid, content) SELECT rowid, content FROM newer.message_search")
        )
        _without_thoughts(connection)
        _sealed_as_then(connection)
    engine.dispose()


def _without_thoughts(connection: Connection) -> None:
    """That version kept none: of a reply that is only thought so far, nothing was there yet."""
    thought = "SELECT generation_id, idx FROM newer.generation_chunks WHERE kind = 'reasoning'"
    connection.execute(text(f"DELETE FROM main.generation_chunks WHERE (generation_id, idx) IN ({thought})"))
    thinking = f"SELECT generation_id FROM ({thought})"
    connection.execute(text(f"UPDATE main.generations SET folded_idx = 0 WHERE id IN ({thinking})"))


NEWER_FIELDS = {"parts", "think", "tools", "host", "stub_digest", "recall"}


def _sealed_as_then(connection: Connection) -> None:
    """Each change told whole, as that version kept it."""
    before, scope = b"", ""
    rows = text(f"SELECT events.rowid, events.*, {SAID_SQL} AS said FROM main.events ORDER BY scope, seq")
    update = text(
        "UPDATE main.events SET payload = :payload, payload_hash = :payload_hash, digest = :digest WHERE rowid = :rowid"
    )
    for row in map(dict[str, Any], connection.execute(rows).mappings().all()):
        told = {
            **row,
            "payload": json.dumps({name: value for name, value in whole(row).items() if name not in NEWER_FIELDS}),
        }
        if told["salt"] is not None:
            told["payload_hash"] = sealing._payload_hash(told["salt"], told["payload"])
        told["digest"] = before = sealing.digest(told, before if scope == row["scope"] else b"", sealing.FIRST_PLACE)
        scope = row["scope"]
        connection.execute(update, {name: told[name] for name in ("payload", "payload_hash", "digest", "rowid")})


@on_each_database
async def test_a_check_says_how_far_it_is(store: Store) -> None:
    conversation_id = await store.conversation()
    for number in range(250):
        await store.memory.save_message(conversation_id, "user", f"{number}")
    told: list[Checking] = []
    report = await store.database.read(lambda connection: verify(connection, tell=told.append))
    assert report.ok
    assert [at.checked for at in told if at.check == "search index"] == [0, 100, 200]
    assert {at.messages for at in told} == {250}
    numbers = [(at.number, at.checked) for at in told]
    assert numbers == sorted(numbers)
    assert {at.checks for at in told} == {len(report.checks)}
    await store.history.verify()
    assert await store.history.checking() is None
