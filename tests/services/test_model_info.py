"""What is known of models is not asked before each question, and does not stay what it was."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from src.services.llm.model_info import ModelInfoCache
from tests.eventually import eventually
from tests.fakes.ollama import Hold
from tests.talk import Talk, with_model

MODEL = "llama3.2:1b"


@with_model
async def test_what_was_told_a_while_ago_is_used_at_once_and_asked_again_for_the_next_time(talk: Talk) -> None:
    info = ModelInfoCache(talk.app.models, believed_s=0)
    await info.default_model()
    assert (await info.window(MODEL, {})).tokens == 8192
    talk.fake.context_length, asked = 4096, len(talk.fake.calls)
    assert (await info.default_model(), (await info.window(MODEL, {})).tokens) == (MODEL, 8192)
    assert len(talk.fake.calls) == asked
    await info.refresh(MODEL)
    assert (await info.window(MODEL, {})).tokens == 4096


@with_model
async def test_only_the_chat_stands_between_a_question_and_its_reply(talk: Talk) -> None:
    await talk.said("Hello?")
    asked = len(talk.fake.calls)
    talk.fake.enqueue([Hold(go_on := threading.Event())])
    turn = await talk.ask("And again?")
    await talk.asked(2)
    assert talk.fake.calls[asked:][0] == "/api/chat"
    go_on.set()
    await talk.answer(turn)


@with_model
async def test_the_next_default_answers_when_the_one_of_before_was_removed(talk: Talk) -> None:
    talk.fake.models = ["first:1b", "second:1b"]
    assert (await talk.said("Hello?")).model == "first:1b"
    talk.fake.models = ["second:1b"]
    reply = await talk.said("And now?")
    assert (reply.model, reply.status) == ("second:1b", "complete")
    talk.fake.models = []
    assert (await talk.said("And now?")).status == "failed"


def recorded(data_dir: Path) -> list[str | None]:
    with closing(sqlite3.connect(data_dir / "locrit.db")) as connection:
        return [model for (model,) in connection.execute("SELECT model FROM generations")]


@with_model
async def test_whom_a_reply_is_asked_of_is_recorded_while_it_is_waited_for(talk: Talk) -> None:
    talk.fake.enqueue([Hold(go_on := threading.Event()), "Well"])
    turn = await talk.ask("Hello?")
    await eventually(lambda: recorded(talk.app.settings.data_dir) == [MODEL])
    go_on.set()
    assert (await talk.answer(turn)).model == MODEL
