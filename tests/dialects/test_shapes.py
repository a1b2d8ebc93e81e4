"""What each call answers has the names that its clients read, row by row of COMPATIBILITY."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import socketio

from src.ids import new_id
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer

LOCRIT = {
    *("description", "ollama_model", "public_address", "active", "open_to", "access_to"),
    *("memory_service", "created_at", "updated_at"),
}
INFO = {"conversation_id", "locrit_name", "user_id", "created_at", "last_activity", "message_count"}
ANSWER = {"success", "response", "conversation_id", "locrit_name", "model", "timestamp", "message_count"}
SAVED = {
    *("id", "conversationId", "role", "content", "toolName", "imageUrl", "toolResultId", "toolCallId"),
    *("artifactId", "thinkingContent", "isError", "isIncomplete", "createdAt"),
}
SESSION = {
    *("id", "user_id", "name", "history_limit", "thread", "is_active", "metadata", "created_at", "updated_at"),
}
SENTENCE = {"success", "error", "message", "detail"}
Call = Callable[..., Any]


@pytest.fixture
def call(api: httpx.Client) -> Call:
    """`call(method, path, body)` answers what was told."""
    return lambda method, path, body=None: api.request(method, path, json=body).raise_for_status().json()


def test_locrits(call: Call, locrit: str) -> None:
    told = call("GET", "/api/locrits")
    assert told.keys() >= {"success", "locrits", "count"}
    assert told["locrits"]["default_settings"].keys() == {"open_to", "access_to"}
    assert all(one.keys() == LOCRIT and one["ollama_model"] for one in told["locrits"]["instances"].values())
    path = f"/api/locrits/{locrit}"
    for method, under, body, names in (
        ("GET", "config", None, {"success", "settings"}),
        ("PUT", "config", {}, {"success", "message", "settings"}),
        ("POST", "toggle-edit", {}, {"success", "edit_enabled", "access_to", "message"}),
        ("POST", "chat", {"message": "Hi"}, ANSWER),
        ("POST", "toggle", {}, {"success", "active", "message"}),
        ("POST", "rename", {"new_name": locrit + " 2"}, {"success", "message", "old_name", "new_name"}),
    ):
        assert call(method, f"{path}/{under}", body).keys() >= names, under


def test_what_other_locrits_ask(call: Call, locrit: str) -> None:
    offered = {"name", "description", "model", "public_address", "capabilities"}
    path = f"/api/v1/locrits/{locrit}"
    assert call("GET", "/api/v1/ping").keys() >= {"success", "message", "timestamp", "version"}
    assert all(one.keys() >= offered for one in call("GET", "/api/v1/locrits")["locrits"])
    more = {"ollama_model", "active", "open_to", "access_to"}
    assert call("GET", f"{path}/info")["locrit"].keys() >= offered | more
    assert call("POST", f"{path}/chat", {"message": "Hi"}).keys() >= ANSWER | {"sender_acknowledged"}


@pytest.mark.parametrize("change", [{"open_to": {"humans": False}}, {"active": False}])
def test_who_may_not_talk_is_refused_the_stream_with_a_sentence_too(
    api: httpx.Client, locrit: str, change: dict[str, Any]
) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json=change).raise_for_status()
    for base in ("/api/v1/locrits", "/api/locrits"):
        for path, status in ((f"{locrit}/chat", 400 if "active" in change else 403), ("nobody/chat", 404)):
            for under in ("", "/stream"):
                answer = api.post(f"{base}/{path}{under}", json={"message": "Hi"})
                assert (answer.status_code, answer.json().keys() >= SENTENCE) == (status, True), (base, path, under)


def test_conversations(call: Call, locrit: str) -> None:
    made = call("POST", "/api/conversations/create", {"locrit_name": locrit})
    assert made.keys() >= {"success", "conversation_id", "locrit_name", "created_at", "session_id"}
    path = f"/api/conversations/{made['conversation_id']}"
    assert call("POST", f"{path}/message", {"message": "Hi"}).keys() >= ANSWER
    whole = call("GET", f"{path}?limit=5000")
    assert whole.keys() >= INFO | {"messages", "conversation", "artifacts", "toolResults"}
    said = {"id", "role", "content", "timestamp", "session_id", "user_id", "metadata"}
    assert all(one.keys() >= said | SAVED for one in whole["messages"])
    assert call("GET", f"{path}/info").keys() == INFO | {"metadata"}
    [row] = call("GET", f"/api/conversations?locrit_name={locrit}")["conversations"]
    assert row.keys() >= INFO | {"id", "title", "timestamp", "status"}
    assert call("PATCH", path, {"title": "T"})["conversation"].keys() >= {"id", "title"}
    assert call("DELETE", path).keys() >= {"success", "message"}


def test_what_is_saved_at_once(call: Call, api: httpx.Client) -> None:
    opened = call("POST", "/api/conversations", {"title": "T", "sessionId": new_id(), "message": "First"})
    called = {"id", "title", "sessionId", "userId", "createdAt", "updatedAt"}
    assert opened["conversation"].keys() == called
    path = f"/api/conversations/{opened['conversation']['id']}"
    assert [one["content"] for one in call("GET", path)["messages"]] == ["First"]
    for role in ("user", "assistant", "system", "tool", "thinking", "tool-result"):
        told = call("POST", f"{path}/messages", {"role": role, "content": "x", "imageUrl": None})["message"]
        assert (told.keys() >= SAVED, told["role"], bool(told["id"])) == (True, role, True)
    result = call("POST", f"{path}/tool-results", {"toolName": "look", "timestamp": 5})["toolResult"]
    assert result.keys() == {"id", "toolName", "args", "result", "displayName", "timestamp"}
    artifact = call("POST", f"{path}/artifacts", {"artifact": {"name": "a", "content": "b", "timestamp": 5}})
    assert artifact["artifact"].keys() >= {"id", "name", "content", "timestamp"}
    renamed = call("PUT", f"{path}/artifacts", {"artifactId": artifact["artifact"]["id"], "name": "c"})["artifact"]
    assert (renamed["name"], renamed["content"], renamed["timestamp"]) == ("c", "b", 5)
    nameless: list[dict[str, Any]] = [{}, {"artifact": {}}, {"artifact": {"name": "", "content": "x"}}]
    for refused in nameless:
        answer = api.post(f"{path}/artifacts", json=refused)
        assert (answer.status_code, answer.json().keys() >= SENTENCE) == (400, True)


def test_editors(call: Call) -> None:
    made = call("POST", "/api/sessions", {"title": "T"})["data"]
    assert made.keys() == {"id", "title", "description", "is_active", "created_at", "updated_at"}
    common = {"id", "session_id", "metadata", "created_at"}
    rows: dict[str, tuple[dict[str, Any], set[str]]] = {
        "messages": (
            {"role": "user", "content": "x", "metadata": None, "conversationId": None},
            {"role", "content", "message_type", "conversation_id", "message_order"},
        ),
        "components": (
            {"name": "B", "jsxCode": "<b/>"},
            {"name", "jsx_code", "css_code", "component_type", "is_current", "updated_at"},
        ),
        "interactions": (
            {"prompt": "p", "response": "r", "relatedMessageId": None},
            {"prompt", "response", "interaction_type", "target_element", "conversation_id", "related_message_id"},
        ),
        "ai-responses": (
            {"promptText": "p", "responseText": "r", "tokensUsed": None},
            {
                *("conversation_id", "user_message_id", "prompt_text", "response_text", "model_name"),
                *("response_time_ms", "tokens_used"),
            },
        ),
    }
    for kind, (body, names) in rows.items():
        saved = call("POST", f"/api/sessions/{made['id']}/{kind}", body)["data"]
        [listed] = call("GET", f"/api/sessions/{made['id']}/{kind}")["data"]
        assert listed == saved
        assert saved.keys() >= common - {"session_id"} | names, kind


def test_extensions(call: Call) -> None:
    at = "/api/navi-memory/conversations"
    row = {"id", "title", "status", "is_pinned", "is_starred", "created_at"}
    made = call("POST", at, {"title": None, "workspace_path": None, "initial_context": None})
    path = f"{at}/{made['id']}"
    assert made.keys() >= row
    assert all(one.keys() >= row | {"workspace_path", "updated_at"} for one in call("GET", f"{at}?limit=9999"))
    saved = call("POST", f"{path}/messages", {"role": "system", "content": "s"})
    assert saved.keys() >= {"id", "role", "content", "created_at"}
    whole = call("GET", f"{path}?include_messages=true&message_limit=200")
    assert whole.keys() >= row | {"workspace_path", "updated_at", "initial_context", "messages"}
    assert whole["messages"][0].keys() == {"id", "role", "content", "metadata", "created_at"}
    changed = call("PATCH", path, {"workspace_path": "/q"})
    assert changed.items() <= (call("GET", path) | {"updated_at": changed["updated_at"]}).items()


def test_chat_sessions(call: Call) -> None:
    at = "/api/v1/chat-sessions"
    made = call("POST", at, {"initial_message": "Hi"})
    assert (made.keys() >= {"success", "data", "message"}, made["data"].keys()) == (True, SESSION)
    assert made["data"]["thread"][0].keys() == {"id", "role", "content", "timestamp"}
    for path in (at, f"{at}/test"):
        listed = call("GET", path)
        assert listed.keys() >= {"success", "data", "message"}
        assert listed["data"][0].keys() == SESSION
    path = f"{at}/{made['data']['id']}"
    changed = call("PUT", path, {"metadata": {"q": 1}, "history_limit": 3})["data"]
    assert changed | {"updated_at": ""} == call("GET", path)["data"] | {"updated_at": ""}
    assert (changed["metadata"], changed["history_limit"]) == ({"q": 1}, 3)


@pytest.mark.parametrize("namespace", ["/", "/chat"])
def test_events_of_sockets(shared_server: LocritServer, locrit: str, namespace: str) -> None:
    heard: dict[str, list[dict[str, Any]]] = {}
    client = socketio.Client(reconnection=False)
    client.on("*", lambda event, told: heard.setdefault(event, []).append(told), namespace=namespace)
    client.connect(shared_server.url, namespaces=[namespace])
    room = {"locrit_name": locrit, "session_id": "s"}
    for event, names in (("join_chat", {"room"}), ("leave_chat", set())):
        assert client.call(event, room, namespace=namespace).keys() >= room.keys() | names
    asked = client.call("chat_message", room | {"message": "Hi"}, namespace=namespace)
    assert asked.keys() >= {"ok", "message_id", "conversation_id", "seq"}
    at_once = {"locrit_name": locrit, "session_id": "s2", "message": "Hi", "stream": False}
    client.call("chat_message", at_once, namespace=namespace)
    refused = client.call("chat_message", room | {"message": " "}, namespace=namespace)
    assert (refused["ok"], refused["error"].keys() >= {"code", "message"}) == (False, True)
    wait_until(lambda: {"chat_complete", "chat_response"} <= heard.keys())
    client.disconnect()
    of_reply = {*room, "conversation_id", "timestamp"}
    assert heard["connected"][0].keys() >= {"status"}
    assert heard["joined_chat"][0].keys() >= {*room, "room"}
    assert heard["left_chat"][0].keys() >= room.keys()
    assert heard["chat_chunk"][0].keys() >= of_reply | {"content", "generation_id", "message_id", "idx"}
    assert heard["chat_complete"][0].keys() >= {*room, "timestamp", "usage"}
    assert heard["chat_response"][0].keys() >= {*room, "response", "timestamp", "message_count"}
    assert heard["error"][0].keys() >= {"message", "code"}
