"""What every provider of models does: Ollama as the fake plays it, and the real embedded model."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from src.addresses import OllamaHost
from src.errors import ContextExceeded, ModelMissing
from src.services.llm.embedded import EmbeddedModel
from src.services.llm.ollama import OllamaModel
from src.services.llm.protocol import Delta, LanguageModel, PromptMessage
from tests.fakes.ollama import Delay, FakeOllama, Status

SHORT = {"num_predict": 8, "seed": 1}


@dataclass
class Case:
    """A provider with one model, on a loop of its own."""

    llm: LanguageModel
    model: str
    runner: asyncio.Runner
    fake: FakeOllama | None = None

    def ask(self, *messages: PromptMessage, model: str | None = None) -> list[Delta]:
        return self.runner.run(self.reply(*messages, model=model))

    async def reply(self, *messages: PromptMessage, model: str | None = None) -> list[Delta]:
        return [delta async for delta in self.llm.chat(model or self.model, messages, SHORT)]


@pytest.fixture(scope="module", params=["ollama", pytest.param("embedded", marks=pytest.mark.model)])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with asyncio.Runner() as runner, FakeOllama() as fake:
        if request.param == "ollama":
            ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=10, timeout=10)
            yield Case(ollama, "llama3.2:1b", runner, fake)
            runner.run(ollama.close())
        else:
            data_dir: Path = request.getfixturevalue("models_dir")
            embedded = EmbeddedModel(data_dir, load_timeout=60, timeout=30)
            yield Case(embedded, embedded.name, runner)
            runner.run(embedded.close())


def user(content: str) -> PromptMessage:
    return {"role": "user", "content": content}


def test_a_reply_comes_in_pieces_and_only_the_last_carries_usage(case: Case) -> None:
    if case.fake is not None:  # what came together is one piece
        case.fake.enqueue(["You", Delay(0.1), " said", Delay(0.1), " hello"])
    deltas = case.ask(user("Say hello to everyone here."))
    assert len(deltas) > 1
    assert "".join(delta.content for delta in deltas).strip()
    assert [delta.usage is not None for delta in deltas] == [False] * (len(deltas) - 1) + [True]


def test_usage_counts_tokens_and_milliseconds(case: Case) -> None:
    usage = case.ask(user("Say hello."))[-1].usage
    assert usage
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert 0 < usage.completion_ms <= usage.total_ms


def test_a_whole_conversation_in_any_script_is_understood(case: Case) -> None:
    history: list[PromptMessage] = [
        {"role": "system", "content": "Be brief."},
        user("مرحبا 👋🏽"),
        {"role": "assistant", "content": "你好\n\t\u2028\u0085"},
        user("naïve “quotes” \\ and \x00 control"),
    ]
    assert case.ask(*history)[-1].usage


def test_the_model_is_listed_and_can_chat(case: Case) -> None:
    models = {model.name: model for model in case.runner.run(case.llm.list())}
    assert models[case.model].can_chat
    assert models[case.model].size > 10**6


def test_the_context_of_a_model_is_known(case: Case) -> None:
    details = case.runner.run(case.llm.show(case.model))
    assert details.context_length >= 2048
    assert "completion" in details.capabilities


def test_each_text_is_embedded_in_order(case: Case) -> None:
    vectors = case.runner.run(case.llm.embed(case.model, ["a cat", "a dog on a hill", "a cat"]))
    assert vectors[0] == pytest.approx(vectors[2], abs=1e-3)
    assert vectors[0] != pytest.approx(vectors[1], abs=1e-3)
    assert len({len(vector) for vector in vectors}) == 1


def test_a_model_that_is_not_installed_is_missing(case: Case) -> None:
    with pytest.raises(ModelMissing, match="mistral:7b"):
        case.ask(user("hello"), model="mistral:7b")
    with pytest.raises(ModelMissing, match="mistral:7b"):
        case.runner.run(case.llm.show("mistral:7b"))
    with pytest.raises(ModelMissing, match="mistral:7b"):
        case.runner.run(case.llm.embed("mistral:7b", ["hello"]))


def test_a_conversation_longer_than_the_context_is_refused(case: Case) -> None:
    if case.fake:
        case.fake.enqueue([Status(400, "request (8031 tokens) exceeds the available context size (4096 tokens)")])
    with pytest.raises(ContextExceeded):
        case.ask(user("one two three " * 4000))


def test_replies_at_the_same_time_are_all_complete(case: Case) -> None:
    async def scenario() -> list[list[Delta]]:
        return await asyncio.gather(*(case.reply(user(f"Tell me about the number {n}.")) for n in range(4)))

    assert all(reply[-1].usage for reply in case.runner.run(scenario()))


def test_after_a_reply_is_left_the_next_one_is_whole(case: Case) -> None:
    async def scenario() -> list[Delta]:
        async with aclosing(case.llm.chat(case.model, [user("Tell a story.")])) as deltas:
            await anext(deltas)
        return await case.reply(user("Say hello."))

    assert case.runner.run(scenario())[-1].usage


def test_a_provider_that_answers_is_ready(case: Case) -> None:
    case.ask(user("Say hello."))
    assert case.runner.run(case.llm.state()).status == "ready"
