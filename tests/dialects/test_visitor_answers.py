"""What a visitor is told of a reply that did not come to its end."""

from collections.abc import Iterator

import httpx
import pytest

from tests.clients.visitor import VisitorClient
from tests.fakes.ollama import Cut, FakeOllama, Item, Part, Status
from tests.fixtures.server import LocritServer


@pytest.fixture
def visitor(api: httpx.Client, locrit: str, shared_server: LocritServer) -> Iterator[VisitorClient]:
    shown = {"open_to": {"internet": True}, "access_to": {"llm_info": False}}
    api.patch(f"/api/v2/locrits/{locrit}", json=shown).raise_for_status()
    with shared_server.client() as client:
        yield VisitorClient(client, locrit)


@pytest.mark.parametrize("failure", [[Status(404, "model 'llama3.2:1b' not found")], ["Half", Cut()]])
def test_why_there_is_no_answer_is_not_told_to_a_visitor(
    visitor: VisitorClient, shared_ollama: FakeOllama, failure: list[Item]
) -> None:
    shared_ollama.enqueue(failure)
    told = visitor.say("Salut")
    assert (told.status_code, told.json()["code"]) == (502, "model_error")
    shared_ollama.enqueue(failure)
    *_chunks, last = visitor.events("Salut")
    assert (last["code"], last["done"]) == ("model_error", True)
    for text in (told.text, str(last)):
        assert "There is no answer at the moment" in text
        assert not [secret for secret in ("llama", "127.0.0.1", "message_id", "conversation_id") if secret in text]


def test_a_reply_that_a_limit_cut_is_an_answer(visitor: VisitorClient, shared_ollama: FakeOllama) -> None:
    for say in (lambda text: visitor.say(text).json()["response"], visitor.stream):
        shared_ollama.enqueue(["Once upon", Part({"done": True, "done_reason": "length"})])
        assert say("A story?") == "Once upon"
