"""What a person decided, and a browser heard of, is decided again on a server that was rolled back: every route that
writes is called after the backup, and what its changes told is given back as a browser does (`core/reupload.ts`)."""

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.stores.kinds import KINDS
from tests.backend.test_repeats import WRITES, Write, filled, writing
from tests.backend.world import World
from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Cut
from tests.fixtures.server import LocritServer

NOT_GIVEN_BACK = {
    "POST /api/v2/generations/<generation_id>/stop": "a reply that runs ends with its server",
    "POST /api/v2/conversations/<conversation_id>/messages/<message_id>/conflicts": "it becomes an earlier version at "
    "once: browsers keep what a message says, and the server what it said",
    "PUT /api/v2/attachments/<attachment_id>": "the file is below the data directory; a browser that has it in a draft "
    "brings it again, and what says it is a part of its message",
    "DELETE /api/v2/attachments/<attachment_id>": "what no message has goes by itself after a week",
    "PATCH /api/v2/settings": "they are the server's, and browsers keep none of them: they are as the backup has them",
    "POST /api/v2/locrits/<name>/invitations": "a secret that browsers do not keep",
    "DELETE /api/v2/locrits/<name>/invitations/<invitation_id>": "browsers keep none: who restores a server looks at "
    "its guests",
    "POST /api/v2/models/pull": "models are their host's",
    "DELETE /api/v2/models/pull": "models are their host's",
    "DELETE /api/v2/models": "models are their host's",
    "POST /api/v2/models/unload": "models are their host's",
    "POST /api/v2/locrits/<name>/memory/extraction/retry": "only when it is done changes",
    "POST /api/v2/storage/verify": "reads, or sets right what follows from the rest",
    "DELETE /api/v2/trash": "forgets all that is in it, which is tried below one by one",
    **dict.fromkeys(
        ["PUT /api/v2/conversations/<conversation_id>/messages", *(route for route in writing() if "/sync" in route)],
        "merges what a client has",
    ),
}
C, L = "/api/v2/conversations/<conversation_id>", "/api/v2/locrits/<name>"
YES = {"confirm": True}
FORGETS = {
    f"POST {C}/messages/<message_id>/forget": Write(lambda w: f"{w.message}/forget", YES),
    f"POST {C}/forget": Write(lambda w: f"{w.at}/forget", YES),
    f"POST {L}/forget": Write(lambda w: w.delete(w.locrit) and f"{w.locrit}/forget", YES),
    f"POST {L}/memory/memories/<memory_id>/forget": Write(lambda w: f"{w.note}/forget", YES),
    "POST /api/v2/artifacts/<artifact_id>/forget": Write(lambda w: f"{w.artifact}/forget", YES),
}
GIVEN_BACK = {route: write for route, write in (WRITES | FORGETS).items() if route not in NOT_GIVEN_BACK}

ALONE = {
    *(f"DELETE {C}", f"DELETE {L}", f"POST {L}/restore", f"POST {L}/forget", f"POST {C}/forget"),
    *(f"DELETE {L}/memory/clear", f"DELETE {L}/memory/sessions/<session_id>"),
    "POST /api/v2/tool-results/<tool_result_id>/answer",
}
"""What leaves nothing for others to be tried on."""
THINGS = ("/memory/memories", "/memory/concepts", "/artifacts/", "<message_id>")

BESIDE = {"recall_mark": "recall-marks", "memory": "memories", "concept": "concepts"}
ONLY_SHOWN = {"attachment", "server_settings"}
"""Browsers keep no row of these: `Unkept` in `core/entities`."""
KEPT = KINDS.keys() - ONLY_SHOWN
COUNTED_HERE = {
    *("seq", "idx", "generation_id", "head_seq", "message_count", "conversation_count", "preview"),
    *("rev", "updated_at", "deleted_at", "forgotten_at"),
}
"""A server counts these itself; of the last two, whether there is a moment is looked at."""

Rows = dict[str, dict[str, dict[str, Any]]]
"""By kind and id."""


