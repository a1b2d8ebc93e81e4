"""`/health` is red while nothing can be saved, whether or not somebody tries, and green again after the repair."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.disk import shim
from tests.faults.disk.fault import Fault
from tests.fixtures.server import LocritServer

MESSAGE = {"role": "user", "content": "hello"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def disk(home: Path) -> Fault:
    return Fault(Fault.prepare(home / "fault"))


@pytest.fixture
def fault(disk: Fault) -> Iterator[Fault]:
    yield disk
    disk.repair()


@pytest.fixture(scope="module")
def server(home: Path, shared_ollama: FakeOllama, disk: Fault) -> Iterator[LocritServer]:
    """One for all: after each repair it is as well as before."""
    shimmed = {
        "LD_PRELOAD": str(shim.compiled()),
        "DISK_WATCHED": str(home / "data"),
        "DISK_JOURNAL": os.devnull,
        "DISK_FAULT": str(home / "fault"),
    }
    (home / "data").mkdir()
    environment = {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama", **shimmed}
    running = LocritServer(home / "data", environment, from_nothing=True)
    yield running
    running.kill()


def expect_health(client: httpx.Client, status: int) -> None:
    wait_until(lambda: client.get("/health").status_code == status)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=["full", "broken", "read-only"])
@pytest.mark.parametrize("somebody_tries", [True, False])
def test_a_disk_that_takes_nothing_is_told(
    server: LocritServer, fault: Fault, error: int, somebody_tries: bool
) -> None:
    with server.client() as client:
        expect_health(client, 200)
        conversation_id = _conversation(client)
        fault.arm(1, error, lasting=True)
        if somebody_tries:
            assert client.post(f"/api/v2/conversations/{conversation_id}/messages", json=MESSAGE).status_code == 503
            assert client.get("/health").status_code == 503
        expect_health(client, 503)
        assert client.get(f"/api/v2/conversations/{conversation_id}/messages").status_code == 200, (
            "what is saved is there"
        )
        fault.repair()
        expect_health(client, 200)
        assert client.post(f"/api/v2/conversations/{conversation_id}/messages", json=MESSAGE).status_code == 201


def test_a_database_that_another_program_holds_is_told(server: LocritServer) -> None:
    with server.client() as client:
        expect_health(client, 200)
        holding = sqlite3.connect(server.data_dir / "locrit.db", isolation_level=None)
        holding.execute("BEGIN IMMEDIATE")
        expect_health(client, 503)
        holding.close()
        expect_health(client, 200)


def test_asking_often_does_not_write_often(server: LocritServer) -> None:
    with server.client() as client:
        expect_health(client, 200)
        log = server.data_dir / "locrit.db-wal"
        before = log.stat().st_size
        for _ in range(50):
            client.get("/health")
        assert log.stat().st_size - before < 20_000


def test_a_postgresql_that_takes_no_writes_is_told(tmp_path: Path, ollama: FakeOllama, postgresql_url: str) -> None:
    env = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_DATABASE_URL": postgresql_url}
    server = LocritServer(tmp_path / "data", env)
    try:
        with server.client() as client:
            expect_health(client, 200)
            _set_read_only(postgresql_url, "on")
            expect_health(client, 503)
            _set_read_only(postgresql_url, "off")
            expect_health(client, 200)
    finally:
        server.kill()


def _set_read_only(url: str, value: str) -> None:
    """As on a standby: for every connection, the old ones are ended."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        name = admin.execute("SELECT current_database()").fetchone()
        assert name is not None
        admin.execute(f"ALTER DATABASE {name[0]} SET default_transaction_read_only = {value}")
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _conversation(client: httpx.Client) -> str:
    opened = client.post("/api/v2/conversations", json={"locrit_name": "Bob Technique"}).raise_for_status()
    return str(opened.json()["conversation_id"])
