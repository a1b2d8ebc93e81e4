"""Five clients, a network that drops, doubles, reorders and cuts, a server that is killed, storage that is wiped, a
backup that is restored in the middle: ten seconds after it stops, everyone shows what the server has.

`CHAOS_S=…` makes it longer, `SEED=…` repeats a run.
"""

import json
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.eventually import wait_until
from tests.faults.audit import Witness, audit
from tests.faults.busy import MODEL, TOOLS, Busy
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer
from tests.faults.proxy import Proxy
from tests.faults.replica import CALM, KINDS, ROUGH, Replica, in_order

CHAOS_S = float(os.environ.get("CHAOS_S", "6"))
CLIENTS = 5
LOCRIT = "Bob Technique"
TOLD = ("message_id", "name", "arguments", "result", "status", "content")


@pytest.mark.timeout(90 + 3 * CHAOS_S)
def test_after_the_chaos_everyone_shows_the_same(tmp_path: Path) -> None:
    print(f"SEED={SEED} CHAOS_S={CHAOS_S}")
    with Busy() as busy:
        _go_through_chaos(random.Random(SEED), tmp_path, busy)


def _go_through_chaos(chance: random.Random, tmp_path: Path, busy: Busy) -> None:
    server = MortalServer(tmp_path, {"OLLAMA_HOST": busy.url, "LOCRIT_LLM": "ollama"})
    tools = dict.fromkeys(TOOLS, "always") | {"remember": "ask"}
    httpx.patch(f"{server.url}/api/v2/locrits/{LOCRIT}", json={"model": MODEL, "tools": tools}).raise_for_status()
    opened = httpx.post(f"{server.url}/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status()
    conversation_id = opened.json()["conversation_id"]
    replicas = [Replica(Proxy(server.url), conversation_id, SEED + n) for n in range(CLIENTS)]
    try:
        for replica in replicas:
            replica.start()
        _chaos(chance, server, replicas, CHAOS_S / 3)
        _back_up(tmp_path, tmp_path / "backup")
        _chaos(chance, server, replicas, CHAOS_S / 3)
        _calm(replicas)
        wait_until(lambda: _have_converged(replicas, _truth(server, conversation_id)))
        before = _truth(server, conversation_id)
        _restore(server, tmp_path, tmp_path / "backup")
        for replica in replicas:
            replica.talks, replica.trouble = True, ROUGH
        _chaos(chance, server, replicas, CHAOS_S / 3, wipes=False)  # what nobody kept nobody could give back
        _calm(replicas)
        wait_until(lambda: _have_converged(replicas, _truth(server, conversation_id)))
        truth = _truth(server, conversation_id)
    finally:
        for replica in replicas:
            replica.leave()
        for replica in replicas:
            replica.join(10)
            replica.network.close()
        server.close()
    assert [replica.problem for replica in replicas] == [None] * CLIENTS
    said = {id_: content for replica in replicas for id_, content in replica.acknowledged.items()}
    audit(f"sqlite:///{tmp_path / 'locrit.db'}", Witness(acknowledged=said))
    asked = {one["message_id"]: one["content"] for one in truth["message"] if one["role"] == "user"}
    assert asked == said
    for kind in ("tool_result", "artifact"):
        assert _told(before, kind).items() <= _told(truth, kind).items()
    assert {one["status"] for one in truth["tool_result"]} <= {"done", "failed", "refused", "pending"}
    numbers = ", ".join(f"{len(rows)} {kind}s" for kind, rows in truth.items())
    print(f"{len(said)} messages of {CLIENTS} clients: none lost, none twice; {numbers}")


def _chaos(
    chance: random.Random, server: MortalServer, replicas: list[Replica], seconds: float, *, wipes: bool = True
) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _trouble(chance, server, chance.choice(replicas), wipes)
        time.sleep(0.1 + chance.random() * 0.3)


def _back_up(data: Path, to: Path) -> None:
    with sqlite3.connect(data / "locrit.db") as source, sqlite3.connect(to) as copy:
        source.backup(copy)
    source.close()
    copy.close()


def _restore(server: MortalServer, data: Path, backup: Path) -> None:
    """Of all files of the database: the start asks when the note of how much it held is newer than the rest."""
    server.kill()
    for name in ("locrit.db-wal", "locrit.db-shm", "locrit.db-highwater"):
        (data / name).unlink(missing_ok=True)
    shutil.copyfile(backup, data / "locrit.db")
    server.start()


def _trouble(chance: random.Random, server: MortalServer, replica: Replica, wipes: bool) -> None:
    match chance.randrange(6):
        case 0:
            server.kill()
            server.start()
        case 1:
            if wipes:
                replica.wipe()
        case 2:
            replica.network.cut()
        case 3:
            replica.network.fault = "lose answers"
        case 4:
            replica.network.fault = "refuse"
            replica.network.cut()
        case _:
            replica.network.fault = None


def _calm(replicas: list[Replica]) -> None:
    """Nobody says anything new; what was begun is sent until it is acknowledged."""
    for replica in replicas:
        replica.talks, replica.trouble = False, CALM
        replica.network.fault = None


def _have_converged(replicas: list[Replica], truth: dict[str, list[dict[str, Any]]]) -> bool:
    is_quiet = not any(one.is_saying for one in replicas) and not any(
        one["status"] == "streaming" for one in truth["message"]
    )
    return is_quiet and all(one.shown() == truth for one in replicas)


def _told(truth: dict[str, list[dict[str, Any]]], kind: str) -> dict[str, Any]:
    """What must come back to a server that was rolled back."""
    return {one["id"]: json.dumps([one.get(name) for name in TOLD]) for one in truth[kind]}


def _truth(server: MortalServer, conversation_id: str) -> dict[str, list[dict[str, Any]]]:
    with httpx.Client(base_url=server.url) as api:
        found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        while True:
            after = found["message"][-1]["seq"] if found["message"] else 0
            query = {"after": after, "limit": 200}
            page = api.get(f"/api/v2/conversations/{conversation_id}/messages", params=query).raise_for_status().json()
            for kind, rows in found.items():
                rows += page[KINDS[kind]]
            if not page["has_more"]:
                return in_order(found)
