"""The embedded model's child process: its protocol, its crashes, its end."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import httpx
import ollama
import pytest

from src.errors import ModelCut, ModelUnreachable
from src.services.llm.embedded import EmbeddedModel
from src.services.llm.embedded_requirements import missing_cpu_features
from src.services.llm.protocol import PromptMessage
from tests.eventually import HANGS_AFTER_S, eventually

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[3]
QUESTION: list[PromptMessage] = [{"role": "user", "content": "Tell me a long story about a river."}]
ENDLESS = {"num_predict": 3500, "seed": 1}
SHORT = {"num_predict": 4}


@asynccontextmanager
async def embedded_model(data_dir: Path, model_file: Path | None = None) -> AsyncIterator[EmbeddedModel]:
    model = EmbeddedModel(data_dir, model_file, load_timeout=60, timeout=30)
    try:
        yield model
    finally:
        await model.close()


def run(models_dir: Path, scenario: Callable[[EmbeddedModel], Awaitable[None]]) -> None:
    async def main() -> None:
        async with embedded_model(models_dir) as model:
            await scenario(model)

    asyncio.run(main())


def child_of(model: EmbeddedModel) -> int:
    assert model._child
    return model._child.pid


def url_of(model: EmbeddedModel) -> str:
    assert model._child
    return f"http://127.0.0.1:{model._child.port}"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def test_it_starts_when_it_is_needed_and_ends_when_it_is_closed(models_dir: Path) -> None:
    async def scenario() -> None:
        async with embedded_model(models_dir) as model:
            assert (await model.state()).status == "starting"
            assert model._child is None
            await model.start()
            assert (await model.state()).status == "ready"
            pid = child_of(model)
            assert is_alive(pid)
        assert not is_alive(pid)

    asyncio.run(scenario())


def test_a_crash_cuts_the_reply_says_why_and_the_next_call_starts_another(models_dir: Path) -> None:
    async def scenario(model: EmbeddedModel) -> None:
        async with aclosing(model.chat(model.name, QUESTION, ENDLESS)) as deltas:
            await anext(deltas)
            crashed = child_of(model)
            os.kill(crashed, signal.SIGKILL)
            with pytest.raises(ModelCut, match="SIGKILL"):
                [delta async for delta in deltas]
        assert (await model.state()).status == "unavailable"
        assert [delta async for delta in model.chat(model.name, QUESTION, SHORT)][-1].usage
        assert child_of(model) != crashed

    run(models_dir, scenario)


def test_leaving_a_reply_stops_the_generation(models_dir: Path) -> None:
    """The child writes one reply at a time: the second would wait for most of a minute if the first went on."""

    async def scenario(model: EmbeddedModel) -> None:
        async with aclosing(model.chat(model.name, QUESTION, ENDLESS)) as deltas:
            await anext(deltas)
        async with asyncio.timeout(HANGS_AFTER_S):
            assert [delta async for delta in model.chat(model.name, QUESTION, SHORT)][-1].usage

    run(models_dir, scenario)


def test_it_ends_with_its_parent_even_in_the_middle_of_a_reply(models_dir: Path) -> None:
    script = f"""
import asyncio
from pathlib import Path
from src.services.llm.embedded import EmbeddedModel

async def main():
    model = EmbeddedModel(Path({str(models_dir)!r}), load_timeout=60, timeout=30)
    async for _ in model.chat(model.name, {QUESTION!r}, {ENDLESS!r}):
        print(model._child.pid, flush=True)

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    asyncio.run(eventually(lambda: not is_alive(child)))


