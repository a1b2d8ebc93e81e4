"""Chat in one call, and what other Locrits ask, as older clients do."""

import json
from datetime import datetime
from typing import Any

import httpx

from tests.fakes.ollama import Cut, FakeOllama, Part, Thought


def test_chat_tells_how_many_messages_there_are(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Salut"])
    told = api.post(f"/api/locrits/{locrit}/chat", json={"message": "Hi", "user_id": "eve"}).json()
    assert (told["success"], told["response"], told["message_count"]) == (True, "Salut", 2)
    assert datetime.fromisoformat(told["timestamp"]).tzinfo


def test_a_stream_says_chunk_and_done(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    for path in (f"/api/locrits/{locrit}/chat/stream", f"/api/v1/locrits/{locrit}/chat/stream"):
        shared_ollama.enqueue([Thought("Hm."), "Hel", "lo"])
        *chunks, last = _streamed(api, path, {"message": "Hi"})
        assert "".join(event.get("chunk", "") for event in chunks) == "Hello"
        assert ([event["done"] for event in chunks], last["done"]) == ([False] * len(chunks), True)
        assert ("locrit_name" in last) == ("v1" in path)
    shared_ollama.enqueue(["Hel", Cut()])
    failed = _streamed(api, f"/api/locrits/{locrit}/chat/stream", {"message": "Hi"})[-1]
    assert failed["done"] is True
    assert isinstance(failed["error"], str)


def test_a_reply_that_a_limit_cut_is_an_answer(
    api: httpx.Client, locrit: str, conversation_id: str, shared_ollama: FakeOllama
) -> None:
    """Who sets `num_predict` wants short replies: his client would show an error in their place."""
    v1 = f"/api/v1/locrits/{locrit}/chat"
    at_once = (f"/api/locrits/{locrit}/chat", v1, f"/api/conversations/{conversation_id}/message")
    for path in (*at_once, f"/api/locrits/{locrit}/chat/stream", f"{v1}/stream"):
        shared_ollama.enqueue(["Once upon", Part({"done": True, "done_reason": "length"})])
        if path in at_once:
            answer = api.post(path, json={"message": "A story?"})
            assert (answer.status_code, answer.json()["response"]) == (200, "Once upon")
        else:
            *chunks, last = _streamed(api, path, {"message": "A story?"})
            assert "".join(event.get("chunk", "") for event in chunks) == "Once upon"
            assert (last["done"], "error" in last, last["code"]) == (True, False, "length")
    _question, said = api.get(f"/api/v2/conversations/{conversation_id}/messages").json()["messages"]
    assert (said["status"], said["error"]["code"]) == ("interrupted", "length")


def test_ping_and_what_is_open_to_other_locrits(api: httpx.Client, locrit: str) -> None:
    pong = api.get("/api/v1/ping").json()
    assert (pong["success"], pong["message"]) == (True, "Locrit API v1 is running")
    offered = api.get("/api/v1/locrits").json()
    [mine] = [one for one in offered["locrits"] if one["name"] == locrit]
    assert mine["capabilities"] == {"chat": True, "stream": True}
    info = api.get(f"/api/v1/locrits/{locrit}/info").json()["locrit"]
    assert (info["ollama_model"], info["active"]) == (mine["model"], True)
    for change, status in (({"open_to": {"locrits": False}}, 403), ({"active": False}, 400)):
        api.patch(f"/api/v2/locrits/{locrit}", json=change).raise_for_status()
        assert api.get(f"/api/v1/locrits/{locrit}/info").status_code == status
        assert locrit not in [one["name"] for one in api.get("/api/v1/locrits").json()["locrits"]]
    assert api.get("/api/v1/locrits/nobody/info").status_code == 404


def test_a_sender_is_answered(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    path = f"/api/v1/locrits/{locrit}/chat"
    shared_ollama.enqueue(["Salut"])
    shared_ollama.enqueue(["Encore"])
    body = {"message": "Hi", "sender_name": "Pixie", "sender_type": "locrit", "context": {"a": 1}}
    told = api.post(path, json=body).json()
    assert (told["response"], told["locrit_name"], told["message_count"]) == ("Salut", locrit, 2)
    assert told["sender_acknowledged"]
    again = api.post(path, json={"message": "And?", "conversation_id": told["conversation_id"]}).json()
    assert (again["conversation_id"], again["message_count"]) == (told["conversation_id"], 4)
    assert api.post(path, json={"message": " "}).status_code == 400
    assert api.post("/api/v1/locrits/nobody/chat", json={"message": "Hi"}).status_code == 404
    api.patch(f"/api/v2/locrits/{locrit}", json={"open_to": {"humans": False}}).raise_for_status()
    assert api.post(path, json={"message": "Hi"}).status_code == 403
    api.patch(f"/api/v2/locrits/{locrit}", json={"active": False}).raise_for_status()
    assert api.post(path, json={"message": "Hi"}).status_code == 400


def test_a_thread_is_stored_once_and_grows(api: httpx.Client, locrit: str) -> None:
    path = f"/api/v1/locrits/{locrit}/memory/store-conversation"
    thread: list[dict[str, Any]] = [
        {"id": "m1", "type": "user", "content": "Bonjour", "timestamp": "2026-03-01T12:00:00Z"},
        {"id": "m2", "role": "assistant", "content": "Salut", "timestamp": 1772366401000},
        {"id": "m3", "role": "user", "content": "  "},
        {"id": 1772366402000, "role": "user", "content": "Sans id"},
    ]
    told = [api.post(path, json={"messages": thread, "force_update": True}).json()["details"] for _ in range(2)]
    assert told == [{"total_processed": 3, "memories_stored": 3}, {"total_processed": 3, "memories_stored": 0}]
    thread[1]["content"] = "Salut, ça va ?"
    longer = api.post(path, json={"messages": [*thread, {"id": "m5", "role": "user", "content": "Oui"}]}).json()
    assert longer["details"]["memories_stored"] == 1
    api.post(path, json={"messages": thread[:1]}).raise_for_status()
    [conversation] = api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()["conversations"]
    messages = api.get(f"/api/v2/conversations/{conversation['conversation_id']}/messages").json()["messages"]
    assert [one["content"] for one in messages] == ["Bonjour", "Salut, ça va ?", "Sans id", "Oui"]
    assert [messages[0]["created_at"], messages[1]["created_at"]] == [
        "2026-03-01T12:00:00.000Z",
        "2026-03-01T12:00:01.000Z",
    ]
    for empty in ([], [{"role": "user", "content": " "}]):
        assert api.post(path, json={"messages": empty}).status_code == 400
    assert api.post(path.replace(locrit, "nobody"), json={"messages": thread}).status_code == 404


def test_a_session_goes_to_the_trash(api: httpx.Client, locrit: str) -> None:
    api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s1"}).raise_for_status()
    path = f"/api/v1/locrits/{locrit}/memory/sessions/s1"
    told = api.delete(path).json()
    assert told["success"] is True
    assert told["message"]
    assert isinstance(api.delete(f"{path}2").json()["error"], str)
    assert api.delete(f"{path}2").status_code == 404


def _streamed(api: httpx.Client, path: str, body: dict[str, str]) -> list[dict[str, Any]]:
    with api.stream("POST", path, json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
