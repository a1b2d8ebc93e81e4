"""Which provider answers, as Ollama comes and goes."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from src.config import Settings
from src.errors import ModelError, ModelMissing, ModelUnreachable
from src.events import Event, EventBus, ModelState
from src.services.llm.protocol import LanguageModel, PromptMessage
from src.services.llm.router import LanguageModels
from tests.eventually import eventually
from tests.fakes.ollama import Cut, FakeOllama

pytestmark = pytest.mark.model

SMALL = "smollm2:135m"
HELLO: list[PromptMessage] = [{"role": "user", "content": "hello"}]

Open = Callable[..., Any]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as fake:
        yield fake


class Router:
    """The router under test, and what it published."""

    def __init__(self, settings: Settings, probe_interval_s: float) -> None:
        self.states: list[tuple[str, str]] = []
        events = EventBus()
        events.subscribe(self._note)
        self.models = LanguageModels(settings, events, probe_interval_s=probe_interval_s)

    def _note(self, event: Event) -> None:
        assert isinstance(event, ModelState)
        self.states.append((event.provider, event.status))


@pytest.fixture
def router(fake: FakeOllama, models_dir: Path) -> Open:
    @asynccontextmanager
    async def opened(llm: str = "auto", *, probe_interval_s: float = 0, **settings: Any) -> AsyncIterator[Router]:
        values = {"llm": llm, "ollama_host": fake.url, "data_dir": models_dir, "model_load_timeout": 60, **settings}
        router = Router(Settings(**values), probe_interval_s)
        try:
            yield router
        finally:
            await router.models.close()

    return opened


async def reply(models: LanguageModel, model: str) -> str:
    return "".join([delta.content async for delta in models.chat(model, HELLO, {"num_predict": 4})])


def test_ollama_is_preferred_and_the_offline_model_is_offered_beside_it(fake: FakeOllama, router: Open) -> None:
    async def scenario() -> None:
        async with router() as it:
            await it.models.start()
            assert await it.models.default_model() == "llama3.2:1b"
            assert await reply(it.models, "llama3.2:1b") == "You said: hello"
            labels = {model.name: model.label for model in await it.models.list()}
            assert labels == {"llama3.2:1b": "", "nomic-embed-text:latest": "", SMALL: "small offline model"}
            await eventually(lambda: it.states == [("ollama", "ready")])

    asyncio.run(scenario())


def test_without_ollama_the_offline_model_answers_and_the_interface_is_told(fake: FakeOllama, router: Open) -> None:
    fake.stop()

    async def scenario() -> None:
        async with router() as it:
            await it.models.start()
            await eventually(lambda: ("embedded", "ready") in it.states)
            assert set(it.states) <= {("embedded", "starting"), ("embedded", "ready")}
            assert await it.models.default_model() == SMALL
            assert await reply(it.models, SMALL)
            assert [model.name for model in await it.models.list()] == [SMALL]

    asyncio.run(scenario())


def test_when_ollama_appears_the_next_call_goes_there(fake: FakeOllama, router: Open) -> None:
    fake.stop()

    async def scenario() -> None:
        async with router() as it:
            assert await it.models.default_model() == SMALL
            await asyncio.to_thread(fake.start)
            assert await it.models.default_model() == "llama3.2:1b"
            await eventually(lambda: ("ollama", "ready") in it.states)

    asyncio.run(scenario())


def test_ollama_is_not_probed_by_every_call(fake: FakeOllama, router: Open) -> None:
    fake.stop()

    async def scenario() -> None:
        async with router(probe_interval_s=3600) as it:
            assert await it.models.default_model() == SMALL
            await asyncio.to_thread(fake.start)
            assert await it.models.default_model() == SMALL
            assert fake.calls == []

    asyncio.run(scenario())


def test_when_ollama_dies_the_call_fails_honestly_and_the_next_default_is_offline(
    fake: FakeOllama, router: Open
) -> None:
    async def scenario() -> None:
        async with router() as it:
            model = await it.models.default_model()
            await asyncio.to_thread(fake.stop)
            with pytest.raises(ModelUnreachable, match=fake.url):
                await reply(it.models, model)
            assert await it.models.default_model() == SMALL
            with pytest.raises(ModelUnreachable, match=r"llama3.2:1b needs Ollama"):
                await reply(it.models, model)
            assert await reply(it.models, SMALL)

    asyncio.run(scenario())


def test_a_failed_reply_does_not_drop_an_ollama_that_still_answers(fake: FakeOllama, router: Open) -> None:
    fake.enqueue(["Hel", Cut()])

    async def scenario() -> None:
        async with router() as it:
            with pytest.raises(ModelError):
                await reply(it.models, "llama3.2:1b")
            assert await reply(it.models, "llama3.2:1b") == "You said: hello"

    asyncio.run(scenario())


def test_the_offline_model_can_be_chosen_while_ollama_runs(fake: FakeOllama, router: Open) -> None:
    async def scenario() -> None:
        async with router() as it:
            assert await reply(it.models, SMALL)
            assert fake.requests == []
            fake.models.append(SMALL)
            assert await reply(it.models, SMALL) == "You said: hello"

    asyncio.run(scenario())


def test_an_ollama_without_models_that_chat_leaves_the_offline_one_as_default(fake: FakeOllama, router: Open) -> None:
    fake.models = ["nomic-embed-text:latest"]

    async def scenario() -> None:
        async with router() as it:
            assert await it.models.default_model() == SMALL
            assert await reply(it.models, SMALL)
        async with router("ollama") as it:
            with pytest.raises(ModelMissing):
                await it.models.default_model()

    asyncio.run(scenario())


def test_only_ollama_means_no_offline_model(fake: FakeOllama, router: Open) -> None:
    async def scenario() -> None:
        async with router("ollama") as it:
            with pytest.raises(ModelMissing):
                await reply(it.models, SMALL)
            await asyncio.to_thread(fake.stop)
            with pytest.raises(ModelUnreachable):
                await it.models.default_model()
            assert (await it.models.state()).status == "unavailable"

    asyncio.run(scenario())


def test_only_embedded_means_no_ollama(fake: FakeOllama, router: Open) -> None:
    async def scenario() -> None:
        async with router("embedded", default_model="llama3.2:1b") as it:
            assert await it.models.default_model() == SMALL
            assert await reply(it.models, SMALL)
            with pytest.raises(ModelMissing):
                await reply(it.models, "llama3.2:1b")
            assert fake.calls == []

    asyncio.run(scenario())


def test_the_setting_names_the_default_of_ollama(fake: FakeOllama, router: Open) -> None:
    async def scenario() -> None:
        async with router(default_model="qwen3:4b") as it:
            assert await it.models.default_model() == "qwen3:4b"
            await asyncio.to_thread(fake.stop)
            assert (await it.models.state()).provider == "embedded"
            assert await it.models.default_model() == SMALL

    asyncio.run(scenario())


def test_when_nothing_can_answer_the_state_says_so(fake: FakeOllama, router: Open, tmp_path: Path) -> None:
    fake.stop()

    async def scenario() -> None:
        async with router(embedded_model=tmp_path / "absent.gguf") as it:
            await it.models.start()
            await eventually(lambda: ("none", "unavailable") in it.states)
            state = await it.models.state()
            assert fake.url in state.detail
            assert "absent.gguf" in state.detail

    asyncio.run(scenario())


def test_closing_during_the_warm_up_leaves_no_process(fake: FakeOllama, router: Open) -> None:
    fake.stop()

    async def scenario() -> None:
        async with router() as it:
            await it.models.start()
            await eventually(lambda: it.models._embedded._child is not None)
            pid = it.models._embedded._child.pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(scenario())
