"""The files of the database are deleted, replaced, emptied, moved away or overwritten while the server runs.

`DAMAGES=…` says how often each is done, at moments that depend on `SEED=…`.
"""

import os
import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.audit import Witness, audit
from tests.faults.chance import SEED
from tests.fixtures.server import LocritServer

DAMAGES = int(os.environ.get("DAMAGES", "1"))
TALKERS = 4


def _other(data_dir: Path) -> Path:
    """A sound database of another history, larger than what it replaces."""
    path = data_dir.with_name("other.db")
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other AS SELECT randomblob(3000000) AS content")
    connection.commit()
    connection.close()
    return path


def _overwritten(data_dir: Path, file: Path) -> None:
    """As `cp` does: the same file with other content."""
    (data_dir / "locrit.db").write_bytes(file.read_bytes())


def _copy(data_dir: Path) -> Path:
    return Path(shutil.copy(data_dir / "locrit.db", data_dir / "copy"))


def _unlink(*paths: Path) -> None:
    for path in paths:
        path.unlink()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": lambda data_dir: (data_dir / "locrit.db").unlink(),
    "all deleted": lambda data_dir: _unlink(*data_dir.glob("locrit.db*")),
    "directory deleted": shutil.rmtree,
    "directory moved": lambda data_dir: data_dir.rename(data_dir.with_name("moved")),
    "replaced by another": lambda data_dir: _other(data_dir).rename(data_dir / "locrit.db"),
    "replaced by its copy": lambda data_dir: _copy(data_dir).rename(data_dir / "locrit.db"),
    "overwritten": lambda data_dir: _overwritten(data_dir, _other(data_dir)),
    "emptied": lambda data_dir: os.truncate(data_dir / "locrit.db", 0),
    "cut": lambda data_dir: os.truncate(data_dir / "locrit.db", 4096),
    "log deleted": lambda data_dir: (data_dir / "locrit.db-wal").unlink(),
    "log emptied": lambda data_dir: os.truncate(data_dir / "locrit.db-wal", 0),
    "log cut": lambda data_dir: os.truncate(data_dir / "locrit.db-wal", 4096),
    "log overwritten": lambda data_dir: (data_dir / "locrit.db-wal").write_bytes(bytes(500_000)),
}

FORGOTTEN = ("all deleted", "directory deleted", "directory moved")
"""Nothing is left that could know better."""


class Talkers:
    """They save until they are refused. `late` is what was acknowledged although it was sent after the damage."""

    def __init__(self, server: LocritServer) -> None:
        self._server = server
        self.acknowledged: dict[str, str] = {}
        self.late: list[str] = []
        self.refusals: list[httpx.Response] = []
        self.is_damaged = threading.Event()
        with server.client() as client:
            client.post("/api/v2/locrits", json={"name": "Ada", "model": "llama3.2:1b"}).raise_for_status()
            self._conversation_id = client.post("/api/v2/conversations", json={"locrit_name": "Ada"}).json()[
                "conversation_id"
            ]
        self._threads = [threading.Thread(target=self._talk, args=(number,)) for number in range(TALKERS)]
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len(self.acknowledged) > TALKERS)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _talk(self, number: int) -> None:
        with self._server.client() as client:
            for count in range(100_000):
                message = {"message_id": f"{number}-{count}", "role": "user", "content": "x" * 300}
                is_late = self.is_damaged.is_set()
                answer = client.post(f"/api/v2/conversations/{self._conversation_id}/messages", json=message)
                if not answer.is_success:
                    self.refusals.append(answer)
                    return
                self.acknowledged[message["message_id"]] = message["content"]
                if is_late:
                    self.late.append(message["message_id"])


@pytest.mark.parametrize("number", range(DAMAGES))
@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_is_acknowledged_that_is_lost_and_the_next_start_asks(
    tmp_path: Path, ollama: FakeOllama, damage: str, number: int
) -> None:
    chance = random.Random(f"{SEED} {damage} {number}")
    print(f"SEED={SEED} DAMAGES={DAMAGES}")
    data_dir = tmp_path / "data"
    server = LocritServer(data_dir, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
    try:
        talkers = Talkers(server)
        time.sleep(chance.uniform(0, 0.5))
        DAMAGE[damage](data_dir)
        talkers.is_damaged.set()
        talkers.join()
        _check_refusals(server, talkers)
        server.kill()
        if damage not in FORGOTTEN and _starts(server):
            server.terminate()
            audit(f"sqlite:///{data_dir / 'locrit.db'}", Witness(acknowledged=talkers.acknowledged))
    finally:
        server.kill()


def _starts(server: LocritServer) -> bool:
    """Or says why not."""
    try:
        server.start()
    except RuntimeError:
        said = server.log.partition("Locrit cannot start: ")[2]
        if "--accept-loss" not in said and "is malformed" not in said:
            raise
        return False
    return True


def _check_refusals(server: LocritServer, talkers: Talkers) -> None:
    assert talkers.late == []
    assert talkers.acknowledged
    assert {answer.status_code for answer in talkers.refusals} == {503}
    assert {answer.json()["error"]["code"] for answer in talkers.refusals} <= {"store_replaced", "store_unavailable"}
    with server.client() as client:
        assert client.get("/health").status_code == 503
    assert "moved, deleted or replaced" in server.log


def test_files_that_are_put_back_are_used_again(tmp_path: Path, server: LocritServer) -> None:
    talkers = Talkers(server)
    time.sleep(0.2)
    server.data_dir.rename(tmp_path / "moved")
    talkers.join()
    (tmp_path / "moved").rename(server.data_dir)
    with server.client() as client:
        wait_until(lambda: client.get("/health").status_code == 200)
    server.restart()
    server.terminate()
    audit(f"sqlite:///{server.data_dir / 'locrit.db'}", Witness(acknowledged=talkers.acknowledged))
