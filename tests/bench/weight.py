"""What it weighs: start-up, memory, and bytes written to disk for a message."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import httpx

from src.stores import search
from tests.bench.figures import Figure, Report, at_most
from tests.bench.library import CHARS, TEXT, fill
from tests.bench.places import LOCRIT, application, directory, opened, server
from tests.fixtures.server import LocritServer
from tools.steps import ROOT

MESSAGES = 1_000_000
SOCKETS = 200
WRITTEN_AFTER = (10, 3_000)
WRITTEN_MESSAGES = 300
INDEXED_WITHIN_S = 1.0


def measure(size: float) -> list[Report]:
    return [_idle(), _full(int(MESSAGES * size)), _disk()]


def _idle() -> Report:
    with directory() as data_dir:
        with server(data_dir):
            pass
        begun = time.perf_counter()
        with server(data_dir) as running, running.client() as client:
            started_s = time.perf_counter() - begun
            client.get("/health").raise_for_status()
            resident = _resident_mb(running)
    return Report(
        "Idle",
        [Figure("start-up", started_s, "s", at_most(2)), Figure("resident memory", resident, "MB", at_most(120))],
    )


def _full(messages: int) -> Report:
    with directory() as data_dir:
        conversation_id, filled_s = asyncio.run(_filled(data_dir, messages))
        with server(data_dir) as running, running.client() as client:
            command = [sys.executable, "-m", "tests.bench.socket_clients", running.url, str(SOCKETS), "0"]
            with subprocess.Popen(
                [*command, conversation_id], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            ) as followers:
                assert followers.stdout is not None
                assert followers.stdout.readline() == "ready\n"
                _use(client, conversation_id)
                resident = _resident_mb(running)
                followers.communicate("go\n")
        size_mb = (data_dir / "locrit.db").stat().st_size / 1e6
    return Report(
        f"{messages:,} messages, {SOCKETS} sockets",
        [
            Figure("resident memory", resident, "MB", at_most(250)),
            Figure("the database", size_mb, "MB"),
            Figure("kept for a message", size_mb * 1000 / messages, "kB", at_most(1.5)),
            Figure("written and indexed in bulk", messages / filled_s, "/s"),
        ],
    )


async def _filled(data_dir: Path, messages: int) -> tuple[str, float]:
    async with application(data_dir) as app:
        begun = time.perf_counter()
        conversation_id = await fill(app, messages)
        while await app.database.write(search.index_pending):
            pass
        return conversation_id, time.perf_counter() - begun


def _use(client: httpx.Client, conversation_id: str) -> None:
    """What a person who looks around makes the server read."""
    for path in (
        f"/api/v2/conversations/{conversation_id}/messages",
        f"/api/v2/conversations/{conversation_id}/messages?before=5000",
        f"/api/v2/locrits/{LOCRIT}/memory/summary",
        f"/api/v2/locrits/{LOCRIT}/memory/search?q=777777",
    ):
        client.get(path).raise_for_status()
    client.post(f"/api/v2/conversations/{conversation_id}/messages", json={"role": "user", "content": TEXT})


def _disk() -> Report:
    figures = []
    with directory() as data_dir, server(data_dir) as running, running.client() as client:
        path, saved = f"/api/v2/conversations/{opened(client)}/messages", 0
        for after in WRITTEN_AFTER:
            _save(client, path, after - saved)
            before = written_bytes(running)
            _save(client, path, WRITTEN_MESSAGES)
            saved = after + WRITTEN_MESSAGES
            written_kb = (written_bytes(running) - before) / WRITTEN_MESSAGES / 1000
            figures.append(Figure(f"after {after:,} messages", written_kb, "kB", at_most(25)))
    few, many = (figure.value for figure in figures)
    figures.append(Figure("many beside few", many / few, "×", at_most(1.2)))
    return Report(f"Written to disk for a message of {CHARS} characters, one at a time", figures)


def _save(client: httpx.Client, path: str, count: int) -> None:
    for number in range(count):
        client.post(path, json={"role": "user", "content": f"{number} {TEXT}"[:CHARS]}).raise_for_status()
    time.sleep(INDEXED_WITHIN_S)


def _resident_mb(running: LocritServer) -> float:
    return _proc(running, "status", "VmRSS") * 1024 / 1e6


def written_bytes(running: LocritServer) -> int:
    return _proc(running, "io", "write_bytes")


def _proc(running: LocritServer, file: str, field: str) -> int:
    for line in Path(f"/proc/{running.pid}/{file}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0])
    raise KeyError(field)
