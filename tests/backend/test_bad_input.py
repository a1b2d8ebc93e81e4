"""Whatever is sent: a 4xx or a socket `error` with a code, the server alive, nothing half-written."""

import json
from typing import Any

import httpx
import pytest

from tests.fixtures.sockets import Connect

MEGABYTE = "x" * 2**20
LONG_NAME = "n" * 10_000
DEEP = "[" * 100_000

TEXTS_THAT_ARE_FINE = [
    "👩‍👩‍👧‍👦 🏳️‍🌈 ﷽",
    "שלום עולם \u202e abc",
    "e\u0301 \u200b ﬁ",
    "tab\tline\nfeed\x07bell",
    "'; DROP TABLE messages; --",
]
TEXTS_THAT_ARE_NOT = ["", "   \n", MEGABYTE, "nul\x00", None, 7, True, ["a"], {"a": 1}]
NAMES_THAT_ARE_NOT = ["", " ", LONG_NAME, "a\nb", "nul\x00", "a/b", "..", None, 7, ["a"]]
WORDS_OF_PYTHON = ("pydantic", "Traceback", "Error(", "sqlalchemy", "object at 0x", "Value error", "NoneType")
UNPARSABLE = [b"", b"{", b"nonsense", b"[]", b'"text"', b"null", b'{"a": 1', b"\xff\xfe", DEEP.encode()]


@pytest.fixture(autouse=True)
def _server_is_alive_afterwards(api: httpx.Client) -> Any:
    yield
    assert api.get("/health").json()["status"] == "healthy"


NUMBERS_OF_MODELS = ("num_ctx", "num_predict", "temperature", "top_k", "top_p", "seed", "repeat_penalty", "mirostat")


@pytest.mark.parametrize("option", NUMBERS_OF_MODELS)
@pytest.mark.parametrize("value", ["big", "", [], {}, True, 10**40, -(10**6) * 10**6, 1e300])
def test_options_that_no_model_could_take_are_refused(api: httpx.Client, locrit: str, option: str, value: Any) -> None:
    _assert_refused(api.patch(f"/api/v2/locrits/{locrit}", json={"options": {option: value}}))
    _assert_refused(api.post("/api/v2/locrits", json={"name": "Other", "options": {option: value}}))


@pytest.mark.parametrize(
    "options",
    [
        {"num_ctx": 1},
        {"num_ctx": 0.5},
        {"temprature": 1},
        {"stop": [""]},
        {"stop": [1]},
        {"stop": ["x"] * 21},
        [],
        "a",
        7,
    ],
)
def test_options_that_are_none_are_refused(api: httpx.Client, locrit: str, options: Any) -> None:
    _assert_refused(api.patch(f"/api/v2/locrits/{locrit}", json={"options": options}))


def test_options_of_a_model_are_kept_as_they_were_sent(api: httpx.Client, locrit: str) -> None:
    options = {"num_ctx": 16384, "temperature": 0.7, "stop": ["END"], "seed": -1, "use_mmap": False}
    sent = options | {"top_k": None}
    assert api.patch(f"/api/v2/locrits/{locrit}", json={"options": sent}).json()["options"] == options
    assert api.get(f"/api/v2/locrits/{locrit}").json()["options"] == options


@pytest.mark.parametrize("text", TEXTS_THAT_ARE_FINE)
def test_any_text_survives_the_way_there_and_back(api: httpx.Client, conversation_id: str, text: str) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    api.post(path, json={"role": "user", "content": text}).raise_for_status()
    assert api.get(path).json()["messages"][0]["content"] == text


@pytest.mark.parametrize("text", TEXTS_THAT_ARE_NOT)
def test_messages_that_cannot_be_saved_are_refused(api: httpx.Client, conversation_id: str, text: Any) -> None:
    path = f"/api/v2/conversations/{conversation_id}"
    _assert_refused(api.post(f"{path}/messages", json={"role": "user", "content": text}))
    _assert_refused(api.post(f"{path}/turns", json={"message": text}))
    listed = api.get(f"{path}/messages").json()
    assert (listed["messages"], listed["has_more"], listed["head_seq"]) == ([], False, 0)


@pytest.mark.parametrize("text", TEXTS_THAT_ARE_NOT)
def test_one_call_chat_refuses_them_too(api: httpx.Client, locrit: str, text: Any) -> None:
    for path in (f"/api/v2/locrits/{locrit}/chat", f"/api/v2/locrits/{locrit}/chat/stream"):
        _assert_refused(api.post(path, json={"message": text}))
    assert api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()["conversations"] == []


@pytest.mark.parametrize("name", NAMES_THAT_ARE_NOT)
def test_names_that_cannot_be_are_refused(api: httpx.Client, name: Any) -> None:
    _assert_refused(api.post("/api/v2/locrits", json={"name": name}))
    _assert_refused(api.post("/api/v2/conversations", json={"locrit_name": name}))


