"""SIGKILL at random moments while concepts are counted: each mention counts once, and a recount gives the same.

`CONCEPT_KILLS=30` does it more often, `SEED=…` repeats a run's moments.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.eventually import wait_until
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("CONCEPT_KILLS", "3"))
RUNS_AT_MOST_S = 0.6
"""Some saves, and what is counted of them."""
NAMES = ("Minou", "Lisbon", "Porto", "Camille", "Zanzibar", "Braga", "Darjeeling")
MOST_SAID = 12
CONCEPTS = "/api/v2/locrits/Bob%20Technique/memory/concepts"


class Person:
    def __init__(self, server: MortalServer, moments: random.Random) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=30, limits=alone, trust_env=False)
        self._moments = moments
        self.said: dict[str, Counter[str]] = {}
        self._trashed = 0

    def talk(self) -> None:
        """Says some, and throws one conversation of three away, so that it is looked at anew."""
        opened = self._call("POST", "/api/v2/conversations", {"locrit_name": "Bob Technique"})
        where = f"/api/v2/conversations/{opened['conversation_id']}"
        self.said[where] = Counter()
        for _ in range(self._moments.randint(1, MOST_SAID)):
            names = self._moments.sample(NAMES, 3)
            content = f"We saw {names[0]}, {names[1]} and {names[2]}."
            self._call("POST", f"{where}/messages", {"role": "user", "content": content})
            self.said[where].update(names)
        if self._moments.random() < 1 / 3:
            away = self._moments.choice(list(self.said))
            self._call("DELETE", away)
            del self.said[away]

    def counted(self) -> Counter[str]:
        return Counter({one["name"]: one["mentions"] for one in self._call("GET", CONCEPTS)["concepts"]})

    def is_done(self) -> bool:
        return self.counted() == sum(self.said.values(), Counter[str]())

    def verify(self) -> bool:
        return bool(self._call("POST", "/api/v2/storage/verify", {})["ok"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_mention_is_lost_or_counted_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED} CONCEPT_KILLS={KILLS}")
    moments = random.Random(SEED)
    server = MortalServer(tmp_path, {})
    person = Person(server, moments)
    try:
        for _ in range(KILLS):
            person.talk()
            time.sleep(moments.random() * RUNS_AT_MOST_S)
            server.kill()
            server.start()
        wait_until(person.is_done)
        counted = person.counted()
        assert person.verify()
        server.terminate()
    finally:
        server.close()
    print(f"{KILLS} kills: {counted.total()} mentions of {len(counted)} concepts")
    assert "Traceback" not in server.log, server.log
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")
