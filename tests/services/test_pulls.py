"""Installing models: jobs that survive their process, fail with a sentence, go on where they were, can be stopped."""

import asyncio
import threading
from pathlib import Path

import pytest

from src.entities import ModelPull
from src.errors import Conflict
from src.events import JobProgress
from src.operations import Operation
from src.stores import pulls
from tests.callers import ME, SOMEONE
from tests.eventually import HANGS_AFTER_S, eventually
from tests.fakes.ollama import Cut, Error, FakeOllama, Garbage, Hold, Item, Layer, Status, Stop
from tests.faults.audit import audit
from tests.talk import Talk, talking, with_model

HALF = Layer("sha256:1", 500, 1000)
FIRST_HALF = [Layer("sha256:1", 250, 1000), HALF]


async def pull_of(talk: Talk, model: str) -> ModelPull | None:
    return next((pull for pull in await talk.app.pulls.all() if pull.model == model), None)


async def until(talk: Talk, model: str, **fields: object) -> ModelPull:
    """It says this."""
    async with asyncio.timeout(HANGS_AFTER_S):
        while True:
            pull = await pull_of(talk, model)
            if pull is not None and all(getattr(pull, name) == value for name, value in fields.items()):
                return pull
            await asyncio.sleep(0.01)


@with_model
async def test_two_are_installed_at_once_each_with_its_own_numbers_and_told_to_everyone(talk: Talk) -> None:
    go_on = threading.Event()
    for model, size in (("gemma3:1b", 1000), ("qwen3:8b", 8000)):
        talk.fake.pulls[model] = [Layer("sha256:1", size // 2, size), Layer("sha256:2", 0, size), Hold(go_on)]
        assert (await talk.app.pulls.begin(ME, model))[1]
    await until(talk, "gemma3:1b", completed=500, total=2000)
    await until(talk, "qwen3:8b", completed=4000, total=16000)
    assert not (await talk.app.pulls.begin(ME, "gemma3:1b"))[1]
    go_on.set()
    for model in ("gemma3:1b", "qwen3:8b"):
        await until(talk, model, status="done")
    await eventually(lambda: all(told(talk, model) == {"running", "done"} for model in ("gemma3:1b", "qwen3:8b")))
    assert talk.fake.calls.count("/api/pull") == 2


def told(talk: Talk, model: str) -> set[str]:
    return {event.status for event in talk.events if isinstance(event, ModelPull) and event.model == model}


def told_of(talk: Talk, op_id: str) -> list[str]:
    return [event.status for event in talk.events if isinstance(event, JobProgress) and event.op_id == op_id]


FAILURES: dict[str, tuple[list[Item | Layer], str, str]] = {
    "unknown": ([Error("pull model manifest: file does not exist")], "pull_failed", "There is no model wanted:1b"),
    "unknown too": ([Error("pull model manifest: 404: model not found")], "pull_failed", "There is no model wanted:1b"),
    "no room": ([HALF, Error("write /blobs/x: no space left on device")], "pull_failed", "There is no room"),
    "newer": ([Error("412: requires a newer version of Ollama")], "pull_failed", "needs a newer Ollama"),
    "refused": ([Status(400, "invalid model name")], "pull_failed", "cannot be the name of a model"),
    "something": ([HALF, Error("a thing nobody knows")], "pull_failed", "could not install wanted:1b (a thing nobody"),
    "a page": ([Error("<html>gateway</html>")], "model_error", "does not say why"),
    "away at once": ([Cut()], "model_cut", "broke in the middle of the download"),
    "garbage": ([Garbage()], "model_unreachable", "it is not Ollama"),
    "no end": ([Stop()], "model_cut", "before it was complete"),
    "offline at once": ([Error("dial tcp: lookup registry.ollama.ai: no such host")], "pull_cut", "no such host"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_what_fails_before_it_began_or_for_good_says_why(failure: str, tmp_path: Path, ollama: FakeOllama) -> None:
    script, code, sentence = FAILURES[failure]

    async def run() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.pulls["wanted:1b"] = script
            await talk.app.pulls.begin(ME, "wanted:1b")
            pull = await until(talk, "wanted:1b", status="failed")
            assert pull.error is not None
            assert (pull.error.code, sentence in pull.error.message) == (code, True), pull.error
            assert "message is saved" not in pull.error.hint != ""

    asyncio.run(run())


CUTS: dict[str, Item] = {
    "the connection": Cut(),
    "the network": Error("max retries exceeded: unexpected EOF"),
    "the server": Stop(),
}


@pytest.mark.parametrize("cut", CUTS)
def test_what_is_cut_off_waits_and_goes_on_from_there(cut: str, tmp_path: Path, ollama: FakeOllama) -> None:
    async def run() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.pulls["wanted:1b"] = [*FIRST_HALF, CUTS[cut]]
            await talk.app.pulls.begin(ME, "wanted:1b")
            waiting = await until(talk, "wanted:1b", status="waiting", completed=500)
            assert waiting.next_try_at is not None
            assert waiting.error is not None
        ollama.pulls["wanted:1b"] = [Layer("sha256:1", 1000, 1000)]
        async with talking(tmp_path, ollama) as talk:  # it waits over a restart, too, unless one does not want to
            await until(talk, "wanted:1b", status="waiting", completed=500)
            assert (await talk.app.pulls.begin(ME, "wanted:1b"))[1]
            await until(talk, "wanted:1b", status="done", completed=1000)
        audit(f"sqlite:///{tmp_path / 'locrit.db'}")

    asyncio.run(run())


@with_model
async def test_one_that_is_cancelled_is_given_up_by_the_host_and_may_begin_anew(talk: Talk) -> None:
    talk.fake.pulls["gemma3:1b"] = [*FIRST_HALF, Hold(threading.Event())]
    await talk.app.pulls.begin(ME, "gemma3:1b", op_id="one")
    await until(talk, "gemma3:1b", completed=500)
    assert (await talk.app.pulls.cancel(ME, "gemma3:1b", op_id="two")).status == "cancelled"
    await eventually(lambda: talk.fake.disconnects == 1)
    assert await pull_of(talk, "gemma3:1b") is None
    del talk.fake.pulls["gemma3:1b"]
    assert (await talk.app.pulls.begin(ME, "gemma3:1b", op_id="three"))[1]
    assert (await talk.app.pulls.cancel(ME, "gemma3:1b", op_id="two")).status == "cancelled"  # of the first one
    await until(talk, "gemma3:1b", status="done")
    with pytest.raises(Conflict):
        await talk.app.pulls.cancel(ME, "qwen3:8b", op_id="two")


def test_another_process_sees_it_and_can_cancel_it(tmp_path: Path, postgresql_url: str, ollama: FakeOllama) -> None:
    async def run() -> None:
        async with (
            talking(tmp_path / "owner", ollama, database_url=postgresql_url) as owner,
            talking(tmp_path / "other", ollama, database_url=postgresql_url) as other,
        ):
            ollama.pulls["gemma3:1b"] = [*FIRST_HALF, Hold(threading.Event())]
            await owner.app.pulls.begin(ME, "gemma3:1b")
            await until(other, "gemma3:1b", status="running", completed=500)  # once that is saved
            assert not (await other.app.pulls.begin(ME, "gemma3:1b"))[1]
            await other.app.pulls.cancel(ME, "gemma3:1b")
            await eventually(lambda: ollama.disconnects == 1)
            assert await owner.app.pulls.all() == []
            assert ollama.calls.count("/api/pull") == 1
        audit(postgresql_url)

    asyncio.run(run())


def test_another_process_goes_on_when_its_own_has_ended(
    tmp_path: Path, postgresql_url: str, ollama: FakeOllama
) -> None:
    async def run() -> None:
        async with talking(tmp_path / "other", ollama, database_url=postgresql_url) as other:
            async with talking(tmp_path / "owner", ollama, database_url=postgresql_url) as owner:
                ollama.pulls["gemma3:1b"] = [*FIRST_HALF, Hold(threading.Event())]
                await owner.app.pulls.begin(ME, "gemma3:1b")
                await until(owner, "gemma3:1b", completed=500)
                del ollama.pulls["gemma3:1b"]
            await other.app.pulls.go_on()
            await until(other, "gemma3:1b", status="done")
            assert ollama.calls.count("/api/pull") == 2

    asyncio.run(run())


def test_whose_process_was_asked_for_it_works_on_it_though_another_one_looks_first(
    tmp_path: Path, postgresql_url: str, ollama: FakeOllama
) -> None:
    async def run() -> None:
        async with (
            talking(tmp_path / "owner", ollama, database_url=postgresql_url) as owner,
            talking(tmp_path / "other", ollama, database_url=postgresql_url) as other,
        ):
            operation = Operation.of(ME, "pull_model", {"model": "gemma3:1b"})
            await owner.app.database.write(lambda tx: pulls.order(tx, pulls.entity_of("", "gemma3:1b"), operation))
            await other.app.pulls.go_on()
            assert ollama.calls.count("/api/pull") == 0
            await owner.app.pulls.go_on()
            await until(owner, "gemma3:1b", status="done")

    asyncio.run(run())


@with_model
async def test_who_ordered_it_sees_it_among_the_jobs_of_the_server(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.pulls["gemma3:1b"] = [*FIRST_HALF, Hold(go_on), Layer("sha256:1", 1000, 1000)]
    await talk.app.pulls.begin(ME, "gemma3:1b", op_id="one")
    await talk.app.pulls.begin(ME, "missing:1b", op_id="two")
    await until(talk, "missing:1b", status="failed")
    await until(talk, "gemma3:1b", completed=500)
    running, failed = await talk.app.pulls.jobs(ME)
    assert (running.done, running.total, failed.total) == (500, 1000, 0)
    assert (running.op_id, running.kind, running.entity_id, running.status) == ("one", "pull", "gemma3:1b", "running")
    assert (failed.op_id, failed.status, failed.next_try_at) == ("two", "failing", None)
    assert "file does not exist" in str(failed.error)
    assert await talk.app.pulls.jobs(SOMEONE) == []
    await talk.app.pulls.cancel(ME, "missing:1b")
    go_on.set()
    await until(talk, "gemma3:1b", status="done")
    assert await talk.app.pulls.jobs(ME) == []
    await eventually(lambda: set(told_of(talk, "one")) == {"running", "done"})
    assert told_of(talk, "two")[-2:] == ["failing", "done"]
