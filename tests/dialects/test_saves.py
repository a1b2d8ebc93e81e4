"""What clients that save at once bring: the same id with other content is a new version of the same one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

MS = 1_772_366_400_000


@pytest.fixture
def at(api: httpx.Client) -> str:
    """A conversation of theirs."""
    opened = api.post("/api/conversations", json={"title": "T", "sessionId": f"session {MS}"})
    assert opened.status_code == 201
    told = opened.json()["conversation"]
    assert (told["title"], told["sessionId"], told["createdAt"] <= told["updatedAt"]) == ("T", f"session {MS}", True)
    return f"/api/conversations/{told['id']}"


def said(api: httpx.Client, at: str) -> list[tuple[str, str]]:
    return [(one["role"], one["content"]) for one in api.get(at).json()["messages"]]


def stored(api: httpx.Client, at: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(at.replace("/api/", "/api/v2/") + "/messages").json()["messages"]
    return found


def test_a_growing_reply_is_one_message_of_many_versions(api: httpx.Client, at: str) -> None:
    reply = {"messageId": "assistant-1738-0.42", "role": "assistant", "isIncomplete": True}
    for content in ("Once", "Once upon", "Once upon a time"):
        saved = api.post(f"{at}/messages", json={**reply, "content": content})
        told = saved.json()["message"]
        assert (saved.status_code, told["id"], told["isIncomplete"]) == (200, "assistant-1738-0.42", True)
    api.post(f"{at}/messages", json={**reply, "content": "Once upon"}).raise_for_status()  # an older one comes late
    assert said(api, at) == [("assistant", "Once upon a time")]
    whole = api.put(f"{at}/messages", json={"messageId": "assistant-1738-0.42", "content": "Once upon a time."}).json()
    assert (whole["message"]["isIncomplete"], whole["message"]["content"]) == (False, "Once upon a time.")
    [message] = stored(api, at)
    versions = api.get(f"{at.replace('/api/', '/api/v2/')}/messages/{message['message_id']}/versions").json()
    assert [one["content"] for one in versions["versions"]][0::3] == ["Once upon a time.", "Once"]
    assert message["status"] == "complete"


def test_what_is_forgotten_does_not_come_back(api: httpx.Client, at: str) -> None:
    body = {"messageId": "m1", "role": "user", "content": "Secret"}
    saved = api.post(f"{at}/messages", json=body).json()
    message = f"{at.replace('/api/', '/api/v2/')}/messages/{saved['message_id']}"
    api.post(f"{message}/forget", json={"confirm": True}).raise_for_status()
    answer = api.post(f"{at}/messages", json=body)
    assert (answer.status_code, isinstance(answer.json()["error"], str)) == (410, True)
    assert "Secret" not in api.get(at).text + api.get(message).text


def test_three_equal_saves_at_once_are_one_message(api: httpx.Client, at: str) -> None:
    body = {"messageId": "m1", "role": "user", "content": "Bonjour"}
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: api.post(f"{at}/messages", json=body), range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert said(api, at) == [("user", "Bonjour")]


def test_ids_are_unique_in_a_conversation_only(api: httpx.Client, at: str, conversation_id: str) -> None:
    other = f"/api/conversations/{conversation_id}"
    for path, content in ((at, "here"), (other, "there")):
        told = api.post(f"{path}/messages", json={"messageId": "m1", "role": "user", "content": content}).json()
        assert (told["message"]["id"], told["message"]["content"]) == ("m1", content)
    assert said(api, at) != said(api, other)


def test_what_is_said_with_a_message_stays_with_it(api: httpx.Client, at: str) -> None:
    options = {"toolName": "look", "toolCallId": "c1", "toolResultId": "t1", "artifactId": "a1", "imageUrl": "blob:x"}
    sent: list[dict[str, Any]] = [
        {"messageId": "1", "role": "thinking", "content": "Hm.", "thinkingContent": "Hm, hm."},
        {"messageId": "2", "role": "tool-result", "content": "42", "isError": True, **options},
    ]
    for body in sent:
        told = api.post(f"{at}/messages", json=body).json()["message"]
        assert told == {**told, **{name: value for name, value in body.items() if name != "messageId"}}
    assert [one["role"] for one in stored(api, at)] == ["assistant", "tool"]
    assert [one[0] for one in said(api, at)] == ["thinking", "tool-result"]
    assert api.get(at).json()["messages"][1]["toolResultId"] == "t1"


@pytest.mark.parametrize(
    ("method", "body", "says"),
    [
        ("POST", {"role": "user"}, "Content and role are required"),
        ("POST", {"role": "user", "content": ""}, "Content and role are required"),
        ("POST", {"content": "x", "messageId": "m"}, "Content and role are required"),
        ("PUT", {"content": "x"}, "messageId is required"),
        ("PUT", {"messageId": "m"}, "Content is required"),
    ],
)
def test_what_lacks_something_is_refused(
    api: httpx.Client, at: str, method: str, body: dict[str, str], says: str
) -> None:
    answer = api.request(method, f"{at}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, says)
    assert said(api, at) == []


def test_ours_is_unchanged_beside_it(api: httpx.Client, at: str) -> None:
    body = {"role": "user", "content": "one", "message_id": f"ours {at}"}
    first, again = (api.post(f"{at}/messages", json=body) for _ in range(2))
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 200, True)
    assert api.post(f"{at}/messages", json=body | {"content": "two"}).status_code == 409
    noted = api.post(f"{at}/messages", json={"role": "user", "content": "noted", "metadata": {"a": 1}})
    assert (noted.status_code, stored(api, at)[1]["metadata"]) == (201, {"a": 1})
    put = api.put(f"{at}/messages", json={"messageId": f"ours {at}", "content": "three"}).json()
    assert (put["message"]["id"], put["message_id"]) == (f"ours {at}", f"ours {at}")
    assert said(api, at) == [("user", "three"), ("user", "noted")]


def test_tool_results_are_kept_and_changed(api: httpx.Client, at: str) -> None:
    body = {"id": "t1", "toolName": "look", "args": {"q": [1]}, "result": "r", "displayName": "Look", "timestamp": MS}
    for _ in range(2):
        assert api.post(f"{at}/tool-results", json=body).json()["toolResult"] == body
    changed = api.put(f"{at}/tool-results", json={"toolResultId": "t1", "result": {"rows": [None]}}).json()
    assert changed["toolResult"] == body | {"result": {"rows": [None]}}
    made = api.put(f"{at}/tool-results", json={"toolResultId": "t2", "toolName": "x"}).json()["toolResult"]
    assert (made["id"], made["result"]) == ("t2", None)
    assert [one["id"] for one in api.get(at).json()["toolResults"]] == ["t1", "t2"]
    assert api.post(f"{at}/tool-results", json={"args": {}}).status_code == 400
    assert api.put(f"{at}/tool-results", json={"result": 1}).status_code == 400


def test_artifacts_are_kept_with_their_versions(api: httpx.Client, at: str) -> None:
    artifact = {"id": "a1", "name": "page.html", "content": "<p>1</p>", "timestamp": MS}
    api.post(f"{at}/messages", json={"messageId": "m1", "role": "assistant", "content": "Here"}).raise_for_status()
    for _ in range(2):
        told = api.post(f"{at}/artifacts", json={"artifact": artifact, "messageId": "m1"}).json()["artifact"]
        assert told == told | artifact | {"type": "html"}
    changed = api.put(f"{at}/artifacts", json={"artifactId": "a1", "content": "<p>2</p>"}).json()["artifact"]
    assert (changed["content"], changed["version"]) == ("<p>2</p>", 2)
    made = api.put(f"{at}/artifacts", json={"artifactId": "a2", "name": "x.py", "content": "1"}).json()["artifact"]
    assert (made["id"], made["type"]) == ("a2", "code")
    assert [one["id"] for one in api.get(at).json()["artifacts"]] == ["a1", "a2"]
    assert api.post(f"{at}/artifacts", json={"artifact": {"name": "x"}}).status_code == 400
    assert api.put(f"{at}/artifacts", json={"content": "x"}).status_code == 400


def test_a_stale_thread_takes_nothing_away_and_a_longer_one_adds(api: httpx.Client, at: str) -> None:
    thread = [
        {"id": "m1", "role": "user", "content": "Bonjour", "createdAt": "2026-03-01T12:00:00Z"},
        {"messageId": "m2", "role": "assistant", "content": "Salut", "toolName": "x"},
    ]
    extra = {
        "toolResults": [{"id": "t1", "toolName": "look"}],
        "artifacts": [{"id": "a1", "name": "a", "content": "b"}],
    }
    first = api.post(f"{at}/sync", json={"messages": thread, **extra}).json()
    assert first["added"] == ["m1", "m2"]
    again = api.post(f"{at}/sync", json={"messages": thread[:1], **extra}).json()
    assert (again["added"], again["unchanged"]) == ([], ["m1"])
    grown = api.post(f"{at}/sync", json={"messages": [thread[1] | {"content": "Salut à toi"}]}).json()
    assert grown["updated"] == ["m2"]
    api.post(f"{at}/sync", json={"messages": thread}).raise_for_status()
    assert said(api, at) == [("user", "Bonjour"), ("assistant", "Salut à toi")]
    whole = api.get(at).json()
    assert (len(whole["toolResults"]), len(whole["artifacts"])) == (1, 1)
    ours = {"messages": [{"message_id": f"ours {at}", "role": "user", "content": "hi"}]}
    assert api.post(f"{at}/sync", json=ours).json()["added"] == [f"ours {at}"]
    assert api.post(f"{at}/sync", json={"messages": [{"id": "m9"}]}).status_code == 400


def test_what_was_read_can_be_brought_back_as_it_is(api: httpx.Client, at: str) -> None:
    """Also what was named by nobody: one such tool result kept the rest of a client's work away."""
    api.put(f"{at}/tool-results", json={"toolResultId": "t1", "result": 1}).raise_for_status()
    api.post(f"{at}/messages", json={"messageId": "m1", "role": "thinking", "content": "Hm."}).raise_for_status()
    api.put(f"{at}/artifacts", json={"artifactId": "a1", "content": "x"}).raise_for_status()
    read = api.get(at).json()
    kept = {name: read[name] for name in ("messages", "toolResults", "artifacts")}
    brought = api.post(f"{at}/sync", json=kept)
    assert (brought.status_code, brought.json()["unchanged"]) == (200, ["m1"])
    again = api.get(at).json()
    assert {name: again[name] for name in kept} == kept


def test_conversations_are_listed_by_session_titled_and_deleted(api: httpx.Client, at: str) -> None:
    api.patch(at, json={"title": "Autre"}).raise_for_status()
    rows = api.get("/api/conversations", params={"sessionId": f"session {MS}"}).json()["conversations"]
    [row] = [row for row in rows if at.endswith(row["id"])]
    assert (row["title"], isinstance(row["timestamp"], int)) == ("Autre", True)
    assert api.patch(at, json={"title": "T2"}).json()["conversation"]["title"] == "T2"
    assert api.get("/api/conversations", params={"sessionId": "another"}).json()["conversations"] == []
    assert api.delete(at).json()["success"] is True
    assert api.get(at).status_code == 404
