"""The REST routes, against the real server."""

import json
import time
from typing import Any

import httpx

from src.ids import new_id
from tests.fakes.ollama import Cut, Delay, FakeOllama, Item, Part, Status, Thought

POLL_S = 0.02


def test_three_locrits_exist_after_the_first_start(api: httpx.Client) -> None:
    names = {locrit["name"] for locrit in api.get("/api/v2/locrits").json()["locrits"]}
    assert {"Bob Technique", "Pixie Assistant", "Marie Recherche"} <= names


def test_a_locrit_is_created_edited_deleted_and_restored(api: httpx.Client, locrit: str) -> None:
    path = f"/api/v2/locrits/{locrit}"
    edited = api.patch(path, json={"description": "new", "open_to": {"internet": True}}).json()
    assert (edited["description"], edited["rev"]) == ("new", 2)
    assert (edited["open_to"]["internet"], edited["open_to"]["humans"]) == (True, True)
    stale = api.put(path, json={"description": "late", "rev": 1})
    assert stale.status_code == 409
    assert stale.json()["error"]["current"]["description"] == "new"
    assert api.delete(path).json()["deleted_at"]
    assert api.get(path).status_code == 404
    shown = {entry["name"] for entry in api.get("/api/v2/locrits", params={"include_deleted": True}).json()["locrits"]}
    assert locrit in shown
    assert api.post(f"{path}/restore").json()["deleted_at"] is None
    assert api.get(path).json()["description"] == "new"


def test_an_edit_leaves_alone_what_is_not_sent(api: httpx.Client, locrit: str) -> None:
    path = f"/api/v2/locrits/{locrit}"
    api.patch(path, json={"open_to": {"humans": False}, "access_to": {"full_memory": False}})
    edited = api.patch(path, json={"open_to": {"internet": True}}).json()
    assert (edited["open_to"]["humans"], edited["open_to"]["internet"]) == (False, True)
    assert edited["access_to"]["full_memory"] is False


def test_a_name_is_taken_once(api: httpx.Client, locrit: str) -> None:
    answer = api.post("/api/v2/locrits", json={"name": locrit})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_opening_a_session_twice_opens_one_conversation(api: httpx.Client, locrit: str) -> None:
    wish = {"locrit_name": locrit, "session_id": "s1", "title": "One"}
    first, second = api.post("/api/v2/conversations", json=wish), api.post("/api/v2/conversations", json=wish)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["conversation_id"] == second.json()["conversation_id"]


def test_conversations_are_listed_page_by_page(api: httpx.Client, locrit: str) -> None:
    for number in range(5):
        api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": f"s{number}"})
    found: list[str] = []
    parameters: dict[str, Any] = {"locrit_name": locrit, "limit": 2}
    while True:
        page = api.get("/api/v2/conversations", params=parameters).json()
        assert page["success"] is True
        assert page["count"] == len(page["conversations"])
        found += [conversation["session_id"] for conversation in page["conversations"]]
        if page["next_cursor"] is None:
            break
        parameters["cursor"] = page["next_cursor"]
    assert sorted(found) == [f"s{number}" for number in range(5)]


