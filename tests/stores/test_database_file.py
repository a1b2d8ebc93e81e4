"""The file of the database: where it was said, for its owner alone, held by one server, and known again."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from src.application import Application
from src.config import Settings
from src.errors import StoreUnavailable
from src.stores.database import Database
from tests.callers import OnePersons
from tests.fixtures.server import ROOT
from tests.store import Store, on_sqlite, opened

SAID = "hello"
OPEN = "import sys; from src.stores.database import Database; Database.open(sys.argv[1], print)"
NAMES = st.text(
    st.one_of(
        st.sampled_from("?%#:;&=@'\"\\~$ \n\t[]{}*|.-+éß漢🦊"), st.characters(codec="utf-8", exclude_characters="/\0")
    ),
    min_size=1,
    max_size=40,
).filter(lambda name: name not in (".", "..") and not name.startswith("~") and len(name.encode()) < 200)


@settings(max_examples=int(os.environ.get("NAMES", "40")))
@given(name=NAMES)
@example("a?mode=memory")
@example("100%25")
@example("file:x?uri=true")
@example(":memory:")
@example("%(here)s")
def test_the_database_is_where_the_data_directory_is_whatever_its_name(name: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        data_dir = Path(home) / name
        asyncio.run(_start(Settings(data_dir=data_dir)))
        assert (data_dir / "locrit.db").read_bytes().startswith(b"SQLite format 3")
        assert [path.name for path in Path(home).iterdir()] == [name]


async def _start(settings: Settings) -> None:
    application = OnePersons(Application(settings))
    assert await application.database.check()
    await application.close()


def test_the_data_directory_may_be_relative_a_link_or_in_the_home_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for said, where in (("here/data", "here/data"), ("link", "real"), ("~/mine", "mine")):
        asyncio.run(_start(Settings(data_dir=Path(said))))
        assert (tmp_path / where / "locrit.db").is_file()
    asyncio.run(_start(Settings(database_url="sqlite:///own.sqlite")))
    assert (tmp_path / "own.sqlite").is_file()


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "mysql://root:secret@host/db",
        "postgresql+psycopg2://me:secret@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
    ],
)
def test_what_is_no_database_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValidationError, match="must be postgresql") as refusal:
        Settings(database_url=address)
    assert "secret" not in str(refusal.value.errors()[0]["msg"])


def test_a_path_that_is_too_long_says_so(tmp_path: Path) -> None:
    for data_dir in (tmp_path / ("x" * 300), tmp_path.joinpath(*["y" * 200] * 5)):
        with pytest.raises(StoreUnavailable, match="cannot be"):
            Application(Settings(data_dir=data_dir))


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_what_is_written(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        asyncio.run(_said(tmp_path / "data"))
    finally:
        os.umask(before)
    assert open_to_others(tmp_path / "data") == []


def test_what_others_can_read_today_is_closed_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data_dir = tmp_path / "data"
    asyncio.run(_said(data_dir))
    (data_dir / "models" / ".fetch").mkdir(parents=True)
    (data_dir / "models" / "small.gguf").touch()
    for path in (data_dir, *data_dir.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    asyncio.run(_start(Settings(data_dir=data_dir)))
    assert open_to_others(data_dir) == []
    assert len([record for record in caplog.records if "Others could read" in record.message]) == 1
    caplog.clear()
    asyncio.run(_start(Settings(data_dir=data_dir)))
    assert "Others could read" not in caplog.text


def test_a_database_elsewhere_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.touch(mode=0o644)
    asyncio.run(_start(Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{path}")))
    assert [found for found in open_to_others(tmp_path) if found.is_file()] == []


def test_a_directory_that_holds_other_things_stays_as_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").touch(mode=0o644)
    (tmp_path / "locrit.db").touch(mode=0o644)
    asyncio.run(_start(Settings(data_dir=tmp_path)))
    assert open_to_others(tmp_path) == [tmp_path, tmp_path / "letter.txt"]
    assert "stays open to others" in caplog.text


def open_to_others(directory: Path) -> list[Path]:
    return [path for path in (directory, *directory.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


async def _said(data_dir: Path, count: int = 3, **options: bool) -> None:
    async with opened(f"sqlite:///{data_dir / 'locrit.db'}", **options) as store:
        for _ in range(count):
            await store.memory.save_message(await store.conversation(), "user", SAID)
        if (living := data_dir.with_name("living")).exists():
            shutil.copytree(data_dir, living / "copy")


@pytest.mark.parametrize("other_name", ["symlink", "linked directory", "hard link", "no lock file"])
def test_a_second_server_is_refused_whatever_it_calls_the_file(tmp_path: Path, other_name: str) -> None:
    path = tmp_path / "data" / "locrit.db"
    names = {
        "symlink": tmp_path / "other.db",
        "linked directory": tmp_path / "link" / "locrit.db",
        "hard link": tmp_path / "hard.db",
        "no lock file": path,
    }

    async def second() -> str:
        async with opened(f"sqlite:///{path}") as store:
            await store.conversation()
            (tmp_path / "link").symlink_to("data")
            (tmp_path / "other.db").symlink_to(path)
            (tmp_path / "hard.db").hardlink_to(path)
            for lock in path.parent.glob("*lock*"):
                lock.unlink()
            command = [sys.executable, "-c", OPEN, f"sqlite:///{names[other_name]}"]
            ended = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True)
            with pytest.raises(StoreUnavailable, match="Another Locrit server"):
                Database.open(f"sqlite:///{names[other_name]}", print)
            assert await store.database.check()
            return ended.stderr

    assert "Another Locrit server is using" in asyncio.run(second())


def _remove(data_dir: Path, *parts: str) -> None:
    for part in parts:
        (data_dir / f"locrit.db{part}").unlink()


def _remove_log(data_dir: Path) -> None:
    _remove(data_dir, "-wal", "-shm")


def _other_database(data_dir: Path) -> None:
    asyncio.run(_said(data_dir.with_name("other"), count=30))
    shutil.move(data_dir.with_name("other") / "locrit.db", data_dir / "locrit.db")
    _remove_log(data_dir)


def _older_file(data_dir: Path) -> None:
    with sqlite3.connect(data_dir / "locrit.db") as connection:
        connection.execute("DELETE FROM events WHERE rowid = (SELECT max(rowid) FROM events)")
    connection.close()


LOSSES: dict[str, Callable[[Path], object]] = {
    "missing": lambda data_dir: (data_dir / "locrit.db").unlink(),
    "all but the note is missing": lambda data_dir: _remove(data_dir, "", "-wal", "-shm"),
    "emptied": lambda data_dir: os.truncate(data_dir / "locrit.db", 0),
    "log missing": _remove_log,
    "log emptied": lambda data_dir: os.truncate(data_dir / "locrit.db-wal", 0),
    "log cut": lambda data_dir: os.truncate(data_dir / "locrit.db-wal", 20_000),
    "another database": _other_database,
    "older file": _older_file,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_start_on_less_than_there_was_asks(tmp_path: Path, loss: str) -> None:
    data_dir = _left_by_a_killed_server(tmp_path)
    LOSSES[loss](data_dir)
    left = {path.name: path.stat().st_size for path in data_dir.iterdir()}
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="3 messages in") as refusal:
            asyncio.run(_said(data_dir))
        assert "--accept-loss" in refusal.value.action
    if loss == "emptied":
        assert {path.name: path.stat().st_size for path in data_dir.iterdir()} == left, "SQLite would remove the log"
    asyncio.run(_said(data_dir, accept_loss=True))
    asyncio.run(_said(data_dir))


def _left_by_a_killed_server(tmp_path: Path) -> Path:
    """With everything still in the write-ahead log."""
    (tmp_path / "living").mkdir()
    asyncio.run(_said(tmp_path / "data"))
    (tmp_path / "living").rename(tmp_path / "dead")
    return tmp_path / "dead" / "copy"


def _dumped(data_dir: Path) -> None:
    whole, again = sqlite3.connect(data_dir / "locrit.db"), sqlite3.connect(data_dir / "again.db")
    whole.backup(again)
    again.execute("PRAGMA user_version = 0")
    whole.close()
    again.close()
    for name in ("-wal", "-shm"):
        (data_dir / f"locrit.db{name}").unlink(missing_ok=True)
    (data_dir / "again.db").rename(data_dir / "locrit.db")


@pytest.mark.parametrize(
    "change", [lambda _: None, lambda data_dir: (data_dir / "locrit.db-highwater").unlink(), _dumped]
)
def test_a_start_on_all_that_there_was_does_not_ask(tmp_path: Path, change: Callable[[Path], object]) -> None:
    data_dir = _left_by_a_killed_server(tmp_path)
    change(data_dir)
    asyncio.run(_said(data_dir))


def test_an_older_copy_of_the_whole_directory_starts(tmp_path: Path) -> None:
    asyncio.run(_said(tmp_path / "data"))
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    asyncio.run(_said(tmp_path / "data"))
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(tmp_path / "backup", tmp_path / "data")
    asyncio.run(_said(tmp_path / "data"))


def test_a_database_that_can_only_be_read_refuses_the_start(tmp_path: Path, postgresql_url: str) -> None:
    asyncio.run(Database.open(postgresql_url, print).close())
    with pytest.raises(StoreUnavailable, match="read-only transaction"):
        Database.open(f"{postgresql_url}&options=-cdefault_transaction_read_only%3Don", print)


@on_sqlite
async def test_who_empties_the_log_while_others_save_has_not_cut_it(store: Store) -> None:
    """As forgetting does. It ended all saving, for as long as the server ran."""
    conversation_id = await store.conversation()
    saved = asyncio.Event()

    async def empty_it() -> None:
        while not saved.is_set():
            await store.database.scrub()

    emptying = [asyncio.create_task(empty_it()) for _ in range(2)]
    try:
        for n in range(500):
            await store.memory.save_message(conversation_id, "user", f"{n} {SAID}")
    finally:
        saved.set()
        await asyncio.gather(*emptying)
