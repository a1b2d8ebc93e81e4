"""What Ollama tells about its models, and pulling them."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing, nullcontext
from itertools import groupby
from typing import TypeVar

import pytest

from src.addresses import OllamaHost
from src.errors import ModelError
from src.services.llm.ollama import OllamaModel
from src.services.llm.protocol import Delta, PullProgress
from tests.eventually import eventually
from tests.fakes.ollama import Error, FakeOllama, Garbage, Hold, Item, Thought

Answer = TypeVar("Answer")


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


def with_ollama(fake: FakeOllama, call: Callable[[OllamaModel], Awaitable[Answer]]) -> Answer:
    async def scenario() -> Answer:
        ollama = OllamaModel(OllamaHost.parse(fake.url), load_timeout=60, timeout=60)
        try:
            return await call(ollama)
        finally:
            await ollama.close()

    return asyncio.run(scenario())


def test_models_are_listed_by_name_and_those_for_embedding_cannot_chat(fake: FakeOllama) -> None:
    fake.models = ["qwen3:4b", "nomic-embed-text:latest", "gemma3:1b"]
    models = with_ollama(fake, lambda ollama: ollama.list())
    assert [(model.name, model.can_chat) for model in models] == [
        ("gemma3:1b", True),
        ("nomic-embed-text:latest", False),
        ("qwen3:4b", True),
    ]
    assert (models[0].parameter_size, models[0].quantization, models[0].provider) == ("1.2B", "Q8_0", "ollama")


def test_the_context_is_what_a_chat_without_options_gets(fake: FakeOllama) -> None:
    assert with_ollama(fake, lambda ollama: ollama.show("llama3.2:1b")).context_length == 8192


def test_options_and_messages_reach_ollama_unchanged(fake: FakeOllama) -> None:
    async def chat(ollama: OllamaModel) -> None:
        async for _ in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}], {"temperature": 0.3}):
            pass

    with_ollama(fake, chat)
    assert fake.requests[0]["messages"] == [{"role": "user", "content": "hi"}]
    assert fake.requests[0]["options"] == {"temperature": 0.3}


def test_a_reply_may_hold_what_ends_a_line_elsewhere(fake: FakeOllama) -> None:
    said = "a\x85b\u2028c\u2029d\x0be\x1cf\r\n"

    async def chat(ollama: OllamaModel) -> str:
        return "".join(
            [delta.content async for delta in ollama.chat("llama3.2:1b", [{"role": "user", "content": "?"}])]
        )

    line = json.dumps({"message": {"role": "assistant", "content": said}}, ensure_ascii=False).encode()
    fake.enqueue([Garbage(b""), Garbage(line + b"\r"), Garbage(b"\n"), Garbage(line)])
    assert with_ollama(fake, chat) == said * 2


def test_pulling_reports_bytes_and_installs(fake: FakeOllama) -> None:
    async def pull(ollama: OllamaModel) -> list[PullProgress]:
        return [step async for step in ollama.pull("gemma3:1b")]

    steps = with_ollama(fake, pull)
    assert PullProgress("pulling layer", 500_000_000, 1_000_000_000, "sha256:1") in steps
    assert steps[-1].status == "success"
    assert "gemma3:1b" in fake.models


def test_a_pull_of_something_that_does_not_exist_says_so(fake: FakeOllama) -> None:
    async def pull(ollama: OllamaModel) -> list[PullProgress]:
        return [step async for step in ollama.pull("missing:1b")]

    with pytest.raises(ModelError, match="does not exist"):
        with_ollama(fake, pull)


def test_the_state_names_address_and_version_and_never_fails(fake: FakeOllama) -> None:
    state = with_ollama(fake, lambda ollama: ollama.state())
    assert (state.status, state.host, state.version) == ("ready", fake.url, "0.0.1-fake")
    fake.stop()
    assert with_ollama(fake, lambda ollama: ollama.state()).status == "unavailable"


def test_an_ollama_that_was_restarted_is_found_again(fake: FakeOllama) -> None:
    async def scenario(ollama: OllamaModel) -> None:
        for _ in range(2):
            assert [delta async for delta in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}])]
            await asyncio.to_thread(fake.stop)
            await asyncio.to_thread(fake.start)

    with_ollama(fake, scenario)


def test_a_connection_is_used_again_unless_ollama_has_closed_it(fake: FakeOllama) -> None:
    async def scenario(ollama: OllamaModel) -> None:
        for connections in (1, 2, 3):
            await ollama.list()
            assert [delta async for delta in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}])]
            await ollama.loaded()
            assert fake.connections <= 2 * connections, "what is asked at the same time needs one each"
            before = fake.connections
            await ollama.loaded()
            assert fake.connections == before
            fake.hang_up()

    with_ollama(fake, scenario)


def test_however_many_replies_run_each_begins_at_once(fake: FakeOllama) -> None:
    """httpx has 100 connections if it is not told otherwise; who is the next would wait for the end of a reply."""
    go_on = threading.Event()
    begun = 0

    async def listen(ollama: OllamaModel) -> None:
        nonlocal begun
        async for delta in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}]):
            begun += delta.content == "Well"

    async def scenario(ollama: OllamaModel) -> None:
        replies = [asyncio.create_task(listen(ollama)) for _ in range(120)]
        try:
            await eventually(lambda: begun == len(replies), 30)
        finally:
            go_on.set()
            await asyncio.gather(*replies)

    for _ in range(120):
        fake.enqueue(["Well", Hold(go_on), "."])
    with_ollama(fake, scenario)


WORDS = [f"word {number} " for number in range(100)]


@pytest.mark.parametrize(
    ("script", "heard", "fails"),
    [
        ([*WORDS], ["".join(WORDS)], False),
        (["One", " two", Thought("Hm"), Thought("m."), " three"], ["One two", "(Hmm.)", " three"], False),
        (["One", " two", Garbage()], ["One two"], True),
        (["One", " two", Error("out of memory")], ["One two"], True),
        (["\ud83d", "\udc19", " seen"], ["🐙 seen"], False),
    ],
    ids=["words", "thoughts", "garbage", "error", "torn"],
)
def test_what_has_come_meanwhile_is_read_at_once(
    fake: FakeOllama, script: list[Item], heard: list[str], fails: bool
) -> None:
    """Without changing what is said, nor what is thought, nor what is heard before a failure."""
    fake.enqueue(["Well. ", *script])
    deltas: list[Delta] = []

    async def scenario(ollama: OllamaModel) -> None:
        async with aclosing(ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}])) as reply:
            async for delta in reply:
                deltas.append(delta)
                await asyncio.sleep(0.3 if len(deltas) == 1 else 0)

    with pytest.raises(ModelError) if fails else nullcontext():
        with_ollama(fake, scenario)
    runs = groupby(
        (delta for delta in deltas if delta.content or delta.thinking), key=lambda delta: bool(delta.thinking)
    )
    said = [(thinks, "".join(delta.thinking + delta.content for delta in run)) for thinks, run in runs]
    assert [f"({text})" if thinks else text for thinks, text in said] == [f"Well. {heard[0]}", *heard[1:]]
    assert len(deltas) < len(script) / 2 + 4


@pytest.mark.parametrize(("told", "asked"), [("30m", "30m"), ("1h30m", "1h30m"), ("-1", -1), ("0", 0), ("90", 90)])
def test_how_long_a_model_stays_in_memory_is_told_beside_the_options(
    fake: FakeOllama, told: str, asked: float | str
) -> None:
    async def chat(ollama: OllamaModel) -> None:
        async for _ in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi"}], {"keep_alive": told, "seed": 1}):
            pass
        assert [model.name for model in await ollama.running()] == (["llama3.2:1b"] if asked else [])

    with_ollama(fake, chat)
    assert (fake.requests[-1]["keep_alive"], fake.requests[-1]["options"]) == (asked, {"seed": 1})


def test_a_reply_that_has_ended_leaves_no_connection_open_that_nobody_uses(fake: FakeOllama) -> None:
    async def chat(ollama: OllamaModel) -> None:
        for _ in range(20):
            async for _ in ollama.chat("llama3.2:1b", [{"role": "user", "content": "hi there"}]):
                pass
        await eventually(lambda: len(fake._connections) <= 1)

    with_ollama(fake, chat)
