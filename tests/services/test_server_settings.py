"""What people set for the whole server: which model answers by itself, and with which options."""

import asyncio
from pathlib import Path

import pytest

from src.entities import ServerSettingsChange
from src.errors import Conflict, Forbidden
from src.models import events
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.store import Store, on_each_database
from tests.talk import LOCRIT, Talk, talking, with_model

MODELS = ["first:1b", "second:1b", "third:1b"]


@with_model
async def test_the_default_model_answers_for_a_locrit_without_one_from_the_next_question_on(talk: Talk) -> None:
    talk.fake.models = MODELS
    assert (await talk.said("Who?")).model == "first:1b"
    await talk.app.server_settings.edit(ME, {"default_model": "second:1b"})
    assert (await talk.said("And now?")).model == "second:1b"
    assert (await talk.app.library.look(ME)).default == "second:1b"
    await talk.locrits.edit(LOCRIT, {"model": "third:1b"})
    assert (await talk.said("And with your own?")).model == "third:1b"
    await talk.locrits.edit(LOCRIT, {"model": ""})
    await talk.app.server_settings.edit(ME, {"default_model": ""})
    assert (await talk.said("And without?")).model == "first:1b"


@with_model
async def test_a_default_model_that_is_not_there_can_be_pulled(talk: Talk) -> None:
    await talk.app.server_settings.edit(ME, {"default_model": "missing:1b"})
    reply = await talk.said("Who?")
    assert (reply.error and reply.error.code, reply.model) == ("model_missing", "missing:1b")


def test_what_the_environment_says_counts_for_more_and_is_told(tmp_path: Path, ollama: FakeOllama) -> None:
    async def run() -> None:
        async with talking(tmp_path, ollama, default_model="third:1b") as talk:
            await talk.app.server_settings.edit(ME, {"default_model": "second:1b"})
            assert talk.app.server_settings.fixed == {"default_model": "LOCRIT_DEFAULT_MODEL"}
            assert (await talk.said("Who?")).model == "third:1b"
        async with talking(tmp_path, ollama) as talk:  # what was set is there again without it
            assert talk.app.server_settings.fixed == {}
            assert (await talk.said("Who?")).model == "second:1b"

    ollama.models = MODELS
    asyncio.run(run())


@with_model
async def test_a_model_is_asked_with_the_options_of_the_server_unless_its_locrit_has_its_own(talk: Talk) -> None:
    await talk.app.server_settings.edit(ME, {"options": {"num_ctx": 2048, "keep_alive": "30m"}})
    reply = await talk.said("Who?")
    assert talk.fake.requests[-1]["options"] == {"num_ctx": 2048}
    assert talk.fake.requests[-1]["keep_alive"] == "30m"
    assert reply.usage
    assert reply.usage.window_tokens == 2048
    await talk.locrits.edit(LOCRIT, {"options": {"num_ctx": 4096, "temperature": 0.5}})
    reply = await talk.said("And now?")
    assert talk.fake.requests[-1]["options"] == {"num_ctx": 4096, "temperature": 0.5}
    assert talk.fake.requests[-1]["keep_alive"] == "30m"
    assert reply.usage
    assert reply.usage.window_tokens == 4096


@on_each_database
async def test_everyone_is_told_once_and_an_edit_of_what_was_changed_meanwhile_is_refused(store: Store) -> None:
    await store.of(SOMEONE)
    first = await store.server_settings.edit({"default_model": "a:1b"}, rev=0, op_id="one")
    assert await store.server_settings.edit({"default_model": "a:1b"}, rev=0, op_id="one") == first
    with pytest.raises(Conflict) as refused:
        await store.server_settings.edit({"default_model": "b:1b"}, rev=0)
    assert refused.value.details["current"] == first.wire()
    second = await store.server_settings.edit({"options": {"num_ctx": 4096}}, rev=1)
    assert (second.rev, second.default_model, second.created_at) == (2, "a:1b", first.created_at)
    told = [event for event in store.published if isinstance(event, ServerSettingsChange)]
    assert [(event.scope, event.payload) for event in told] == [
        (scope, settings) for settings in (first, second) for scope in ("user:local", f"user:{SOMEONE.user_id}")
    ]
    assert {row.entity_id for row in await store.rows(events) if row.type == "server_settings.updated"} == {"server"}
    assert (await store.history.verify()).ok


@on_each_database
async def test_who_does_not_look_after_the_server_does_not_set_it(store: Store) -> None:
    other = await store.of(SOMEONE)
    with pytest.raises(Forbidden):
        await other.server_settings.edit({"default_model": "a:1b"})
