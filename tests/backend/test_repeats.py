"""Every route that writes is done once: called, undone, and called again late, it has no second effect."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from backend import routes
from backend.routing import declared
from tests.backend.world import World
from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Cut

WITHOUT_ID = {
    "POST /api/v2/generations/<generation_id>/stop": "a reply that has ended stays as it ended",
    "POST /api/v2/conversations/<conversation_id>/sync": "ids and revisions make a repeat known (tried below)",
    "PUT /api/v2/conversations/<conversation_id>/messages": "ids and revisions make a repeat known (tried below)",
    "POST /api/v2/sync/recall-marks": "ids and revisions make a repeat known (tried below)",
    "POST /api/v2/sync/memories": "ids and revisions make a repeat known (tried below)",
    "POST /api/v2/sync/concepts": "ids and revisions make a repeat known (tried below)",
    "POST /api/v2/sync/forgotten": "forgetting has no way back",
    "POST /api/v2/sync": "ids and revisions make a repeat known (tried below)",
    "POST /api/v2/models/unload": "a model that is unloaded comes back with the next question, by itself",
    "POST /api/v2/locrits/<name>/memory/extraction/retry": "only when it is done changes, and it is done once",
    "POST /api/v2/storage/verify": "reads, or sets right what follows from the rest",
}
NO_WAY_BACK = {
    "DELETE /api/v2/attachments/<attachment_id>": "what no message has is forgotten",
    "DELETE /api/v2/trash": "forgetting has no way back",
    "POST /api/v2/conversations/<conversation_id>/messages/<message_id>/forget": "forgetting has no way back",
    "POST /api/v2/conversations/<conversation_id>/forget": "forgetting has no way back",
    "POST /api/v2/locrits/<name>/forget": "forgetting has no way back",
    "POST /api/v2/locrits/<name>/memory/memories/<memory_id>/forget": "forgetting has no way back",
    "POST /api/v2/artifacts/<artifact_id>/forget": "forgetting has no way back",
}


@dataclass
class Write:
    """`undo` gets the answer of the first call."""

    path: Callable[[World], str]
    body: dict[str, Any] | bytes | None = None
    undo: Callable[[World, Any], object] = lambda _world, _answer: None


def written(text: str) -> Callable[[World, Any], object]:
    return lambda world, _: world.patch(world.message, {"content": text})


def settings_as_before(world: World, _answer: Any) -> None:
    world.patch(world.locrit, {"description": "as before"})


def default_model_as_before(world: World, _answer: Any) -> None:
    world.patch("/api/v2/settings", {"default_model": ""})


def locrit_back(world: World, _answer: Any) -> None:
    world.post(f"{world.locrit}/restore", {})


def noted(text: str) -> Callable[[World, Any], object]:
    return lambda world, _: world.patch(world.note, {"content": text})


def artifact_says(text: str) -> Callable[[World, Any], object]:
    return lambda world, _: world.patch(world.artifact, {"content": text})


C, M, L = "/api/v2/conversations/<conversation_id>", "/messages/<message_id>", "/api/v2/locrits/<name>"
A = "/api/v2/artifacts/<artifact_id>"
N = "/memory/memories/<memory_id>"
K = "/memory/concepts/<concept_id>"
WRITES: dict[str, Write] = {
    "PUT /api/v2/attachments/<attachment_id>": Write(
        lambda w: f"/api/v2/attachments/{w.where}", b"a file", lambda w, _: w.delete(f"/api/v2/attachments/{w.where}")
    ),
    "POST /api/v2/locrits": Write(
        lambda w: "/api/v2/locrits",
        {"name": "made <where>"},
        lambda w, made: w.delete(f"/api/v2/locrits/{made['name']}"),
    ),
    "PATCH /api/v2/settings": Write(
        lambda w: "/api/v2/settings", {"default_model": "llama3.2:1b"}, default_model_as_before
    ),
    f"PUT {L}": Write(lambda w: w.locrit, {"description": "new"}, settings_as_before),
    f"PATCH {L}": Write(lambda w: w.locrit, {"description": "new"}, settings_as_before),
    f"DELETE {L}": Write(lambda w: w.locrit, None, locrit_back),
    f"POST {L}/restore": Write(
        lambda w: w.delete(w.locrit) and f"{w.locrit}/restore", None, lambda w, _: w.delete(w.locrit)
    ),
    "POST /api/v2/conversations": Write(
        lambda w: "/api/v2/conversations", {"locrit_name": "Bob Technique", "session_id": "<where>"}, World.rid
    ),
    f"PATCH {C}": Write(lambda w: w.at, {"starred": True}, lambda w, _: w.patch(w.at, {"starred": False})),
    f"DELETE {C}": Write(lambda w: w.at, None, lambda w, _: w.restore_talk()),
    f"POST {C}/messages": Write(lambda w: f"{w.at}/messages", {"role": "user", "content": "one more"}, World.rid),
    f"PATCH {C}{M}": Write(lambda w: w.message, {"content": "new"}, written("old")),
    f"PUT {C}{M}": Write(lambda w: w.message, {"content": "new"}, written("old")),
    f"DELETE {C}{M}": Write(lambda w: w.message, None, lambda w, _: w.restore_message()),
    f"POST {C}{M}/restore": Write(
        lambda w: w.delete(w.message) and f"{w.message}/restore", None, lambda w, _: w.delete(w.message)
    ),
    f"POST {C}/turns": Write(lambda w: f"{w.at}/turns", {"message": "why"}, World.rid),
    f"POST {C}{M}/retry": Write(lambda w: f"{w.message}/retry", {}),
    "DELETE /api/v2/models": Write(
        lambda w: f"/api/v2/models?model={w.another_model()}",
        None,
        lambda w, _: w.ollama.models.append(f"for {w.where}"),
    ),
    "DELETE /api/v2/models/pull": Write(
        lambda w: f"/api/v2/models/pull?model={w.begun_pull()}", None, lambda w, _: w.begun_pull()
    ),
    "POST /api/v2/models/pull": Write(
        lambda w: "/api/v2/models/pull", {"model": "<where>"}, lambda w, _: w.until_pulled()
    ),
    f"POST {C}{M}/continue": Write(lambda w: f"{w.reply}/continue", {}),
    f"POST {C}{M}/rollback": Write(lambda w: f"{w.message}/rollback", {"rev": 1}, written("old")),
    f"POST {C}{M}/conflicts": Write(lambda w: f"{w.message}/conflicts", {"content": "theirs"}),
    f"POST {C}/fork": Write(lambda w: f"{w.at}/fork", {"message_id": "<message>"}, World.rid),
    f"POST {L}/chat": Write(lambda w: f"{w.locrit}/chat", {"message": "why", "session_id": "s"}),
    f"POST {L}/chat/stream": Write(lambda w: f"{w.locrit}/chat/stream", {"message": "why", "session_id": "s"}),
    f"DELETE {L}/memory/sessions/<session_id>": Write(
        lambda w: f"{w.locrit}/memory/sessions/s", None, lambda w, _: w.restore_talk()
    ),
    f"PUT {L}/memory{M}": Write(
        lambda w: f"{w.locrit}/memory/messages/{w.message.rpartition('/')[2]}", {"content": "new"}
    ),
    f"DELETE {L}/memory{M}": Write(
        lambda w: f"{w.locrit}/memory/messages/{w.message.rpartition('/')[2]}", None, lambda w, _: w.restore_message()
    ),
    f"POST {C}/artifacts": Write(
        lambda w: f"{w.at}/artifacts",
        {"type": "code", "name": "a", "content": "b"},
        lambda w, made: w.delete(f"/api/v2/artifacts/{made['id']}"),
    ),
    "PUT /api/v2/recall-marks/<message_id>": Write(
        lambda w: w.recall_mark, {"mark": "never"}, lambda w, _: w.api.put(w.recall_mark, json={"mark": "none"})
    ),
    f"PATCH {A}": Write(lambda w: w.artifact, {"content": "new"}, artifact_says("old")),
    f"DELETE {A}": Write(lambda w: w.artifact, None, lambda w, _: w.post(f"{w.artifact}/restore", {})),
    f"POST {A}/restore": Write(
        lambda w: w.delete(w.artifact) and f"{w.artifact}/restore", None, lambda w, _: w.delete(w.artifact)
    ),
    f"POST {A}/rollback": Write(lambda w: f"{w.artifact}/rollback", {"version": 1}, artifact_says("old")),
    f"POST {L}/memory/memories": Write(lambda w: f"{w.locrit}/memory/memories", {"content": "likes tea"}),
    f"PATCH {L}{N}": Write(lambda w: w.note, {"content": "new"}, noted("old")),
    f"PUT {L}{N}": Write(lambda w: w.note, {"content": "new"}, noted("old")),
    f"POST {L}{N}/rollback": Write(lambda w: f"{w.note}/rollback", {"rev": 1}, noted("old")),
    f"DELETE {L}{N}": Write(lambda w: w.note, None, lambda w, _: w.post(f"{w.note}/restore", {})),
    f"POST {L}{N}/restore": Write(
        lambda w: w.delete(w.note) and f"{w.note}/restore", None, lambda w, _: w.delete(w.note)
    ),
    f"PATCH {L}{K}": Write(lambda w: w.concept, {"type": "city"}, lambda w, _: w.patch(w.concept, {"type": "place"})),
    f"POST {L}{K}/merge": Write(
        lambda w: f"{w.concept}/merge", {"into": "<other concept>"}, lambda w, _: w.post(f"{w.concept}/restore", {})
    ),
    f"DELETE {L}{K}": Write(lambda w: w.concept, None, lambda w, _: w.post(f"{w.concept}/restore", {})),
    f"POST {L}{K}/restore": Write(
        lambda w: w.delete(w.concept) and f"{w.concept}/restore", None, lambda w, _: w.delete(w.concept)
    ),
    f"POST {L}{K}/describe": Write(
        lambda w: f"{w.concept}/describe", None, lambda w, _: w.patch(w.concept, {"description": ""})
    ),
    "POST /api/v2/tool-results/<tool_result_id>/answer": Write(
        lambda w: f"{w.asking()}/answer", {"answer": "refuse"}, lambda w, _: w.cannot_call()
    ),
    f"POST {L}/invitations": Write(lambda w: f"{w.locrit}/invitations", {"label": "Ann"}),
    f"DELETE {L}/invitations/<invitation_id>": Write(lambda w: w.invited()),
    f"DELETE {L}/memory/clear": Write(
        lambda w: f"{w.locrit}/memory/clear", {"confirm": True}, lambda w, _: w.restore_talk()
    ),
}


def writing() -> dict[str, bool]:
    """Every route that writes, and whether it takes the id of an operation."""
    found = {}
    for noun in routes.ALL:
        for _, endpoint in declared(noun):
            models = [model for model in (endpoint.body, endpoint.query) if model is not None]
            if endpoint.method != "GET":
                has_id = any("op_id" in model.model_fields for model in models)
                found[f"{endpoint.method} {endpoint.path}"] = has_id
    return found


@pytest.mark.parametrize("route", writing())
def test_every_route_that_writes_takes_the_id_of_its_operation(route: str) -> None:
    if writing()[route]:
        assert route not in WITHOUT_ID, f"{route} takes an op_id now: say in WRITES how it is called and undone"
        assert route in WRITES or route in NO_WAY_BACK, f"say in WRITES how {route} is called and undone"
    else:
        assert route in WITHOUT_ID, f"{route} writes: it needs an op_id, or a reason why it makes no sense"


@pytest.mark.parametrize("route", WRITES)
def test_a_late_repeat_has_no_second_effect(
    route: str, api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    assert route in writing()
    shared_ollama.enqueue(["this far", Cut()])
    world, write = World(api, locrit, shared_ollama), WRITES[route]
    method, op_id = route.split()[0], f"op {route} {world.where}"
    path = write.path(world)
    arguments: dict[str, Any]
    if isinstance(write.body, dict):
        arguments = {"json": filled(write.body, world) | {"op_id": op_id}}
    else:
        arguments = {"params": _with_id(path, op_id) | {"name": "a.txt"}, "content": write.body}

    first = api.request(method, path, **arguments)
    assert first.is_success, first.text
    if first.headers["Content-Type"] == "application/json":
        world.until_quiet()
        write.undo(world, first.json())
    done = world.state()
    again = api.request(method, path, **arguments)
    assert again.status_code in (200, 201, 202, 404, 410), (
        again.text
    )  # what it made may be in the trash by now, or gone
    assert world.state() == done


def _with_id(path: str, op_id: str) -> dict[str, str]:
    return {**httpx.URL(path).params, "op_id": op_id}


def filled(body: dict[str, Any], world: World) -> dict[str, Any]:
    put = {"<where>": world.where, "<message>": world.message.rpartition("/")[2]}
    put["<other concept>"] = world.other_concept() if "<other concept>" in str(body) else ""
    text = json.dumps(body)
    for placeholder, value in put.items():
        text = text.replace(placeholder, value)
    return dict(json.loads(text))


def test_what_is_merged_is_known_by_its_ids_and_revisions(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    world = World(api, locrit, shared_ollama)
    row, said = api.get(world.at).json(), api.get(f"{world.at}/messages").json()["messages"]
    mine = {"messages": said, "conversation": row}
    marked = api.put(world.recall_mark, json={"mark": "less"}).raise_for_status().json()
    noted = api.get(world.note).raise_for_status().json()
    decided = api.get(world.concept).raise_for_status().json()["decided"]
    changed = {"messages": [said[0] | {"content": "changed", "rev": 9}], "conversation": row | {"rev": 9, "title": "T"}}
    bodies: list[tuple[str, str, Any]] = [
        ("POST", f"{world.at}/sync", mine),
        ("POST", f"{world.at}/sync", changed),
        ("PUT", f"{world.at}/messages", {"message_id": f"new {world.where}", "role": "user", "content": "hi"}),
        ("POST", "/api/v2/sync/recall-marks", {"recall_marks": [marked | {"rev": 9, "mark": "never"}]}),
        ("POST", "/api/v2/sync/memories", {"memories": [noted | {"rev": 9, "content": "likes coffee"}]}),
        ("POST", "/api/v2/sync/concepts", {"concepts": [decided | {"rev": 9, "name": "Paname"}]}),
        ("POST", "/api/v2/sync", {"locrits": [api.get(world.locrit).json() | {"rev": 9, "description": "other"}]}),
    ]
    for method, path, body in bodies:
        api.request(method, path, json=body).raise_for_status()
        world.patch(world.message, {"content": "in between"})
        world.patch(world.locrit, {"description": "in between"})
        world.patch(world.at, {"title": "in between"})
        done = world.state()
        api.request(method, path, json=body).raise_for_status()
        assert world.state() == done
