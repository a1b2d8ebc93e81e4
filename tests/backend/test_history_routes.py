"""Versions, branches, forks, the trash, forgetting, merging and integrity over REST, against the real server."""

from typing import Any

import httpx
import pytest

from tests.fakes.ollama import Cut, FakeOllama


def save(api: httpx.Client, conversation_id: str, content: str, **fields: Any) -> str:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    answer = api.post(path, json={"role": "user", "content": content, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["message_id"])


def ask(api: httpx.Client, locrit: str, conversation_id: str, content: str) -> httpx.Response:
    return api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": content, "conversation_id": conversation_id})


def said(api: httpx.Client, conversation_id: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = api.get(f"/api/v2/conversations/{conversation_id}/messages").json()["messages"]
    return messages


def test_a_message_is_edited_looked_back_at_and_rolled_back(api: httpx.Client, conversation_id: str) -> None:
    message = f"/api/v2/conversations/{conversation_id}/messages/{save(api, conversation_id, 'first')}"
    api.put(message, json={"content": "second", "rev": 1})
    stale = api.put(message, json={"content": "mine", "rev": 1})
    assert (stale.status_code, stale.json()["error"]["current"]["content"]) == (409, "second")
    assert api.post(f"{message}/conflicts", json={"content": "mine"}).json()["content"] == "second"
    assert api.post(f"{message}/rollback", json={"rev": 1}).json()["content"] == "first"
    versions = api.get(f"{message}/versions").json()["versions"]
    assert [version["content"] for version in versions] == ["first", "second", "mine", "second", "first"]
    assert api.post(f"{message}/rollback", json={"rev": 99}).status_code == 404


def test_a_question_put_differently_stands_beside_the_first_one(
    api: httpx.Client, locrit: str, conversation_id: str
) -> None:
    ask(api, locrit, conversation_id, "What is red?")
    first = said(api, conversation_id)[0]
    turn = {"message": "What is blue?", "sibling_of": first["message_id"]}
    answer = api.post(f"/api/v2/conversations/{conversation_id}/turns", json=turn)
    assert answer.status_code == 202
    assert answer.json()["message"]["parent_id"] == first["parent_id"] == conversation_id


def test_pages_of_before_are_understood_by_the_names_that_they_use(
    api: httpx.Client, locrit: str, conversation_id: str
) -> None:
    ask(api, locrit, conversation_id, "What is red?")
    [question, *_] = said(api, conversation_id)
    turn = {"message": "What is blue?", "instead_of": question["message_id"]}
    beside = api.post(f"/api/v2/conversations/{conversation_id}/turns", json=turn).json()["message"]
    assert beside["parent_id"] == question["parent_id"]
    message = f"/api/v2/conversations/{conversation_id}/messages/{question['message_id']}"
    assert api.post(f"{message}/conflicts", json={"content": "mine"}).json()["rev"] == 3


def test_a_question_goes_on_from_an_earlier_branch_which_the_model_is_shown(
    api: httpx.Client, shared_ollama: FakeOllama, locrit: str, conversation_id: str
) -> None:
    shared_ollama.enqueue(["A colour."])
    ask(api, locrit, conversation_id, "What is red?")
    question, old = said(api, conversation_id)
    shared_ollama.enqueue(["A feeling."])
    path = f"/api/v2/conversations/{conversation_id}"
    api.post(f"{path}/messages/{question['message_id']}/retry", json={})
    turn = {"message": "And blue?", "parent_id": old["message_id"]}
    answer = api.post(f"{path}/turns", json=turn)
    assert (answer.status_code, answer.json()["message"]["parent_id"]) == (202, old["message_id"])
    while said(api, conversation_id)[-1]["status"] == "streaming":
        pass
    shown = [message["content"] for message in shared_ollama.requests[-1]["messages"][1:]]
    assert shown == ["What is red?", "A colour.", "And blue?"]
    assert api.post(f"{path}/turns", json={**turn, "parent_id": "not there"}).status_code == 404


def test_a_cut_reply_goes_on_in_the_same_message(
    api: httpx.Client, shared_ollama: FakeOllama, locrit: str, conversation_id: str
) -> None:
    shared_ollama.enqueue(["one", " two", Cut()])
    assert ask(api, locrit, conversation_id, "Count").status_code == 502
    cut = said(api, conversation_id)[-1]
    assert (cut["status"], cut["content"]) == ("failed", "one two")
    shared_ollama.enqueue([" three"])
    message = f"/api/v2/conversations/{conversation_id}/messages/{cut['message_id']}"
    assert api.post(f"{message}/continue", json={"op_id": "go-on-" + cut["message_id"]}).status_code == 202
    while said(api, conversation_id)[-1]["status"] == "streaming":
        pass
    whole = said(api, conversation_id)[-1]
    assert (whole["message_id"], whole["content"]) == (cut["message_id"], "one two three")
    assert shared_ollama.requests[-1]["messages"][-2]["content"] == "one two"
    assert api.post(f"{message}/continue", json={}).status_code == 409


def test_a_fork_begins_with_what_was_said(api: httpx.Client, conversation_id: str) -> None:
    ids = [save(api, conversation_id, content) for content in ("one", "two", "three")]
    fork = api.post(f"/api/v2/conversations/{conversation_id}/fork", json={"message_id": ids[1]})
    assert (fork.status_code, fork.json()["forked_from"]) == (201, conversation_id)
    assert [message["content"] for message in said(api, fork.json()["conversation_id"])] == ["one", "two"]


def test_what_is_forgotten_is_gone_and_cannot_be_sent_again(api: httpx.Client, conversation_id: str) -> None:
    message_id = save(api, conversation_id, "a secret", message_id=f"secret-{conversation_id}")
    message = f"/api/v2/conversations/{conversation_id}/messages/{message_id}"
    assert api.post(f"{message}/forget", json={}).status_code == 400
    assert api.post(f"{message}/forget", json={"confirm": True}).json()["content"] == ""
    again = {"role": "user", "content": "a secret", "message_id": message_id}
    answer = api.post(f"/api/v2/conversations/{conversation_id}/messages", json=again)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "forgotten")
    assert "secret" not in api.get(f"/api/v2/conversations/{conversation_id}/events").text.replace(message_id, "")
    assert api.post(f"/api/v2/conversations/{conversation_id}/forget", json={"confirm": True}).json()["title"] == ""


def test_a_client_that_was_away_is_merged(api: httpx.Client, conversation_id: str) -> None:
    known = save(api, conversation_id, "known")
    theirs = [
        {"message_id": known, "role": "user", "content": "known", "rev": 1},
        {"message_id": f"offline-{conversation_id}", "role": "user", "content": "written offline"},
    ]
    path = f"/api/v2/conversations/{conversation_id}/sync"
    merged = api.post(path, json={"messages": theirs}).json()
    assert (merged["unchanged"], merged["added"]) == ([known], [f"offline-{conversation_id}"])
    assert api.post(path, json={"messages": theirs}).json()["added"] == []
    put = {"message_id": f"put-{conversation_id}", "role": "user", "content": "put"}
    assert api.put(f"/api/v2/conversations/{conversation_id}/messages", json=put).json()["added"] == [put["message_id"]]
    changed = api.put(
        f"/api/v2/conversations/{conversation_id}/messages", json=put | {"content": "put again", "rev": 1}
    )
    assert changed.json()["updated"] == [put["message_id"]]
    assert [message["content"] for message in said(api, conversation_id)] == ["known", "written offline", "put again"]


def test_what_is_merged_was_said_when_the_client_says(api: httpx.Client, conversation_id: str) -> None:
    message_id, path = f"then-{conversation_id}", f"/api/v2/conversations/{conversation_id}/sync"
    message = {
        "message_id": message_id,
        "role": "assistant",
        "content": "then",
        "created_at": "2026-03-01T12:00:00+02:00",
    }
    assert api.post(path, json={"messages": [message]}).json()["added"] == [message_id]
    [saved] = api.get(f"/api/v2/conversations/{conversation_id}/messages").json()["messages"]
    assert saved["created_at"] == "2026-03-01T10:00:00.000Z"
    for moment in ("yesterday", "2026-03-01T12:00:00", 12, None, "9999-12-31T00:00:00Z", "1970-01-01T00:00:00+14:00"):
        answer = api.post(path, json={"messages": [message | {"created_at": moment}]})
        assert answer.status_code == (200 if moment is None else 400), answer.text


def test_the_trash_gives_back_what_was_deleted(api: httpx.Client, conversation_id: str) -> None:
    message_id = save(api, conversation_id, "oops")
    message = f"/api/v2/conversations/{conversation_id}/messages/{message_id}"
    operation = {"op_id": f"delete-{message_id}"}
    assert api.delete(message, params=operation).json()["rev"] == api.delete(message, params=operation).json()["rev"]
    assert message_id in [one["message_id"] for one in api.get("/api/v2/trash").json()["messages"]]
    api.post(f"{message}/restore")
    assert message_id not in [one["message_id"] for one in api.get("/api/v2/trash").json()["messages"]]


def test_emptying_the_trash_says_how_much_of_each_and_what_is_left(api: httpx.Client, conversation_id: str) -> None:
    message_id = save(api, conversation_id, "oops")
    api.delete(f"/api/v2/conversations/{conversation_id}/messages/{message_id}")
    emptied = api.request("DELETE", "/api/v2/trash", json={"confirm": True}).json()
    assert (emptied["messages"] >= 1, emptied["left"]) == (True, [])
    kinds = ("locrits", "conversations", "messages", "memories")
    assert emptied["forgotten"] == sum(emptied[kind] for kind in kinds)
    trash = api.get("/api/v2/trash").json()
    assert {kind: trash[kind] for kind in kinds} == {kind: [] for kind in kinds}


def test_a_copy_is_counted_and_forgotten_with_its_original(api: httpx.Client, conversation_id: str) -> None:
    message_id = save(api, conversation_id, "said once")
    fork = api.post(f"/api/v2/conversations/{conversation_id}/fork", json={"message_id": message_id}).json()
    message = f"/api/v2/conversations/{conversation_id}/messages/{message_id}"
    assert api.get(f"{message}/copies").json() == {"message_id": message_id, "copies": 1}
    api.post(f"{message}/forget", json={"confirm": True})
    assert said(api, fork["conversation_id"]) == []


def test_a_deleted_locrit_takes_its_conversations_along_and_is_forgotten_with_them(api: httpx.Client) -> None:
    name = "Short-lived"
    locrit_id = api.post("/api/v2/locrits", json={"name": name}).json()["id"]
    conversation_id = api.post("/api/v2/conversations", json={"locrit_name": name}).json()["conversation_id"]
    path = f"/api/v2/conversations/{conversation_id}/messages"
    save(api, conversation_id, "hello")
    assert api.post(f"/api/v2/locrits/{name}/forget", json={"confirm": True}).status_code == 409
    api.delete(f"/api/v2/locrits/{name}")
    listed = api.get("/api/v2/conversations", params={"limit": 200}).json()["conversations"]
    assert conversation_id not in [one["conversation_id"] for one in listed]
    assert api.post(path, json={"role": "user", "content": "more"}).status_code == 404
    api.post(f"/api/v2/locrits/{locrit_id}/restore")
    assert said(api, conversation_id)[0]["content"] == "hello"
    api.delete(f"/api/v2/locrits/{name}")
    assert api.post(f"/api/v2/locrits/{locrit_id}/forget", json={}).status_code == 400
    assert api.post(f"/api/v2/locrits/{locrit_id}/forget", json={"confirm": True}).json()["name"] == ""
    assert said(api, conversation_id) == []
    assert api.post(f"/api/v2/locrits/{name}/restore").status_code == 404


def test_a_note_is_edited_brought_back_and_forgotten(api: httpx.Client, locrit: str) -> None:
    notes = f"/api/v2/locrits/{locrit}/memory/memories"
    note = api.post(notes, json={"content": "likes tea"}).json()
    path = f"{notes}/{note['id']}"
    assert api.patch(path, json={"content": "likes coffee", "rev": 1}).json()["rev"] == 2
    assert api.put(path, json={"content": "likes water", "rev": 1}).status_code == 409
    assert api.patch(path, json={"importance": 2}).status_code == 400
    assert [one["rev"] for one in api.get(f"{path}/versions").json()["versions"]] == [2, 1]
    assert api.post(f"{path}/rollback", json={"rev": 1}).json()["content"] == "likes tea"
    operation = {"op_id": f"delete-{note['id']}"}
    api.delete(path, params=operation)
    assert note["id"] in [one["id"] for one in api.get("/api/v2/trash").json()["memories"]]
    assert api.post(f"{path}/restore").json()["deleted_at"] is None
    api.delete(path, params=operation)
    assert api.get(path).json()["deleted_at"] is None, "a late repeat does not delete again"
    assert api.post(f"{path}/forget", json={"confirm": True}).json()["content"] == ""
    assert api.patch(path, json={"content": "again"}).status_code == 410
    assert api.get(f"{notes}/unknown").status_code == 404


def test_a_cleared_memory_does_not_close_the_chat(api: httpx.Client, locrit: str) -> None:
    first = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Hello"}).json()
    api.request("DELETE", f"/api/v2/locrits/{locrit}/memory/clear", json={"confirm": True})
    second = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Hello again"})
    assert second.status_code == 200, second.text
    assert second.json()["conversation_id"] != first["conversation_id"]


def test_what_is_stored_can_be_checked(api: httpx.Client, conversation_id: str) -> None:
    save(api, conversation_id, "checked")
    storage = api.get("/api/v2/storage").json()
    assert min(storage["database_bytes"], storage["free_bytes"], storage["messages"]) > 0
    report = api.post("/api/v2/storage/verify", json={}).json()
    assert [check["name"] for check in report["checks"] if not check["ok"]] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sync", {"messages": [{"message_id": "x", "role": "robot", "content": "x"}]}),
        ("POST", "/sync", {"messages": "x"}),
        ("POST", "/fork", {}),
        ("POST", "/fork", {"message_id": "unknown"}),
        ("POST", "/messages/unknown/rollback", {"rev": 1}),
        ("POST", "/messages/unknown/continue", {}),
        ("POST", "/messages/unknown/forget", {"confirm": True}),
        ("GET", "/messages/unknown/versions", None),
        ("PUT", "/messages", {"role": "user", "content": "no id"}),
    ],
)
def test_bad_input_is_refused_with_a_sentence(
    api: httpx.Client, conversation_id: str, method: str, path: str, body: Any
) -> None:
    answer = api.request(method, f"/api/v2/conversations/{conversation_id}{path}", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["message"].endswith(".")


def test_what_is_in_the_trash_says_where_it_was(api: httpx.Client, locrit: str, conversation_id: str) -> None:
    message_id = save(api, conversation_id, "thrown away")
    api.patch(f"/api/v2/conversations/{conversation_id}", json={"title": "About waste"})
    api.delete(f"/api/v2/conversations/{conversation_id}/messages/{message_id}")
    memory = api.post(f"/api/v2/locrits/{locrit}/memory/memories", json={"content": "a note"}).json()
    api.delete(f"/api/v2/locrits/{locrit}/memory/memories/{memory['id']}")
    trash = api.get("/api/v2/trash").json()
    [message] = [each for each in trash["messages"] if each["message_id"] == message_id]
    assert (message["locrit_name"], message["conversation_title"]) == (locrit, "About waste")
    assert [each["locrit_name"] for each in trash["memories"] if each["id"] == memory["id"]] == [locrit]
    assert api.get("/api/v2/storage/verify").json() == {"checking": None}
