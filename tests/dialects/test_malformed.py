"""Whatever is sent to a dialect, it is answered or refused with a sentence: never a failure of the server.

`MALFORMED=…` sends more, `SEED=…` repeats a run.
"""

import json
import os
import random
from typing import Any
from urllib.parse import quote

import httpx

from backend.dialects.chat import ChatDialect
from backend.dialects.chat_sessions import ChatSessionDialect
from backend.dialects.conversations import ConversationDialect
from backend.dialects.editor import EditorDialect
from backend.dialects.extension import ExtensionDialect
from backend.dialects.locrits import LocritDialect
from backend.dialects.memory import MemoryDialect
from backend.dialects.saves import Saves
from backend.dialects.server import ServerDialect
from backend.routing import Endpoint, declared
from tests.faults.chance import SEED

MALFORMED = int(os.environ.get("MALFORMED", "400"))
DIALECTS = (
    *(ChatDialect, ChatSessionDialect, ConversationDialect, EditorDialect, ExtensionDialect),
    *(LocritDialect, MemoryDialect, Saves, ServerDialect),
)
ENDPOINTS: list[Endpoint] = [endpoint for dialect in DIALECTS for _, endpoint in declared(dialect)]
KEEPING = [one for one in ENDPOINTS if one.method != "DELETE" and not one.path.endswith(("/delete", "/toggle"))]
"""What there is, is there until nearly the end."""
NASTY: list[Any] = [
    *(None, True, 0, -1, 2**70, 1.5, "", " ", "\x00", "\ud800", "a/b", "..", "é" * 50, "x" * 300),
    *([], {}, [None], [[]], {"": {}}, {"id": None}, [{"role": "user", "content": "x", "id": 5}], "1e999", "NaN"),
]
BODIES = [b"", b"{", b"[]", b"null", b"1", b'"x"', b'{"a":' * 500, b"\xff", b'{"role":"user","role":null}', b"{}" * 2]
ANSWERS_500 = ("/config/test-ollama", "/api/ollama/models")
"""Whose clients are told so that an Ollama does not answer."""
UNKNOWN_MODEL = "is not installed in Ollama."
"""An earlier request may have given the Locrit a model of such a name: then its answer is that."""


def test_nothing_that_is_sent_to_a_dialect_is_a_failure_of_the_server(
    api: httpx.Client, locrit: str, conversation_id: str
) -> None:
    chance = random.Random(SEED)
    known = {"name": locrit, "conversation_id": conversation_id, "session_id": conversation_id}
    for number in range(MALFORMED):
        endpoint = chance.choice(ENDPOINTS if number > 0.9 * MALFORMED else KEEPING)
        path = "/".join(_part(chance, part, known) for part in endpoint.path.split("/"))
        arguments: dict[str, Any] = {"params": {name: _text(chance) for name in _fields(chance, endpoint.query)}}
        if endpoint.body is not None:
            arguments["content"] = _body(chance, endpoint)
            arguments["headers"] = {"Content-Type": "application/json"}
        answer = api.request(endpoint.method, path, **arguments)
        what = (SEED, endpoint.method, path, arguments, answer.text[:300])
        assert answer.status_code < 500 or endpoint.path in ANSWERS_500 or UNKNOWN_MODEL in answer.text, what
        if answer.status_code >= 400:
            assert isinstance(answer.json()["error"], str), what
    report = api.post("/api/v2/storage/verify", json={}).json()
    assert report["ok"], report


def _part(chance: random.Random, part: str, known: dict[str, str]) -> str:
    if not part.startswith("<"):
        return part
    return quote(known.get(part[1:-1], "x") if chance.random() < 0.8 else chance.choice(["x", "é", " ", "m1"]), safe="")


def _fields(chance: random.Random, model: Any) -> list[str]:
    return [name for name in getattr(model, "model_fields", {}) if chance.random() < 0.5]


def _text(chance: random.Random) -> str:
    return str(chance.choice(["", "0", "-1", "5", "99999", "x", "é", "1e5", "true", "x" * 600]))


def _body(chance: random.Random, endpoint: Endpoint) -> bytes:
    if chance.random() < 0.2:
        return chance.choice(BODIES)
    fair = {
        "role": "user",
        "content": "x",
        "message": "x",
        "confirm": False,
        "messages": [{"role": "user", "content": "x"}],
    }
    fields = _fields(chance, endpoint.body)
    told = {name: fair[name] if name in fair and chance.random() < 0.5 else chance.choice(NASTY) for name in fields}
    return json.dumps(told).encode()
