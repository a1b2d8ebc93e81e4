"""SIGKILL at random moments while people send and stream: what they were told is saved, is saved.

`make torture KILLS=10000` does it more often; `SEED=…` repeats a run's moments.
"""

import os
import random
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.ollama import Delay, FakeOllama, Item, Thought
from tests.faults.audit import Witness, audit
from tests.faults.chance import SEED
from tests.faults.clients import Client, RestClient, SocketClient
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("KILLS", "30"))
CLIENTS = 8
CONVERSATIONS = 4
AUDIT_EVERY = int(os.environ.get("AUDIT_EVERY", "500"))
RUNS_AT_MOST_S = 0.8
STARTS_WITHIN_S = 0.3
WHILE_STARTING = 0.2
PACE_S = 0.005
LOCRIT = "Bob Technique"


class Chatty(FakeOllama):
    """Short replies, that end before the server does, and long ones, that do not. Some think first, and tell that apart
    or mark it in their text."""

    def next_script(self, body: dict[str, Any]) -> Iterator[Item]:
        self.requests.append(body)
        question = body["messages"][-1]["content"]
        marks = ("<think>", "</think>") if _number(question) % 3 == 1 else ("", "")
        thoughts, words = self.thoughts(question), self.words(question)
        apart = [Thought(word) for word in thoughts] if marks[0] == "" else thoughts
        for word in [marks[0], *apart, marks[1], *words]:
            yield Delay(PACE_S)
            yield word

    def words(self, question: str) -> list[str]:
        return ["You said: ", question, *["and so on "] * (_number(question) % 80)]

    def thoughts(self, question: str) -> list[str]:
        return ["hm,"] * (_number(question) % 100 if _number(question) % 3 else 0)


def _number(question: str) -> int:
    return zlib.crc32(question.encode())


@pytest.fixture
def chatty() -> Iterator[Chatty]:
    fake = Chatty()
    with fake:
        yield fake


@pytest.mark.timeout(120 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path, chatty: Chatty) -> None:
    print(f"SEED={SEED} KILLS={KILLS}")
    moments = random.Random(SEED)
    witness = Witness(reply_to=lambda question: "".join(chatty.thoughts(question) + chatty.words(question)))
    server = MortalServer(tmp_path, {"OLLAMA_HOST": chatty.url, "LOCRIT_LLM": "ollama"})
    database_url = f"sqlite:///{tmp_path / 'locrit.db'}"
    clients = _clients(server, witness)
    try:
        for client in clients:
            client.start()
        for number in range(1, KILLS + 1):
            _kill(server, moments)
            if number % AUDIT_EVERY == 0:
                server.kill()  # an audit takes minutes, in which nobody is to ask faster than is answered
                audit(database_url, running=True)
                server.start()
                print(f"{number} kills, {len(witness.acknowledged)} messages acknowledged")
        _leave(clients)
        server.terminate()
    finally:
        server.close()
    witness.asked = [body["messages"][-1]["content"] for body in chatty.requests]
    ended = audit(database_url, witness)
    print(
        f"{KILLS} kills, {len(witness.acknowledged)} messages acknowledged, {len(witness.shown)} replies seen: {ended}"
    )
    assert "Traceback" not in server.log, server.log
    assert ended["failed"] == 0
    assert ended["interrupted"] > 0
    assert ended["complete"] > 0


def _kill(server: MortalServer, moments: random.Random) -> None:
    """Returns when the server serves again."""
    if moments.random() < WHILE_STARTING:
        server.kill()
        server.kill_while_starting(moments.random() * STARTS_WITHIN_S)
    else:
        time.sleep(moments.random() * RUNS_AT_MOST_S)
        server.kill()
    server.start()


def _clients(server: MortalServer, witness: Witness) -> list[Client]:
    with httpx.Client(base_url=server.url) as api:
        ids = [
            api.post("/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status().json()["conversation_id"]
            for _ in range(CONVERSATIONS)
        ]
    kinds: list[type[Client]] = [RestClient, SocketClient]
    return [kinds[n % 2](server.url, LOCRIT, ids[n // 2 % CONVERSATIONS], witness, SEED + n) for n in range(CLIENTS)]


def _leave(clients: list[Client]) -> None:
    """Everyone gets the acknowledgement that they wait for."""
    for client in clients:
        client.leave()
    for client in clients:
        client.join(30)
        assert not client.is_alive(), f"a client was never answered:\n{client.whereabouts()}"
        if client.problem:
            raise client.problem