class Browser:
    """What a browser keeps that hears of every change."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        self._since = {"/api/v2/users/me": 0}
        self.rows: Rows = defaultdict(dict)

    def hear(self) -> Rows:
        """Returns what has changed."""
        news: Rows = defaultdict(dict)
        scopes = [*self._since]
        for scope in scopes:
            more = True
            while more:
                page = self._api.get(f"{scope}/events", params={"since": self._since[scope]}).raise_for_status().json()
                more = page["more"]
                for event in page["events"]:
                    self._since[scope], kind = event["seq"], event["type"].partition(".")[0]
                    if kind in KEPT and event["payload"]:
                        news[kind][event["entity_id"]] = event["payload"]
                    if event["type"] == "conversation.created":
                        self._since[address := f"/api/v2/conversations/{event['entity_id']}"] = 0
                        scopes.append(address)
        for kind, rows in news.items():
            self.rows[kind] |= rows
        return news

    def give_back(self, api: httpx.Client) -> None:
        """In its order. What the server does not take holds up nothing else."""
        for locrit in self.rows["locrit"].values():
            api.post("/api/v2/sync", json={"locrits": [locrit]})
        for id_, row in self.rows["conversation"].items():
            at, messages = f"/api/v2/conversations/{id_}", self._of(id_, "message")
            api.post(f"{at}/sync", json={"messages": messages, "conversation": row})
            for one in messages:
                if one["forgotten_at"]:
                    api.post(f"{at}/messages/{one['message_id']}/forget", json=YES)
            called = [one for one in self._of(id_, "tool_result") if not one["forgotten_at"]]
            made = self._of(id_, "artifact")
            api.post(f"{at}/sync", json={"messages": [], "tool_results": called, "artifacts": made})
            if row["forgotten_at"]:
                api.post(f"{at}/forget", json=YES)
        for kind, path in BESIDE.items():
            api.post(f"/api/v2/sync/{path}", json={path.replace("-", "_"): [*self.rows[kind].values()]})

    def _of(self, conversation_id: str, kind: str) -> list[dict[str, Any]]:
        found = [row for row in self.rows[kind].values() if row["conversation_id"] == conversation_id]
        return sorted(found, key=lambda row: row.get("seq", 0))


@dataclass
class Rolled:
    """By route, what a browser heard of it; what it had of all, and what the server has that was rolled back."""

    heard: dict[str, Rows] = field(default_factory=dict)
    kept: Rows = field(default_factory=dict)
    again: Rows = field(default_factory=dict)


def decided(row: dict[str, Any]) -> dict[str, Any]:
    moments = {name: row.get(name) is not None for name in ("deleted_at", "forgotten_at")}
    return {name: value for name, value in row.items() if name not in COUNTED_HERE} | moments


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[Rolled]:
    """All of them on one server, which is rolled back once."""
    server = LocritServer(tmp_path_factory.mktemp("data"), {"OLLAMA_HOST": shared_ollama.url, "LOCRIT_LLM": "ollama"})
    found = Rolled()
    with server.client() as api:
        worlds = _worlds(api, shared_ollama)
        paths = {route: GIVEN_BACK[route].path(world) for route, world in worlds.items()}
        backup = server.data_dir / "backup.db"
        back_up(server.data_dir / "locrit.db", backup)
        browser = Browser(api)
        browser.hear()
        for route, world in worlds.items():
            _write(api, route, paths[route], world)
            found.heard[route] = browser.hear()
        server.kill()
        for file in server.data_dir.glob("locrit.db*"):
            file.unlink()
        shutil.move(backup, server.data_dir / "locrit.db")
        server.start()
    with server.client() as api:
        browser.give_back(api)
        after = Browser(api)
        found.kept, found.again = browser.rows, after.hear()
    yield found
    server.kill()
    assert "Traceback" not in server.log, server.log


def _worlds(api: httpx.Client, ollama: FakeOllama) -> dict[str, World]:
    """Of each thing in a world, one route is tried."""
    shared: list[World] = []
    tried: Counter[str] = Counter()
    worlds = {}
    for n, route in enumerate(GIVEN_BACK):
        thing = next((thing for thing in THINGS if thing in route), route)
        if route in ALONE:
            worlds[route] = _world(api, ollama, n)
            continue
        if tried[thing] == len(shared):
            shared.append(_world(api, ollama, n))
        worlds[route] = shared[tried[thing]]
        tried[thing] += 1
    return worlds


def _world(api: httpx.Client, ollama: FakeOllama, n: int) -> World:
    ollama.enqueue(["this far", Cut()])
    name = f"Rolled {n}"
    api.post("/api/v2/locrits", json={"name": name, "model": "llama3.2:1b"}).raise_for_status()
    return World(api, name, ollama)


def _write(api: httpx.Client, route: str, path: str, world: World) -> None:
    body = GIVEN_BACK[route].body
    arguments: dict[str, Any] = {"json": filled(body, world)} if isinstance(body, dict) else {}
    api.request(route.split()[0], path, **arguments).raise_for_status()
    world.until_quiet()


def back_up(database: Path, to: Path) -> None:
    with sqlite3.connect(database) as source, sqlite3.connect(to) as copy:
        source.backup(copy)
    source.close()
    copy.close()


def test_every_kind_is_given_back_or_not_kept() -> None:
    assert {"locrit", "conversation", "message", "tool_result", "artifact", *BESIDE} == KEPT


def test_every_route_that_writes_is_tried_or_says_why_it_is_not_given_back() -> None:
    assert writing().keys() == GIVEN_BACK.keys() | NOT_GIVEN_BACK.keys()


@pytest.mark.parametrize("route", GIVEN_BACK)
def test_what_was_decided_is_decided_again(route: str, rolled: Rolled) -> None:
    heard = rolled.heard[route]
    assert heard, "a browser heard of nothing"
    for kind, rows in heard.items():
        for id_ in rows:
            assert decided(rolled.again[kind][id_]) == decided(rolled.kept[kind][id_]), kind