def test_a_conversation_is_edited_deleted_and_restored(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    edited = api.patch(path, json={"title": "T", "starred": True, "tags": ["a"]}).json()
    assert (edited["title"], edited["starred"], edited["tags"]) == ("T", True, ["a"])
    assert api.patch(path, json={"title": "late", "rev": 1}).status_code == 409
    assert api.delete(path).json()["deleted_at"]
    assert api.patch(path, json={"deleted": False}).json()["deleted_at"] is None
    assert api.get(path).json()["title"] == "T"


def test_messages_are_paged_by_seq(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    for number in range(5):
        saved = api.post(path, json={"role": "user", "content": f"m{number}"})
        assert (saved.status_code, saved.json()["seq"]) == (201, number + 1)

    def page(**parameters: int) -> tuple[list[str], bool]:
        answer = api.get(path, params=parameters).json()
        return [message["content"] for message in answer["messages"]], answer["has_more"]

    assert page(limit=2) == (["m3", "m4"], True)
    assert page(limit=2, before=4) == (["m1", "m2"], True)
    assert page(limit=2, before=2) == (["m0"], False)
    assert page(limit=2, after=0) == (["m0", "m1"], True)
    assert page(limit=9, after=3) == (["m3", "m4"], False)


def test_a_page_around_a_message_or_a_moment(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    ids = [api.post(path, json={"role": "user", "content": f"m{n}"}).json()["message_id"] for n in range(5)]
    around = api.get(path, params={"around": ids[2], "limit": 2}).json()
    assert [message["content"] for message in around["messages"]] == ["m1", "m2"]
    assert (around["has_more"], around["has_newer"], around["target_id"]) == (True, True, ids[2])
    at = api.get(path, params={"at": around["messages"][0]["created_at"], "limit": 50}).json()
    assert (at["has_more"], at["has_newer"], len(at["messages"])) == (False, False, 5)
    assert api.get(path, params={"around": "nowhere"}).status_code == 404
    assert api.get(path, params={"at": "yesterday"}).status_code == 400
    assert api.get(path, params={"at": "2900-01-01T00:00:00Z"}).json()["target_id"] is None


def test_a_message_is_edited_deleted_and_restored(api: httpx.Client, conversation_id: str) -> None:
    messages = f"/api/v2/conversations/{conversation_id}/messages"
    message_id = api.post(messages, json={"role": "user", "content": "one"}).json()["message_id"]
    path = f"{messages}/{message_id}"
    edited = api.put(path, json={"content": "two", "rev": 1}).json()
    assert (edited["content"], edited["rev"]) == ("two", 2)
    stale = api.patch(path, json={"content": "three", "rev": 1})
    assert (stale.status_code, stale.json()["error"]["current"]["content"]) == (409, "two")
    api.delete(path).raise_for_status()
    assert api.post(f"{path}/restore").json()["content"] == "two"
    assert api.get(path).json()["deleted_at"] is None


def test_a_message_is_found_in_its_own_conversation_only(api: httpx.Client, locrit: str, conversation_id: str) -> None:
    saved = api.post(
        f"/api/v2/conversations/{conversation_id}/messages", json={"role": "user", "content": "one"}
    ).json()
    other = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "other"}).json()
    path = f"/api/v2/conversations/{other['conversation_id']}/messages/{saved['message_id']}"
    assert api.get(path).status_code == 404
    assert api.put(path, json={"content": "x"}).status_code == 404
    assert api.delete(path).status_code == 404


def test_a_conversation_tells_what_changed_since(api: httpx.Client, conversation_id: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    for number in range(3):
        api.post(f"{path}/messages", json={"role": "user", "content": f"m{number}"})
    first = api.get(f"{path}/events", params={"since": 0, "limit": 2}).json()
    assert ([event["seq"] for event in first["events"]], first["head_seq"], first["more"]) == ([1, 2], 3, True)
    rest = api.get(f"{path}/events", params={"since": 2}).json()
    assert [event["payload"]["content"] for event in rest["events"]] == ["m2"]
    assert (rest["more"], rest["events"][0]["type"]) == (False, "message.created")
    assert api.get("/api/v2/users/me/events").json()["head_seq"] > 0


def test_a_turn_is_accepted_and_its_reply_can_be_asked_again(
    api: httpx.Client, conversation_id: str, shared_ollama: FakeOllama
) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    shared_ollama.enqueue([Cut()])
    sent = api.post(f"{path}/turns", json={"message": "Hi"})
    assert sent.status_code == 202
    assert _ended(api, sent.json()["generation_id"]) == "failed"
    shared_ollama.enqueue(["better"])
    retried = api.post(f"{path}/messages/{sent.json()['reply']['message_id']}/retry", json={})
    assert retried.status_code == 202
    assert _ended(api, retried.json()["generation_id"]) == "complete"
    messages = api.get(f"{path}/messages").json()["messages"]
    assert [(message["role"], message["status"]) for message in messages] == [
        ("user", "complete"),
        ("assistant", "failed"),
        ("assistant", "complete"),
    ]
    assert messages[1]["parent_id"] == messages[2]["parent_id"] == messages[0]["message_id"]


def test_a_conversation_comes_into_being_with_its_first_question_or_not_at_all(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    path, question = f"/api/v2/conversations/{new_id()}", {"message": "Hi", "locrit_name": locrit, "op_id": new_id()}
    assert api.post(f"{path}/turns", json={"message": "Hi"}).status_code == 404
    api.patch(f"/api/v2/locrits/{locrit}", json={"active": False}).raise_for_status()
    assert api.post(f"{path}/turns", json=question).is_client_error
    assert api.get(path).status_code == 404
    api.patch(f"/api/v2/locrits/{locrit}", json={"active": True}).raise_for_status()
    shared_ollama.enqueue(["Hello."])
    first, again = (api.post(f"{path}/turns", json=question) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert _ended(api, first.json()["generation_id"]) == "complete"
    assert api.get(path).json()["message_count"] == 2


def test_chat_in_one_call_answers_with_the_reply(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["all ", "of it"])
    answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Hi", "client_label": "eve"}).json()
    assert answer["success"] is True
    assert (answer["response"], answer["locrit_name"], answer["model"]) == ("all of it", locrit, "llama3.2:1b")
    [conversation] = api.get("/api/v2/conversations", params={"user_id": "eve", "locrit_name": locrit}).json()[
        "conversations"
    ]
    assert conversation["session_id"] == f"web_eve_{locrit}"


def test_chat_in_one_call_tells_why_the_model_failed_and_keeps_the_question(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue([Status(404, "model 'llama3.2:1b' not found")])
    answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Still here?"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "model_missing")
    summary = api.get(f"/api/v2/locrits/{locrit}/memory/summary").json()
    assert [m["content"] for m in summary["recent_messages"] if m["role"] == "user"] == ["Still here?"]


def test_chat_in_one_call_tells_what_arrived_of_a_reply_that_is_not_whole(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    endings: list[tuple[Item, int, str, str]] = [
        (Part({"done": True, "done_reason": "length"}), 502, "length", "interrupted"),
        (Cut(), 502, "model_cut", "failed"),
    ]
    for ending, status_code, code, status in endings:
        shared_ollama.enqueue(["Once upon", ending])
        answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "A story?"})
        told = answer.json()["error"]
        assert (answer.status_code, told["code"]) == (status_code, code)
        assert (told["response"], told["status"]) == ("Once upon", status)
        saved = api.get(f"/api/v2/conversations/{told['conversation_id']}/messages").json()["messages"]
        assert told["message_id"] in [message["message_id"] for message in saved]


def test_chat_streams_server_sent_events(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Hel", Delay(0.2), "lo"])
    events = _streamed(api, locrit, {"message": "Hi"})
    assert [event["type"] for event in events] == ["chunk"] * (len(events) - 1) + ["complete"]
    assert "".join(event["content"] for event in events[:-1]) == "Hello"
    assert [event["idx"] for event in events[:-1]] == [*range(len(events) - 1)]
    assert events[-1]["status"] == "complete"


def test_what_a_model_thinks_is_streamed_as_no_answer(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue([Thought("Hm."), "Hello"])
    events = _streamed(api, locrit, {"message": "Hi"})
    assert [event["type"] for event in events] == ["reasoning", "chunk", "complete"]


def test_a_stream_whose_model_fails_ends_with_an_error(
    api: httpx.Client, locrit: str, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["Hel", Cut()])
    events = _streamed(api, locrit, {"message": "Hi"})
    assert [event["type"] for event in events] == ["chunk", "error"]
    assert (events[-1]["code"], events[-1]["status"]) == ("model_cut", "failed")
    assert isinstance(events[-1]["error"], str)


def test_leaving_a_stream_does_not_stop_the_reply(api: httpx.Client, locrit: str, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue([f"{number} " for number in range(200)])
    with api.stream("POST", f"/api/v2/locrits/{locrit}/chat/stream", json={"message": "Hi", "op_id": locrit}) as answer:
        next(answer.iter_lines())
    again = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Hi", "op_id": locrit}).json()
    assert again["response"].split() == [str(number) for number in range(200)]


def test_memory_is_searched_read_changed_and_cleared(api: httpx.Client, locrit: str) -> None:
    memory = f"/api/v2/locrits/{locrit}/memory"
    api.post(
        f"/api/v2/locrits/{locrit}/chat",
        json={"message": "The password of the vault is swordfish.", "session_id": "s1"},
    )
    hit = _found(api, f"{memory}/search", "swordfish vault")
    assert "swordfish" in hit["snippet"]
    assert api.get(f"{memory}/stats").json()["statistics"]["total_messages"] == 2
    assert api.get(f"{memory}/sessions").json()["sessions"][0]["id"] == "s1"
    assert api.get(f"{memory}/sessions/s1").json()["message_count"] == 2
    assert api.get(f"{memory}/messages/{hit['id']}").json()["content"] == hit["content"]
    assert api.put(f"{memory}/messages/{hit['id']}", json={"content": "forgotten"}).json()["rev"] == 2
    assert api.delete(f"{memory}/messages/{hit['id']}").json() == {"success": True}
    note = api.post(f"{memory}/memories", json={"content": "likes tea", "tags": ["taste"], "importance": 0.9})
    assert (note.status_code, note.json()["tags"]) == (201, ["taste"])
    assert api.get(f"{memory}/memories").json()["count"] == 1
    assert api.delete(f"{memory}/memories/{note.json()['id']}").json() == {"success": True}
    assert api.get(f"{memory}/memories").json()["count"] == 0
    assert api.delete(f"{memory}/sessions/s1").json() == {"success": True}
    assert api.get(f"{memory}/sessions/s1").status_code == 404
    assert api.request("DELETE", f"{memory}/clear", json={}).status_code == 400
    assert api.request("DELETE", f"{memory}/clear", json={"confirm": True}).json()["success"] is True


def _ended(api: httpx.Client, generation_id: str) -> str:
    while (state := api.get(f"/api/v2/generations/{generation_id}").json())["status"] == "streaming":
        time.sleep(POLL_S)
    return str(state["status"])


def _found(api: httpx.Client, path: str, query: str) -> dict[str, Any]:
    """What is said is found as soon as it has been indexed, in the background."""
    while not (results := api.get(path, params={"q": query}).json()["results"]):
        time.sleep(POLL_S)
    best: dict[str, Any] = results[0]
    return best


def _streamed(api: httpx.Client, locrit: str, body: dict[str, str]) -> list[dict[str, Any]]:
    with api.stream("POST", f"/api/v2/locrits/{locrit}/chat/stream", json=body) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
