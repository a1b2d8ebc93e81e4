"""SIGKILL exactly there: before a commit, between the commit and the answer, in the middle of a reply, a fold, a
migration. The next process sends everything again under the same ids, and it is there once.

`FAILPOINTS=all` tries every commit and every statement of the migration.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect

from src.stores import migrations
from tests.faults.audit import audit
from tests.faults.doomed import ANSWER, DIED, PIECES, WHERE
from tests.fixtures.server import ROOT
from tests.log import copied_as_before

ALL = os.environ.get("FAILPOINTS") == "all"
NEVER = "COMMIT:1000"
COMMITS = range(1, 30) if ALL else (8, 10, 13, 17, 21, 25)
NAMED = ["INSERT INTO generation_chunks:2", "INSERT INTO generation_chunks:3", "folded_idx:1", "DELETE FROM jobs:1"]
POINTS = [*(f"COMMIT:{n}" for n in COMMITS), *(f"{ANSWER}:{n}" for n in COMMITS), *NAMED]
MIGRATION = [f":{n}" for n in (range(1, 60) if ALL else (2, 12, 20, 30))]

Story = list[tuple[Any, ...]]


def died(home: Path, *points: str) -> dict[str, tuple[Path, bool]]:
    """Directory by point, and whether the point was reached."""
    command = [sys.executable, "-m", "tests.faults.doomed", str(home), *points]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60 + len(points), check=False)
    lives = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("[")]
    assert [lived for *_, lived in lives] == [0] * len(points), ended.stdout + ended.stderr
    return {point: (Path(data_dir), first == DIED) for point, data_dir, first, _ in lives}


def story(data_dir: Path) -> tuple[Story, str]:
    """All that was said, in order, with its versions; the one reply apart."""
    with sqlite3.connect(data_dir / "locrit.db") as database:
        said = database.execute(
            "SELECT conversation_id, seq, role, content, deleted_at IS NULL, forgotten_at IS NULL,"
            " (SELECT group_concat(content, '|') FROM message_versions WHERE message_id = id)"
            " FROM messages ORDER BY conversation_id, seq"
        ).fetchall()
    database.close()
    [reply] = [row[3] for row in said if row[:3] == (WHERE, 5, "assistant")]
    return [row for row in said if row[2] != "assistant"], reply


def noted(data_dir: Path) -> list[str]:
    return [json.loads(line) for line in (data_dir / "diary").read_text().splitlines()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nobody died."""
    [(data_dir, reached)] = died(tmp_path_factory.mktemp("whole"), NEVER).values()
    assert not reached
    return data_dir


def test_killed_at_a_commit_or_within_a_reply_everything_is_there_once(whole: Path, tmp_path: Path) -> None:
    expected, whole_reply = story(whole)
    reached = 0
    for point, (data_dir, was_reached) in died(tmp_path, *POINTS).items():
        reached += was_reached
        audit(f"sqlite:///{data_dir / 'locrit.db'}")
        told = noted(data_dir)
        said, reply = story(data_dir)
        assert said == expected, point
        assert whole_reply.startswith(reply), point
        assert reply.startswith("".join(PIECES[: sum(one.startswith("piece") for one in told)])), point
        assert all("Forgotten" in one for one in told if one.startswith("refused")), told
    assert reached >= len(POINTS) * 0.8


def test_killed_in_a_migration_everything_is_there(whole: Path, tmp_path: Path) -> None:
    first_schema(whole / "locrit.db", tmp_path / "old.db")
    for point in MIGRATION:
        (tmp_path / point.replace(":", "-")).mkdir()
        shutil.copy(tmp_path / "old.db", tmp_path / point.replace(":", "-") / "locrit.db")
    expected = story(whole)
    for point, (data_dir, was_reached) in died(tmp_path, *MIGRATION).items():
        assert was_reached or ALL, point
        audit(f"sqlite:///{data_dir / 'locrit.db'}")
        assert story(data_dir) == expected, point


def first_schema(newest: Path, old: Path) -> None:
    """The same data in a database as the first version of Locrit made it."""
    engine = create_engine(f"sqlite:///{old}")
    migrations.upgrade(engine, "0001")
    tables = {name: [column["name"] for column in inspect(engine).get_columns(name)] for name in names(engine)}
    engine.dispose()
    with sqlite3.connect(old) as database:
        database.execute("ATTACH ? AS newest", (str(copied_as_before(newest)),))
        for table, columns in tables.items():
            database.execute(f"DELETE FROM {table}")
            still_there = {row[1] for row in database.execute(f"PRAGMA newest.table_info({table})")}
            listed = ", ".join(column for column in columns if column in still_there)
            database.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM newest.{table}")
        database.execute("DELETE FROM ops WHERE op_id = 'operation forget'")  # it did not keep what was forgotten
        later = "'$.leaf_id', '$.forked_from', '$.forgotten_at', '$.recall'"
        database.execute(f"UPDATE events SET payload = json_remove(payload, {later})")
        said = "SELECT row_id, content FROM newest.messages WHERE deleted_at IS NULL"
        database.execute(f"INSERT INTO message_search (rowid, content) {said}")
    database.close()


def names(engine: Any) -> list[str]:
    kept = {"alembic_version", "sqlite_sequence", "activity", "message_counts"}  # the last two are counted anew
    return [
        name for name in inspect(engine).get_table_names() if name not in kept and not name.startswith("message_search")
    ]
