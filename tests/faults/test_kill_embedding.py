"""SIGKILL at random moments while what was said is embedded: all of it has vectors, once, as if it had never happened.

`EMBED_KILLS=30` does it more often, `SEED=…` repeats a run's moments.
"""

import os
import random
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, create_engine, select

from src.models import messages, recall_index, recall_vectors, vector_spaces
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("EMBED_KILLS", "3"))
SAID_AT_ONCE = 40
RUNS_AT_MOST_S = 1.2
"""Until it is indexed, and some of it is embedded."""
EMBEDS_IN_S = 0.03
MODELS = ("nomic-embed-text:latest", "mxbai-embed-large:latest")


class Person:
    """Says much, and now and then wants another model to embed it."""

    def __init__(self, server: MortalServer, moments: random.Random) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=30, limits=alone, trust_env=False)
        self._moments = moments
        self._conversation = self._call("POST", "/api/v2/conversations", {"locrit_name": "Bob Technique"})
        self.said = list[str]()

    def act(self) -> None:
        self.choose(self._moments.choice(MODELS))
        where = f"/api/v2/conversations/{self._conversation['conversation_id']}/messages"
        for _ in range(SAID_AT_ONCE):
            one = f"I own thing {len(self.said)}" + "!" * self._moments.randint(0, 9)
            message = self._call("POST", where, {"role": "user", "content": one})
            self.said.append(message["message_id"])

    def choose(self, model: str) -> None:
        self._call("PATCH", "/api/v2/settings", {"meaning": model})

    def verify(self) -> bool:
        return bool(self._call("POST", "/api/v2/storage/verify", {})["ok"])

    def _call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


def _vectors(connection: Connection) -> list[tuple[str, str, bytes]]:
    of = (
        select(messages.c.id, vector_spaces.c.model, recall_vectors.c.vectors)
        .join(recall_index, recall_index.c.row_id == messages.c.row_id)
        .join(recall_vectors, recall_vectors.c.index_id == recall_index.c.id)
        .join(vector_spaces, vector_spaces.c.id == recall_vectors.c.space_id)
        .order_by(messages.c.id, vector_spaces.c.model)
    )
    return [(row.id, row.model, row.vectors) for row in connection.execute(of)]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_vector_is_lost_or_kept_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    print(f"SEED={SEED} EMBED_KILLS={KILLS}")
    moments = random.Random(SEED)
    url = f"sqlite:///{tmp_path / 'locrit.db'}"
    engine = create_engine(url)

    def kept() -> list[tuple[str, str, bytes]]:
        with engine.connect() as connection:
            return _vectors(connection)

    def has_all(model: str) -> bool:
        return [(id_, of) for id_, of, _ in kept()] == [(id_, model) for id_ in sorted(person.said)]

    with FakeOllama() as ollama:
        ollama.models.append(MODELS[1])
        ollama.embeds_in_s = EMBEDS_IN_S
        server = MortalServer(tmp_path, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
        person = Person(server, moments)
        found = set[tuple[int, int]]()
        try:
            for _ in range(KILLS):
                person.act()
                time.sleep(moments.random() * RUNS_AT_MOST_S)
                server.kill()
                some = kept()
                found.add((len(some), len({model for _, model, _ in some})))
                server.start()
            person.choose(MODELS[0])
            wait_until(lambda: has_all(MODELS[0]), 60)
            survived = kept()
            assert person.verify()
            person.choose("")
            wait_until(lambda: kept() == [])
            person.choose(MODELS[0])
            wait_until(lambda: has_all(MODELS[0]), 60)
            assert kept() == survived, "they are those that are made anew"
            server.terminate()
        finally:
            server.close()
            engine.dispose()
    print(f"{KILLS} kills: {len(person.said)} messages, when killed there were vectors, by models: {sorted(found)}")
    assert "Traceback" not in server.log, server.log
    audit(url)
