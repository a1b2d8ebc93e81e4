"""SIGKILL at random moments of a conversation whose replies think, call tools in three rounds, make artifacts and
answer: what was shown is there, nothing is left running, and nothing that changes something is done twice.

`TOOL_KILLS=50` does it more often, `SEED=…` repeats a run's moments.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.entities import Body
from src.entities.parts import PARTS, words
from tests.faults.audit import audit
from tests.faults.busy import MODEL, PAGE, TOOLS, Busy
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("TOOL_KILLS", "4"))
RUNS_AT_MOST_S = 1.2
LOCRIT = "/api/v2/locrits/Bob%20Technique"
COUNTED_LINES = 4
"""Of a page between fences, so many make an artifact."""
UNSAVED_CHARS = 100


class Person:
    def __init__(self, server: MortalServer) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=30, limits=alone, trust_env=False)
        self._where = ""
        self._asked = 0
        self._turn: dict[str, Any] = {}
        self.ended: Counter[str] = Counter()

    def prepare(self) -> None:
        self._call("PATCH", LOCRIT, {"model": MODEL, "tools": dict.fromkeys(TOOLS, "always")})
        self._where = self._call("POST", "/api/v2/conversations", {"locrit_name": "Bob Technique"})["conversation_id"]

    def go_on(self) -> None:
        """Asks something, or has the reply that was cut go on."""
        at = f"/api/v2/conversations/{self._where}"
        if self._turn and self.reply()["status"] != "complete":
            self._turn = self._call("POST", f"{at}/messages/{self._turn['reply']['message_id']}/continue", {})
        else:
            self._asked += 1
            self._turn = self._call("POST", f"{at}/turns", {"message": f"question {self._asked}"})

    def seen(self) -> dict[str, Any]:
        return self._call("GET", f"/api/v2/generations/{self._turn['generation_id']}")

    def reply(self) -> dict[str, Any]:
        return self._call("GET", f"/api/v2/conversations/{self._where}/messages/{self._turn['reply']['message_id']}")

    def tools(self) -> list[dict[str, Any]]:
        page = self._call("GET", f"/api/v2/conversations/{self._where}/messages")
        return [row for row in page["tool_results"] if row["message_id"] == self._turn["reply"]["message_id"]]

    def artifacts(self) -> dict[str, dict[str, Any]]:
        """What this reply made, with what each says."""
        listed = self._call("GET", f"/api/v2/conversations/{self._where}/artifacts")["artifacts"]
        mine = [one["id"] for one in listed if one["message_id"] == self._turn["reply"]["message_id"]]
        return {id_: self._call("GET", f"/api/v2/artifacts/{id_}") for id_ in mine}

    def verify(self) -> bool:
        return bool(self._call("POST", "/api/v2/storage/verify", {})["ok"])

    def allow(self) -> None:
        """What may have been done already is asked about before the same tool runs again."""
        for row in self.tools():
            if row["status"] == "pending" and row["asks"] and row["answer"] is None:
                self._call("POST", f"/api/v2/tool-results/{row['id']}/answer", {"answer": "once"})

    def facts(self) -> Counter[str]:
        memories = self._call("GET", f"{LOCRIT}/memory/memories?limit=200")["memories"]
        return Counter(memory["content"] for memory in memories)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


def _check_kept(seen: dict[str, Any], reply: dict[str, Any]) -> None:
    """What it said, thought and called."""
    assert reply["status"] in ("complete", "interrupted")
    shown, kept = _words(seen), _words(reply)
    assert kept.startswith(shown) or shown.startswith(kept)
    assert len(shown) - len(kept) <= UNSAVED_CHARS
    calls = [part["id"] for part in seen.get("parts") or [] if part["type"] == "tool_call"]
    assert calls == [part["id"] for part in reply.get("parts") or [] if part["type"] == "tool_call"][: len(calls)]


def _words(said: dict[str, Any]) -> str:
    return words(Body(said["content"], PARTS.validate_python(said["parts"]) if said.get("parts") else None))


def _check_made(before: dict[str, dict[str, Any]], reply: dict[str, Any], made: dict[str, dict[str, Any]]) -> None:
    """Of what was made nothing is lost, and of what was said between fences all is made, once."""
    assert all(made[id_]["content"].startswith(one["content"].rstrip("\n")) for id_, one in before.items())
    page = reply["content"].partition("```html\n")[2].partition("```")[0]
    pages = [one["content"].rstrip("\n") for one in made.values() if one["type"] == "html"]
    assert pages == ([page.rstrip("\n")] if page.count("\n") >= COUNTED_LINES else pages[:1])
    assert len(made) - len(pages) <= 1
    if reply["status"] == "complete":
        assert sorted(one["content"] for one in made.values()) == [PAGE, "<svg><circle r='1'/></svg>"]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_nothing_shown_is_lost_and_no_tool_is_done_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED} TOOL_KILLS={KILLS}")
    moments = random.Random(SEED)
    with Busy() as busy:
        server = MortalServer(tmp_path, {"OLLAMA_HOST": busy.url, "LOCRIT_LLM": "ollama"})
        person = Person(server)
        try:
            person.prepare()
            for _ in range(KILLS):
                _live_and_die(server, person, moments.random() * RUNS_AT_MOST_S)
            _finish(person)
            facts = person.facts()
            assert person.verify()
            server.terminate()
        finally:
            server.close()
    print(f"{KILLS} kills: {person.ended}, {facts}")
    assert set(facts.values()) <= {1}
    assert "Traceback" not in server.log, server.log
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")


def _live_and_die(server: MortalServer, person: Person, runs_s: float) -> None:
    person.go_on()
    time.sleep(runs_s / 2)
    person.allow()
    time.sleep(runs_s / 2)
    made, seen = person.artifacts(), person.seen()
    server.kill()
    server.start()
    reply = person.reply()
    _check_kept(seen, reply)
    _check_made(made, reply, person.artifacts())
    assert "running" not in {row["status"] for row in person.tools()}
    person.ended[reply["status"]] += 1


def _finish(person: Person) -> None:
    while person.reply()["status"] != "complete":
        person.go_on()
        while person.seen()["status"] == "streaming":
            person.allow()
            time.sleep(0.05)
    _check_made({}, person.reply(), person.artifacts())
    assert {row["status"] for row in person.tools()} <= {"done", "failed"}