def test_it_works_beside_the_event_loop_of_eventlet(models_dir: Path) -> None:
    script = f"""
import eventlet, eventlet.asyncio, select
poll = select.poll
eventlet.monkey_patch(thread=False)
select.poll = poll  # as the runtime keeps it
from pathlib import Path
from src.services.llm.embedded import EmbeddedModel

async def main():
    model = EmbeddedModel(Path({str(models_dir)!r}), load_timeout=60, timeout=30)
    await model.start()
    for _ in range(2):
        async for delta in model.chat(model.name, {QUESTION!r}, {SHORT!r}):
            pass
        assert delta.usage
    await model.close()
    print("done")

eventlet.asyncio.spawn_for_awaitable(main()).wait()
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        env={**os.environ, "EVENTLET_HUB": "asyncio"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_the_unmodified_ollama_client_talks_to_it(models_dir: Path) -> None:
    def talk(url: str) -> None:
        options = {"num_predict": 6, "seed": 1}
        messages = [{"role": "user", "content": "Say hello."}]
        with ollama.Client(url) as client:
            name = client.list().models[0].model
            assert name == "smollm2:135m"
            whole = client.chat(name, messages, options=options)
            parts = list(client.chat(name, messages, options=options, stream=True))
            assert whole.message.content == "".join(part.message.content or "" for part in parts)
            assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
            assert (parts[-1].done_reason, parts[-1].eval_count) == ("length", 6)
            assert client.generate(name, "Say hello.", options=options).response == whole.message.content
            assert len(client.embed(name, "hello").embeddings[0]) > 100
            assert client.ps().models[0].model == name
            assert client.show(name).capabilities == ["completion", "embedding"]

    async def scenario(model: EmbeddedModel) -> None:
        await model.start()
        await asyncio.to_thread(talk, url_of(model))

    run(models_dir, scenario)


def test_what_it_cannot_do_it_refuses_clearly(models_dir: Path) -> None:
    def ask(url: str) -> None:
        with ollama.Client(url) as client:
            with pytest.raises(ollama.ResponseError, match="install Ollama"):
                client.pull("llama3.2")
            with pytest.raises(ollama.ResponseError, match="install Ollama"):
                client.delete("smollm2:135m")
            with pytest.raises(ollama.ResponseError, match="not found"):
                client.chat("llama3.2", [])
            with pytest.raises(ollama.ResponseError, match="too large"):
                client.embed("smollm2:135m", "word " * 1000)

    async def scenario(model: EmbeddedModel) -> None:
        await model.start()
        await asyncio.to_thread(ask, url_of(model))

    run(models_dir, scenario)


def test_web_pages_may_not_use_it(models_dir: Path) -> None:
    async def scenario(model: EmbeddedModel) -> None:
        await model.start()
        async with httpx.AsyncClient(base_url=url_of(model)) as browser:
            headers = {"Origin": "http://evil.example"}
            assert (await browser.post("/api/chat", content="{}", headers=headers)).status_code == 403
            assert (await browser.get("/api/tags", headers=headers)).status_code == 403

    run(models_dir, scenario)


@pytest.mark.parametrize("content", [b"this is not a model", None])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes | None) -> None:
    model_file = tmp_path / "mine.gguf"
    if content is not None:
        model_file.write_bytes(content)

    async def scenario() -> None:
        async with embedded_model(tmp_path, model_file) as model:
            with pytest.raises(ModelUnreachable, match=str(model_file)):
                await model.start()
            state = await model.state()
            assert state.status == "unavailable"
            assert str(model_file) in state.detail

    asyncio.run(scenario())


def test_a_model_of_the_users_own_is_named_after_its_file(models_dir: Path, tmp_path: Path) -> None:
    model_file = tmp_path / "My-Own.Q4.gguf"
    model_file.symlink_to((models_dir / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf").resolve())

    async def scenario() -> None:
        async with embedded_model(tmp_path, model_file) as model:
            assert [info.name for info in await model.list()] == ["my-own.q4"]
            assert [delta async for delta in model.chat("my-own.q4", QUESTION, SHORT)][-1].usage

    asyncio.run(scenario())


def test_processor_features_it_needs_are_looked_up() -> None:
    assert missing_cpu_features("processor : 0\nflags\t\t: fpu avx2 fma sse\n") == []
    assert missing_cpu_features("processor : 0\nflags\t\t: fpu avx sse\n") == ["AVX2", "FMA"]
    assert missing_cpu_features("processor : 0\n") == []
