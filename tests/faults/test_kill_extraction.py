"""SIGKILL at random moments while facts are extracted: every fact that was told is a memory, and only one.

`EXTRACTION_KILLS=30` does it more often, `SEED=…` repeats a run's moments.
"""

import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.services.llm.ollama_http import Body
from tests.eventually import wait_until
from tests.fakes.ollama import Delay, FakeOllama, Item
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("EXTRACTION_KILLS", "3"))
RUNS_AT_MOST_S = 2.5
"""A reply, a second of silence, and some answers of the model."""
ANSWERS_AFTER_S = 0.2
LOCRIT = "/api/v2/locrits/Bob%20Technique"
TOLD = re.compile(r"^\[(\d+)\] [^\n]*, User: I own thing (\d+)$", re.MULTILINE)


def _facts(body: Body) -> Iterator[Item]:
    """One for each thing that is told in the lines that are new; one of them again."""
    told = TOLD.findall(body["messages"][-1]["content"])
    found = [{"fact": f"User owns thing {thing}", "messages": [int(line)]} for line, thing in told]
    answer = json.dumps({"facts": found + found[:1]})
    yield answer[: len(answer) // 2]
    yield Delay(ANSWERS_AFTER_S)
    yield answer[len(answer) // 2 :]


class Person:
    def __init__(self, server: MortalServer) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=30, limits=alone, trust_env=False)
        self.told = 0

    def prepare(self) -> None:
        self._call("PATCH", LOCRIT, {"memories": "automatic"})

    def tell(self) -> None:
        self.told += 1
        self._call("POST", f"{LOCRIT}/chat", {"message": f"I own thing {self.told}"})

    def memories(self) -> Any:
        return self._call("GET", f"{LOCRIT}/memory/memories?limit=1000")

    def is_done(self) -> bool:
        return self.memories()["extraction"]["waiting"] == 0

    def verify(self) -> bool:
        return bool(self._call("POST", "/api/v2/storage/verify", {})["ok"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_fact_is_lost_or_kept_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED} EXTRACTION_KILLS={KILLS}")
    moments = random.Random(SEED)
    with FakeOllama() as ollama:
        ollama.facts = _facts
        server = MortalServer(tmp_path, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
        person = Person(server)
        try:
            person.prepare()
            for _ in range(KILLS):
                for _ in range(moments.randint(1, 2)):
                    person.tell()
                time.sleep(moments.random() * RUNS_AT_MOST_S)
                server.kill()
                server.start()
            wait_until(person.is_done)
            facts = Counter(memory["content"] for memory in person.memories()["memories"])
            assert person.verify()
            server.terminate()
        finally:
            server.close()
    print(f"{KILLS} kills: {len(facts)} facts, {len(ollama.formatted)} times asked for some")
    assert facts == Counter({f"User owns thing {n}": 1 for n in range(1, person.told + 1)})
    assert "Traceback" not in server.log, server.log
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")
