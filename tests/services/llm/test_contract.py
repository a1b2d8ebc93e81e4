"""What every provider of models does: Ollama as the fake plays it, the real embedded model, and, where there is one, a
real Ollama with the same weights."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from src.addresses import OllamaHost
from src.errors import ContextExceeded, ModelError, ModelMissing
from src.services.llm.embedded import EmbeddedModel
from src.services.llm.ollama import OllamaModel
from src.services.llm.protocol import Delta, LanguageModel, PromptMessage
from tests.eventually import wait_until
from tests.fakes.ollama import Delay, FakeOllama, Status
from tests.fixtures.real_ollama import MODEL, SPARE, RealOllama, binary

SHORT = {"num_predict": 8, "seed": 1}


@dataclass
class Case:
    """A provider with one model, on a loop of its own."""

    llm: LanguageModel
    model: str
    runner: asyncio.Runner
    fake: FakeOllama | None = None
    spare: str | None = None
    """Another one, which may be deleted."""
    is_real: bool = False
    """An Ollama that somebody has installed."""

    def ask(self, *messages: PromptMessage, model: str | None = None) -> list[Delta]:
        return self.runner.run(self.reply(*messages, model=model))

    async def reply(self, *messages: PromptMessage, model: str | None = None) -> list[Delta]:
        return [delta async for delta in self.llm.chat(model or self.model, messages, SHORT)]


PROVIDERS = ["ollama", pytest.param("embedded", marks=pytest.mark.model)]
if binary() is not None:
    PROVIDERS.append(pytest.param("real ollama", marks=(pytest.mark.ollama, pytest.mark.timeout(600))))


@pytest.fixture(scope="module", params=PROVIDERS)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with asyncio.Runner() as runner, FakeOllama() as fake:
        if request.param == "ollama":
            fake.models.append(SPARE)
            fake.pulls["not a name"] = [Status(400, "invalid model name")]
            ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=10, timeout=10)
            yield Case(ollama, "llama3.2:1b", runner, fake, SPARE)
            runner.run(ollama.close())
        elif request.param == "real ollama":
            real: RealOllama = request.getfixturevalue("real_ollama")
            ollama = OllamaModel(OllamaHost.parse(real.url), load_timeout=120, timeout=60)
            yield Case(ollama, MODEL, runner, spare=SPARE, is_real=True)
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
    if case.is_real and "embedding" not in case.runner.run(case.llm.show(case.model)).capabilities:
        case.runner.run(case.reply(user("hello")))  # some versions of Ollama embed with it all the same, others refuse
        return
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


def test_a_model_that_does_not_think_is_asked_all_the_same_whatever_it_is_told(case: Case) -> None:
    async def scenario(think: str) -> list[Delta]:
        return [delta async for delta in case.llm.chat(case.model, [user("Say hello.")], SHORT, think)]

    for think in ("on", "high", "off"):
        assert case.runner.run(scenario(think))[-1].usage


def test_a_model_is_in_memory_once_it_was_asked_until_it_is_taken_out(case: Case) -> None:
    case.ask(user("Say hello."))
    [running] = [each for each in case.runner.run(case.llm.running()) if each.name == case.model]
    assert running.size > 10**6
    assert (case.runner.run(case.llm.window(case.model)) or 0) >= (0 if case.fake else 128)
    case.runner.run(case.llm.unload(case.model))

    async def is_gone() -> bool:
        return case.model not in [each.name for each in await case.llm.running()]

    wait_until(lambda: case.runner.run(is_gone()))
    case.runner.run(case.llm.load(case.model))
    assert case.ask(user("Say hello."))[-1].usage


def test_what_is_installed_can_be_deleted_and_what_is_not_is_missing(case: Case) -> None:
    with pytest.raises(ModelMissing, match="mistral:7b"):
        case.runner.run(case.llm.delete("mistral:7b"))
    if case.spare is None:
        with pytest.raises(ModelError, match="stays"):
            case.runner.run(case.llm.delete(case.model))
        return
    case.runner.run(case.llm.delete(case.spare))
    assert case.spare not in [model.name for model in case.runner.run(case.llm.list())]


def test_what_cannot_be_installed_says_so(case: Case) -> None:
    async def scenario() -> None:
        async with aclosing(case.llm.pull("not a name")) as steps:
            async for _ in steps:
                pass

    with pytest.raises(ModelError, match="not a name"):
        case.runner.run(scenario())
