"""Every low-level failure of the client becomes one `ModelError` with a sentence."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from src.addresses import OllamaHost
from src.errors import ContextExceeded, ModelCut, ModelError, ModelMissing, ModelTimeout, ModelUnreachable
from src.services.llm.ollama import OllamaModel
from tests.eventually import eventually
from tests.fakes.ollama import Cut, Error, FakeOllama, Garbage, Item, Silence, Status, Stop

MODEL = "llama3.2:1b"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


def ask(fake: FakeOllama, model: str = MODEL, load_timeout: float = 60, timeout: float = 60) -> tuple[str, ModelError]:
    """What arrived, and the failure that ended it."""

    async def scenario() -> tuple[str, ModelError]:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=load_timeout, timeout=timeout)
        text = ""
        try:
            async for delta in ollama.chat(model, [{"role": "user", "content": "hello"}]):
                text += delta.content
        except ModelError as error:
            return text, error
        finally:
            await ollama.close()
        raise AssertionError("the reply did not fail")

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("script", "text", "expected"),
    [
        (["Hel", Cut()], "Hel", ModelCut),
        (["Hel", Stop()], "Hel", ModelCut),
        (["Hel", Garbage()], "Hel", ModelCut),
        (["Hel", Garbage(b"[1, 2]")], "Hel", ModelCut),
        (["Hel", Garbage(b'{"message": 5, "done": false}')], "Hel", ModelCut),
        (["Hel", Garbage(b"\xff\xfe")], "Hel", ModelCut),
        ([Garbage()], "", ModelCut),
        ([Stop()], "", ModelCut),
        ([Cut()], "", ModelUnreachable),
        (["Hel", Error("CUDA error: out of memory")], "Hel", ModelError),
        (["Hel", Error("input exceeds the available context size")], "Hel", ContextExceeded),
        ([Status(400, "request (8031 tokens) exceeds the available context size (4096 tokens)")], "", ContextExceeded),
        ([Status(500, "model requires more system memory (8 GiB) than is available")], "", ModelError),
        ([Status(503, "")], "", ModelError),
        ([Status(404, "page not found")], "", ModelUnreachable),
    ],
)
def test_each_failure_has_its_name_and_keeps_what_arrived(
    fake: FakeOllama, script: list[Item], text: str, expected: type[ModelError]
) -> None:
    fake.enqueue(script)
    arrived, error = ask(fake)
    assert (arrived, type(error)) == (text, expected)
    assert error.message.endswith((".", "memory", "available", "503"))


def test_a_missing_model_is_named(fake: FakeOllama) -> None:
    _, error = ask(fake, model="mistral:7b")
    assert isinstance(error, ModelMissing)
    assert "mistral:7b" in error.message
    assert error.as_body()["model"] == "mistral:7b"


def test_an_ollama_that_is_down_is_unreachable_and_its_address_is_named(fake: FakeOllama) -> None:
    fake.stop()
    _, error = ask(fake)
    assert isinstance(error, ModelUnreachable)
    assert fake.url in error.message


def test_an_ollama_that_dies_in_the_middle_has_cut_the_reply(fake: FakeOllama) -> None:
    async def scenario() -> None:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=60, timeout=60)
        fake.enqueue(["Hel", Silence()])
        async with aclosing(ollama.chat(MODEL, [{"role": "user", "content": "hello"}])) as deltas:
            assert (await anext(deltas)).content == "Hel"
            await asyncio.to_thread(fake.stop)
            with pytest.raises(ModelCut):
                await anext(deltas)
        await ollama.close()

    asyncio.run(scenario())


def test_silence_before_the_first_token_ends_after_the_load_timeout(fake: FakeOllama) -> None:
    fake.enqueue([Silence()])
    text, error = ask(fake, load_timeout=0.1, timeout=60)
    assert isinstance(error, ModelTimeout)
    assert text == ""
    assert MODEL in error.message


def test_silence_between_tokens_ends_after_the_token_timeout(fake: FakeOllama) -> None:
    fake.enqueue(["Hel", Silence()])
    text, error = ask(fake, load_timeout=60, timeout=0.1)
    assert isinstance(error, ModelTimeout)
    assert text == "Hel"


def test_a_slow_consumer_is_not_mistaken_for_a_silent_model(fake: FakeOllama) -> None:
    async def scenario() -> str:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=60, timeout=0.5)
        fake.enqueue(["a", "b"])
        text = ""
        async for delta in ollama.chat(MODEL, [{"role": "user", "content": "hello"}]):
            text += delta.content
            await asyncio.sleep(0.6)
        await ollama.close()
        return text

    assert asyncio.run(scenario()) == "ab"


@pytest.mark.parametrize("end", ["close the iterator", "cancel the task"])
def test_leaving_a_reply_stops_the_model(fake: FakeOllama, end: str) -> None:
    async def scenario() -> None:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=60, timeout=60)
        fake.enqueue(["Hel", Silence()])
        deltas = ollama.chat(MODEL, [{"role": "user", "content": "hello"}])
        assert (await anext(deltas)).content == "Hel"
        if end == "close the iterator":
            await deltas.aclose()
        else:
            task = asyncio.ensure_future(anext(deltas))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await eventually(lambda: fake.disconnects == 1)
        await ollama.close()

    asyncio.run(scenario())


def test_the_silence_of_one_reply_does_not_delay_another(fake: FakeOllama) -> None:
    async def scenario() -> None:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=60, timeout=60)
        fake.enqueue(["first", Silence()])
        fake.enqueue(["second"])
        async with aclosing(ollama.chat(MODEL, [{"role": "user", "content": "1"}])) as first:
            await anext(first)
            second = [delta.content async for delta in ollama.chat(MODEL, [{"role": "user", "content": "2"}])]
        assert "".join(second) == "second"
        await ollama.close()

    asyncio.run(scenario())
