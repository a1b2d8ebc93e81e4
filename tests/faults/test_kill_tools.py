"""SIGKILL at random moments of replies that think, call tools in three rounds and answer: what was shown is there,
nothing is left running, and nothing that changes something is done twice.

`TOOL_KILLS=50` does it more often, `SEED=…` repeats a run's moments.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.ollama import Calls, Delay, FakeOllama, Item, Thought
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("TOOL_KILLS", "4"))
RUNS_AT_MOST_S = 1.0
PACE_S = 0.01
MODEL = "tooled:1b"
LOCRIT = "/api/locrits/Bob%20Technique"
SAID = "It is forty-two, "
UNSAVED_CHARS = 100


class Busy(FakeOllama):
    """Three rounds of tools to each question, as far as they were not asked for yet, then an answer."""

    def next_script(self, body: dict[str, Any]) -> Iterator[Item]:
        self.requests.append(body)
        messages = body["messages"]
        asked = max(at for at, message in enumerate(messages) if message["content"].startswith("question"))
        rounds = sum("tool_calls" in message for message in messages[asked:])
        fact = f"fact {messages[asked]['content'].split()[1]}"
        yield Delay(PACE_S)
        yield Thought("hm, " * 10)
        yield Delay(PACE_S)
        calls: list[tuple[tuple[str, Any], ...]] = [
            (("remember", {"content": f"{fact} a"}), ("calculate", {"expression": "6 * 7"})),
            (("list_conversations", {}),),
            (("remember", {"content": f"{fact} b"}),),
        ]
        if rounds < len(calls):
            yield "Let me see. "
            yield Delay(PACE_S)
            yield Calls(*calls[rounds])
        else:
            for _ in range(20):
                yield SAID
                yield Delay(PACE_S)


class Person:
    def __init__(self, server: MortalServer) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=30, limits=alone, trust_env=False)
        self._where = ""
        self._asked = 0
        self._turn: dict[str, Any] = {}
        self.ended: Counter[str] = Counter()

    def prepare(self) -> None:
        tools = dict.fromkeys(("remember", "calculate", "list_conversations"), "always")
        self._call("PATCH", LOCRIT, {"model": MODEL, "tools": tools})
        self._where = self._call("POST", "/api/conversations", {"locrit_name": "Bob Technique"})["conversation_id"]

    def go_on(self) -> None:
        """Asks something, or has the reply that was cut go on."""
        at = f"/api/conversations/{self._where}"
        if self._turn and self.reply()["status"] != "complete":
            self._turn = self._call("POST", f"{at}/messages/{self._turn['reply']['message_id']}/continue", {})
        else:
            self._asked += 1
            self._turn = self._call("POST", f"{at}/turns", {"message": f"question {self._asked}"})

    def seen(self) -> dict[str, Any]:
        return self._call("GET", f"/api/generations/{self._turn['generation_id']}")

    def reply(self) -> dict[str, Any]:
        return self._call("GET", f"/api/conversations/{self._where}/messages/{self._turn['reply']['message_id']}")

    def tools(self) -> list[dict[str, Any]]:
        page = self._call("GET", f"/api/conversations/{self._where}/messages")
        return [row for row in page["tool_results"] if row["message_id"] == self._turn["reply"]["message_id"]]

    def allow(self) -> None:
        """What may have been done already is asked about before the same tool runs again."""
        for row in self.tools():
            if row["status"] == "pending" and row["asks"] and row["answer"] is None:
                self._call("POST", f"/api/tool-results/{row['id']}/answer", {"answer": "once"})

    def facts(self) -> Counter[str]:
        memories = self._call("GET", f"{LOCRIT}/memory/memories?limit=200")["memories"]
        return Counter(memory["content"] for memory in memories)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


def _check_kept(seen: dict[str, Any], reply: dict[str, Any]) -> None:
    assert reply["status"] in ("complete", "interrupted")
    shown, kept = seen["content"], reply["content"]
    assert kept.startswith(shown) or shown.startswith(kept)
    assert len(shown) - len(kept) <= UNSAVED_CHARS
    calls = [part["id"] for part in seen.get("parts") or [] if part["type"] == "tool_call"]
    assert calls == [part["id"] for part in reply.get("parts") or [] if part["type"] == "tool_call"][: len(calls)]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_tool_is_done_twice_and_nothing_shown_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED} TOOL_KILLS={KILLS}")
    moments = random.Random(SEED)
    with Busy() as busy:
        busy.models.append(MODEL)
        busy.capabilities[MODEL] = ["completion", "tools"]
        server = MortalServer(tmp_path, {"OLLAMA_HOST": busy.url, "LOCRIT_LLM": "ollama"})
        person = Person(server)
        try:
            person.prepare()
            for _ in range(KILLS):
                person.go_on()
                runs_s = moments.random() * RUNS_AT_MOST_S
                time.sleep(runs_s / 2)
                person.allow()
                time.sleep(runs_s / 2)
                seen = person.seen()
                server.kill()
                server.start()
                _check_kept(seen, person.reply())
                assert "running" not in {row["status"] for row in person.tools()}
                person.ended[person.reply()["status"]] += 1
            while person.reply()["status"] != "complete":
                person.go_on()
                while person.seen()["status"] == "streaming":
                    person.allow()
                    time.sleep(0.05)
            assert {row["status"] for row in person.tools()} <= {"done", "failed"}
            facts = person.facts()
            server.terminate()
        finally:
            server.close()
    print(f"{KILLS} kills: {person.ended}, {facts}")
    assert set(facts.values()) <= {1}
    assert "Traceback" not in server.log, server.log
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")
