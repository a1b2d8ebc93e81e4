"""More idle connections than file descriptors: who is here goes on, who comes is told why not, and then it passes.

`IDLE_CONNECTIONS` at a limit of `DESCRIPTORS`.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

DESCRIPTORS = int(os.environ.get("DESCRIPTORS", 256))
IDLE_CONNECTIONS = int(os.environ.get("IDLE_CONNECTIONS", 300))


@pytest.fixture
def small_server(tmp_path: Path, ollama: FakeOllama) -> Iterator[LocritServer]:
    environment = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"}
    under = ("sh", "-c", f'ulimit -n {DESCRIPTORS} && exec "$@"', "sh")
    running = LocritServer(tmp_path / "data", environment, under=under)
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


def test_who_is_here_goes_on_and_who_comes_is_told(small_server: LocritServer) -> None:
    client = ChatClient(small_server.url)
    with small_server.client() as api:
        api.post("/api/v2/locrits", json={"name": "Ada", "model": "llama3.2:1b"}).raise_for_status()
    with ExitStack() as leaving:
        for _ in range(IDLE_CONNECTIONS):
            leaving.enter_context(socket.create_connection(("127.0.0.1", small_server.port), timeout=10))
        time.sleep(0.5)
        for number in range(10):
            asked = client.call("chat_message", {"locrit_name": "Ada", "message": f"Question {number}?"})
            client.wait_for("chat_complete", status="complete", conversation_id=asked["conversation_id"])
        wait_until(lambda: _is_refused(small_server, leaving))
    wait_until(lambda: httpx.get(f"{small_server.url}/health").status_code == 200)
    with small_server.client() as api:
        assert len(api.get("/api/v2/conversations", params={"locrit_name": "Ada"}).json()["conversations"]) == 1
    client.close()


def _is_refused(server: LocritServer, leaving: ExitStack) -> bool:
    """Where something had just been closed, there was room for one more: that is taken, too."""
    answer = httpx.get(f"{server.url}/health").json()
    if "error" in answer:
        assert answer["error"]["code"] == "too_many_connections"
        return True
    leaving.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
    return False


def test_the_limit_is_raised_as_far_as_the_system_lets_us(tmp_path: Path, ollama: FakeOllama) -> None:
    under = ("sh", "-c", f'ulimit -S -n {DESCRIPTORS} && ulimit -H -n {DESCRIPTORS * 2} && exec "$@"', "sh")
    running = LocritServer(tmp_path / "data", {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"}, under=under)
    limits = Path(f"/proc/{running.pid}/limits").read_text()
    running.kill()
    [line] = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert line.split()[3:5] == [str(DESCRIPTORS * 2)] * 2