@pytest.mark.parametrize("avatar", ["", "🔧", "👩🏽‍💻", "👨‍👩‍👧‍👦", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "#️⃣", "👍🏿", "e\u0301", "नि", "Z"])
def test_one_grapheme_is_a_picture(api: httpx.Client, locrit: str, avatar: str) -> None:
    answer = api.patch(f"/api/v2/locrits/{locrit}", json={"avatar": avatar})
    assert answer.raise_for_status().json()["avatar"] == avatar


@pytest.mark.parametrize("avatar", ["ab", "🔧🔧", "🇫🇷🇩🇪", "👩🏽‍💻!", " ", "\u00a0", "\n", "\u0000", "\ud800", 7])
def test_anything_else_is_none(api: httpx.Client, locrit: str, avatar: Any) -> None:
    body, headers = json.dumps({"avatar": avatar}), {"Content-Type": "application/json"}
    _assert_refused(api.patch(f"/api/v2/locrits/{locrit}", content=body, headers=headers))


@pytest.mark.parametrize("body", UNPARSABLE, ids=lambda body: body[:10])
def test_bodies_that_are_not_json_objects_are_refused(api: httpx.Client, conversation_id: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path in (
        ("POST", "/api/v2/locrits"),
        ("POST", "/api/v2/conversations"),
        ("PATCH", f"/api/v2/conversations/{conversation_id}"),
        ("POST", f"/api/v2/conversations/{conversation_id}/messages"),
        ("POST", f"/api/v2/conversations/{conversation_id}/turns"),
    ):
        _assert_refused(api.request(method, path, content=body, headers=headers))


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "king", "content": "x"},
        {"role": "user"},
        {"content": "x"},
        {"role": "user", "content": "x", "message_id": ""},
        {"role": "user", "content": "x", "message_id": LONG_NAME},
        {"role": "user", "content": "x", "message_id": "a\nb"},
        {"role": "user", "content": "x", "metadata": "text"},
    ],
)
def test_fields_of_other_types_are_refused(api: httpx.Client, conversation_id: str, fields: dict[str, Any]) -> None:
    path = f"/api/v2/conversations/{conversation_id}/messages"
    _assert_refused(api.post(path, json=fields))
    assert api.get(path).json()["messages"] == []


def test_numbers_that_json_does_not_have_are_refused(api: httpx.Client, conversation_id: str, locrit: str) -> None:
    for number in ("NaN", "Infinity", "1e999", "-Infinity"):
        body = f'{{"role": "user", "content": "x", "metadata": {{"n": {number}}}}}'
        _assert_refused(api.post(f"/api/v2/conversations/{conversation_id}/messages", content=body))
        _assert_refused(api.patch(f"/api/v2/locrits/{locrit}", content=f'{{"options": {{"temperature": {number}}}}}'))


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/api/v2/conversations", {"limit": "many"}),
        ("/api/v2/conversations", {"limit": 0}),
        ("/api/v2/conversations", {"limit": 10**30}),
        ("/api/v2/conversations", {"cursor": "garbage"}),
        ("/api/v2/conversations", {"cursor": "W10="}),
        ("/api/v2/conversations", {"cursor": "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAsICJhIl0="}),
        ("/api/v2/users/me/events", {"since": -1}),
        ("/api/v2/users/me/events", {"since": 10**30}),
        ("/api/v2/users/me/events", {"since": "x"}),
        ("/api/v2/locrits", {"include_deleted": "perhaps"}),
    ],
)
def test_parameters_out_of_range_are_refused(api: httpx.Client, path: str, parameters: dict[str, Any]) -> None:
    _assert_refused(api.get(path, params=parameters))


@pytest.mark.parametrize("unknown", ["nobody", "%00", "a%0Ab", "%F0%9F%92%A9", "n" * 500, "%2e%2e", "'; --"])
def test_unknown_ids_and_names_are_refused(api: httpx.Client, unknown: str) -> None:
    for method, path, body in (
        ("GET", f"/api/v2/locrits/{unknown}", None),
        ("PATCH", f"/api/v2/locrits/{unknown}", {"description": "x"}),
        ("DELETE", f"/api/v2/locrits/{unknown}", None),
        ("POST", f"/api/v2/locrits/{unknown}/restore", {}),
        ("GET", f"/api/v2/conversations/{unknown}", None),
        ("PATCH", f"/api/v2/conversations/{unknown}", {"title": "x"}),
        ("DELETE", f"/api/v2/conversations/{unknown}", None),
        ("GET", f"/api/v2/conversations/{unknown}/messages", None),
        ("POST", f"/api/v2/conversations/{unknown}/messages", {"role": "user", "content": "x"}),
        ("POST", f"/api/v2/conversations/{unknown}/turns", {"message": "x"}),
        ("GET", f"/api/v2/conversations/{unknown}/events", None),
        ("GET", f"/api/v2/conversations/{unknown}/messages/{unknown}", None),
        ("POST", f"/api/v2/conversations/{unknown}/messages/{unknown}/retry", {}),
        ("GET", f"/api/v2/generations/{unknown}", None),
        ("POST", f"/api/v2/generations/{unknown}/stop", {}),
    ):
        _assert_refused(api.request(method, path, json=body))
    for method, rest in (("GET", "summary"), ("GET", "stats"), ("GET", "sessions"), ("GET", f"messages/{unknown}")):
        _assert_refused(api.request(method, f"/api/v2/locrits/{unknown}/memory/{rest}"))


