"""SIGKILL at random moments while what was said is indexed: all of it may be recalled, once, as in an index made anew.

`RECALL_KILLS=30` does it more often, `SEED=…` repeats a run's moments.
"""

import asyncio
import os
import random
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Engine, create_engine, func, insert, select, text

from src.ids import new_id
from src.models import jobs, messages, recall_index
from src.stores import search
from src.stores.integrity import verify
from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer
from tests.store import LOCRIT, Store, opened

KILLS = int(os.environ.get("RECALL_KILLS", "3"))
SAID_AT_ONCE = 200
LATER_AT_MOST_S = 0.03
REBUILT = 0.4
"""Of the lives, how many begin with an index that is to be made anew."""
STORY = "the lake is cold and my sister Ada plays the piano in Lisbon where we went in March"
_WAITING = select(func.count()).select_from(jobs).where(jobs.c.kind.in_(("index", search.REINDEX)))


class Person:
    """`said`: what is to be recalled, by the ids of messages that the server has acknowledged."""

    def __init__(self, server: MortalServer, chance: random.Random) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=60, limits=alone, trust_env=False)
        self._chance = chance
        self._where = self._call("POST", "/api/v2/conversations", {"locrit_name": LOCRIT})["conversation_id"]
        self._messages = f"/api/v2/conversations/{self._where}/messages"
        self.said: dict[str, str] = {}

    def live(self) -> None:
        """Changes, throws away and forgets some of what was said, and says much more."""
        self._change_some()
        new = {new_id(): self._sentence() for _ in range(SAID_AT_ONCE)}
        sent = [{"message_id": id_, "role": "user", "content": content} for id_, content in new.items()]
        self._call("POST", f"/api/v2/conversations/{self._where}/sync", {"messages": sent})
        self.said |= new

    def _change_some(self) -> None:
        if not self.said:
            return
        edited, deleted, forgotten = self._chance.sample(sorted(self.said), 3)
        self.said[edited] = self._sentence()
        self._call("PATCH", f"{self._messages}/{edited}", {"content": self.said[edited]})
        self._call("DELETE", f"{self._messages}/{deleted}")
        self._call("POST", f"{self._messages}/{forgotten}/forget", {"confirm": True})
        del self.said[deleted], self.said[forgotten]

    def _sentence(self) -> str:
        return " ".join(self._chance.choices(STORY.split(), k=self._chance.randint(5, 120)))

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._api.request(method, path, json=body).raise_for_status().json()


@pytest.mark.timeout(120 + 10 * KILLS)
def test_the_index_is_what_a_new_one_would_be_when_the_server_is_killed(
    tmp_path: Path, database_url: str, ollama: FakeOllama
) -> None:
    print(f"SEED={SEED} RECALL_KILLS={KILLS}")
    chance, cut = random.Random(SEED), 0
    engine = create_engine(database_url)
    env = {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama", "LOCRIT_DATABASE_URL": database_url}
    server = MortalServer(tmp_path, env)
    person = Person(server, chance)
    try:
        for _ in range(KILLS):
            person.live()
            left = chance.randrange(SAID_AT_ONCE)
            wait_until(lambda: _waiting(engine) <= left)  # noqa: B023 - of this life
            time.sleep(chance.random() * LATER_AT_MOST_S)
            server.kill()
            cut += _waiting(engine) > 0
            if chance.random() < REBUILT:
                _have_it_made_anew(engine)
            server.start()
        wait_until(lambda: _waiting(engine) == 0)
        server.terminate()
    finally:
        server.close()
        engine.dispose()
    print(f"{KILLS} kills, {cut} of them while something waited; {len(person.said)} messages")
    assert "Traceback" not in server.log, server.log
    asyncio.run(_examined(database_url, person.said))
    audit(database_url)


def _waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_WAITING).scalar_one())


def _have_it_made_anew(engine: Engine) -> None:
    reindex = {"kind": search.REINDEX, "entity_id": "message_search"}
    with engine.begin() as connection:
        if not connection.execute(select(jobs).where(jobs.c.kind == search.REINDEX)).first():
            connection.execute(insert(jobs).values(reindex))


async def _examined(url: str, said: dict[str, str]) -> None:
    async with opened(url) as store:
        assert (await store.database.read(verify)).ok
        kept = await store.database.read(_indexed)
        assert sorted(id_ for id_, _ in kept) == sorted(said), "each once"
        found = await _recalled(store)
        assert found
        await store.database.write(lambda tx: _empty(tx.connection))
        while await store.database.write(search.index_pending):
            pass
        assert await store.database.read(_indexed) == kept
        assert await _recalled(await store.of(store.caller)) == found


async def _recalled(store: Store) -> list[tuple[str, float]]:
    recalled = await store.recall.recall(LOCRIT, "Where does my sister Ada play the piano?", 2000)
    return sorted((one.message_id, one.score) for one in recalled)


def _indexed(connection: Connection) -> list[tuple[str, str]]:
    indexed = select(messages.c.id, recall_index.c.units).join(messages, messages.c.row_id == recall_index.c.row_id)
    return [(row.id, row.units) for row in connection.execute(indexed.order_by(messages.c.id))]


def _empty(connection: Connection) -> None:
    """To be filled anew."""
    connection.execute(recall_index.delete())
    connection.execute(text("DELETE FROM message_search"))
    connection.execute(insert(jobs).values(kind=search.REINDEX, entity_id="message_search"))
