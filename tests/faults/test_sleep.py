"""A machine that sleeps, or a process that is stopped, has not waited: clocks run on meanwhile, patience does not.

`STOPPED_S=60` stops it for longer.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold, Silence
from tests.fixtures.server import LocritServer

STOPPED_S = float(os.environ.get("STOPPED_S", "3"))
PATIENCE_S = 2.5


@pytest.fixture
def impatient(tmp_path: Path, ollama: FakeOllama) -> Iterator[LocritServer]:
    limits = {"LOCRIT_MODEL_LOAD_TIMEOUT": str(PATIENCE_S), "LOCRIT_MODEL_TIMEOUT": str(PATIENCE_S)}
    server = LocritServer(tmp_path / "data", {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama", **limits})
    yield server
    server.kill()


def asleep(server: LocritServer) -> None:
    os.kill(server.pid, signal.SIGSTOP)
    time.sleep(STOPPED_S)
    os.kill(server.pid, signal.SIGCONT)


def asked(server: LocritServer) -> str:
    """The path of the conversation's messages, the reply being the last. A socket would not outlive a long sleep."""
    with server.client() as client:
        opened = client.post("/api/v2/conversations", json={"locrit_name": "Bob Technique"}).raise_for_status().json()
        conversation = f"/api/v2/conversations/{opened['conversation_id']}"
        client.post(f"{conversation}/turns", json={"message": "Awake?"}).raise_for_status()
    return f"{conversation}/messages"


def reply(server: LocritServer, path: str) -> dict[str, Any]:
    with server.client() as client:
        found: dict[str, Any] = client.get(path).raise_for_status().json()["messages"][-1]
        return found


@pytest.mark.parametrize("begun", [[], ["Good "]], ids=["while the model loads", "while it writes"])
def test_a_reply_goes_on_when_the_server_wakes(impatient: LocritServer, ollama: FakeOllama, begun: list[str]) -> None:
    go_on = threading.Event()
    ollama.enqueue([*begun, Hold(go_on), "morning."])
    path = asked(impatient)
    wait_until(lambda: len(ollama.requests) == 1)
    asleep(impatient)
    time.sleep(0.5)  # a model that slept as well needs a moment
    go_on.set()
    wait_until(lambda: reply(impatient, path)["status"] != "streaming")
    assert reply(impatient, path)["status"] == "complete"
    assert reply(impatient, path)["content"] == "".join([*begun, "morning."])


def test_a_model_that_stays_silent_after_waking_has_failed(impatient: LocritServer, ollama: FakeOllama) -> None:
    ollama.enqueue(["Good ", Silence()])
    path = asked(impatient)
    wait_until(lambda: reply(impatient, path)["content"] == "Good ")
    asleep(impatient)
    wait_until(lambda: reply(impatient, path)["status"] == "failed")
    error = reply(impatient, path)["error"]
    assert error["code"] == "model_timeout"
    assert f"{PATIENCE_S:g} seconds (LOCRIT_MODEL_TIMEOUT)" in error["message"]


def test_a_server_that_wakes_is_well(impatient: LocritServer) -> None:
    answers: list[int] = []

    def ask() -> None:
        with impatient.client() as client:
            answers.append(client.get("/health", timeout=STOPPED_S + 20).status_code)

    os.kill(impatient.pid, signal.SIGSTOP)
    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(max(STOPPED_S, 6))
    os.kill(impatient.pid, signal.SIGCONT)
    asking.join()
    assert answers == [200]