@pytest.mark.parametrize("query", ['"', "*", "a AND", "NEAR(", "x" * 400, "(((", "%", "\\", "col:umn", "-", "🦊"])
def test_a_search_for_anything_finds_something_or_nothing(api: httpx.Client, locrit: str, query: str) -> None:
    answer = api.get(f"/api/v2/locrits/{locrit}/memory/search", params={"q": query})
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_searches_that_cannot_be_are_refused(api: httpx.Client, locrit: str) -> None:
    for query in ("", "x" * 501, "nul\x00"):
        _assert_refused(api.get(f"/api/v2/locrits/{locrit}/memory/search", params={"q": query}))


SOCKET_EVENTS = ["join_chat", "leave_chat", "chat_message", "subscribe", "unsubscribe", "stop_generation"]


@pytest.mark.parametrize("namespace", ["/", "/chat"])
@pytest.mark.parametrize("event", [*SOCKET_EVENTS, "resume_generation", "no_such_event", "connected", "trigger_event"])
def test_socket_payloads_that_are_not_objects_are_refused(connect: Connect, namespace: str, event: str) -> None:
    client = connect(namespace)
    payloads: list[Any] = [None, {}, [], "text", 7, True, b"bytes", {"locrit_name": None}, {"scope": 1}]
    for number, payload in enumerate(payloads, 1):
        _assert_acked_refusal(client.call(event, payload))
        assert client.wait_for("error", number)["code"]


@pytest.mark.parametrize("text", [*TEXTS_THAT_ARE_NOT, "\ud800"])
def test_socket_messages_that_cannot_be_saved_are_refused(
    connect: Connect, api: httpx.Client, locrit: str, text: Any
) -> None:
    client = connect()
    _assert_acked_refusal(client.call("chat_message", {"locrit_name": locrit, "message": text}))
    assert client.wait_for("error")["code"]
    assert api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()["conversations"] == []


@pytest.mark.parametrize("name", ["nobody", *NAMES_THAT_ARE_NOT])
def test_sockets_refuse_locrits_that_are_not(connect: Connect, name: Any) -> None:
    client = connect()
    _assert_acked_refusal(client.call("join_chat", {"locrit_name": name}))
    _assert_acked_refusal(client.call("chat_message", {"locrit_name": name, "message": "x"}))
    assert client.wait_for("error", 2)["code"] in ("invalid_input", "not_found")


def test_sockets_refuse_ids_that_are_not(connect: Connect, locrit: str) -> None:
    client = connect()
    for event, payload in (
        ("subscribe", {"scope": "conversation:none", "since": 0}),
        ("subscribe", {"scope": "conversation:none"}),
        ("subscribe", {"scope": "nothing"}),
        ("subscribe", {"scope": "user:local", "since": 10**30}),
        ("subscribe", {"scope": "user:local", "since": -1}),
        ("stop_generation", {"generation_id": "none"}),
        ("resume_generation", {"generation_id": "none", "idx": 3}),
        ("chat_message", {"locrit_name": locrit, "message": "x", "session_id": LONG_NAME}),
    ):
        _assert_acked_refusal(client.call(event, payload))


def test_a_refused_subscription_follows_nothing(connect: Connect, api: httpx.Client, locrit: str) -> None:
    early, other = connect(), connect()
    early.call("subscribe", {"scope": "conversation:later"})
    api.post("/api/v2/conversations", json={"locrit_name": locrit, "conversation_id": "later"}).raise_for_status()
    other.call("subscribe", {"scope": "conversation:later"})
    api.post("/api/v2/conversations/later/messages", json={"role": "user", "content": "x"})
    other.wait_for("event", type="message.created")
    assert early.all("event") == []


def test_an_inactive_or_closed_locrit_does_not_talk(connect: Connect, api: httpx.Client, locrit: str) -> None:
    client = connect()
    for change, status, code in (
        ({"active": False}, 400, "inactive"),
        ({"active": True, "open_to": {"humans": False}}, 403, "forbidden"),
    ):
        api.patch(f"/api/v2/locrits/{locrit}", json=change).raise_for_status()
        answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": "Hi"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        ack = client.call("chat_message", {"locrit_name": locrit, "message": "Hi"})
        assert ack["error"]["code"] == code
    assert api.get("/api/v2/conversations", params={"locrit_name": locrit}).json()["conversations"] == []


def _assert_refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:500])
    error = answer.json()["error"]
    assert error["code"]
    assert error["message"]
    _assert_for_people(error)


def _assert_acked_refusal(ack: dict[str, Any]) -> None:
    assert ack["ok"] is False
    assert ack["error"]["code"] not in ("", "internal_error")
    _assert_for_people(ack["error"])


def _assert_for_people(error: dict[str, Any]) -> None:
    told = json.dumps(error)
    assert not any(
        word in told for word in ("pydantic", "Traceback", "Error(", "sqlalchemy", "object at 0x", "Value error")
    )
