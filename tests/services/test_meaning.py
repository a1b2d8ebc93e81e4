"""What was said is found by its meaning, with a model that was chosen for it; without one nothing changes."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select

from src.models import recall_index, recall_vectors, vector_spaces
from src.services.llm.encoder import SMALL, SmallEncoder
from src.stores import search
from tests.callers import ME
from tests.fakes.ollama import FakeOllama
from tests.talk import LOCRIT, Talk, talking

MODEL = "nomic-embed-text:latest"
SAID = ["My cat only eats tuna.", "The lake is cold.", "Bread needs salt.", "We painted the kitchen."]


def run(data_dir: Path, ollama: FakeOllama, scenario: Callable[[Talk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with talking(data_dir, ollama) as talk:
            await talk.locrits.edit(LOCRIT, {"recall": "full"})
            await scenario(talk)

    asyncio.run(run())


async def told(talk: Talk, meaning: str = MODEL) -> list[str]:
    await talk.app.server_settings.edit(ME, {"meaning": meaning})
    conversation, _ = await talk.memory.open_conversation(LOCRIT, session_id="before")
    where = conversation.conversation_id
    ids = [(await talk.memory.save_message(where, "user", one))[0].message_id for one in SAID]
    await caught_up(talk)
    return ids


async def caught_up(talk: Talk) -> None:
    while await talk.app.database.write(search.index_pending):
        pass
    await talk.app.meaning.catch_up()


async def kept(talk: Talk) -> dict[int, bytes]:
    """The vectors by the message they are of."""
    of = select(recall_index.c.row_id, recall_vectors.c.vectors).join(
        recall_vectors, recall_vectors.c.index_id == recall_index.c.id
    )
    rows: list[Any] = await talk.app.database.read(lambda connection: list(connection.execute(of)))
    assert len({row.row_id for row in rows}) == len(rows)
    return {row.row_id: bytes(row.vectors) for row in rows}


async def models(talk: Talk) -> list[tuple[str, bool]]:
    rows = await talk.app.database.read(lambda connection: list(connection.execute(select(vector_spaces))))
    return [(row.model, bool(row.in_use)) for row in rows]


async def anew(talk: Talk) -> dict[int, bytes]:
    await talk.app.server_settings.edit(ME, {"meaning": ""})
    await talk.app.meaning.catch_up()
    assert await kept(talk) == {}
    assert await models(talk) == []
    await talk.app.server_settings.edit(ME, {"meaning": MODEL})
    await talk.app.meaning.catch_up()
    return await kept(talk)


def test_vectors_follow_what_is_said_edited_thrown_away_and_forgotten(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        ids = await told(talk)
        before = await kept(talk)
        assert len(before) == len(SAID)
        assert await models(talk) == [(MODEL, True)]
        await talk.memory.edit_message(ids[0], "My dog is very old now.")
        await caught_up(talk)
        edited = await kept(talk)
        changed = [row_id for row_id in before if edited[row_id] != before[row_id]]
        assert len(changed) == 2, "it, and the one after it, which knows its end"
        await talk.memory.delete_message(ids[1])
        await caught_up(talk)
        assert len(await kept(talk)) == len(SAID) - 1
        await talk.app.history.forget_message(ME, ids[2])
        left = await kept(talk)
        assert not set(left.values()) & set(edited.values()) - {edited[min(edited)]}
        await caught_up(talk)
        now = await kept(talk)
        assert len(now) == len(SAID) - 2
        assert await anew(talk) == now

    run(tmp_path, ollama, scenario)


def test_another_model_takes_over_when_it_has_all(tmp_path: Path, ollama: FakeOllama) -> None:
    ollama.models.append("mxbai-embed-large:latest")

    async def scenario(talk: Talk) -> None:
        await told(talk)
        await talk.app.server_settings.edit(ME, {"meaning": "mxbai-embed-large:latest"})
        await talk.app.meaning.catch_up()
        assert await models(talk) == [("mxbai-embed-large:latest", True)]
        assert len(await kept(talk)) == len(SAID)

    run(tmp_path, ollama, scenario)


def test_while_the_model_is_not_there_words_are_enough(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await told(talk)
        ollama.models.remove(MODEL)
        found = await talk.app.recall.recall(ME, LOCRIT, "What does my cat eat?")
        assert found[0].content == SAID[0]
        assert await models(talk) == [(MODEL, True)]

    run(tmp_path, ollama, scenario)


def test_the_small_encoder_finds_what_shares_no_word(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await told(talk, SMALL)
        question = "Which food does the pet like?"
        meant = await talk.app.meaning.question(question)
        assert meant is not None
        [first] = [one for one in await talk.app.recall.recall(ME, LOCRIT, question) if one.content == SAID[0]]
        assert first.features["meaning"] > 0
        assert first.terms == []

    run(tmp_path, ollama, scenario)


def test_the_small_encoder_is_started_again_when_it_died() -> None:
    async def scenario() -> None:
        small = SmallEncoder()
        before = await small.embed(["one"])
        assert small._child is not None
        await small._child.kill()
        assert np.array_equal(await small.embed(["one"]), before)
        await small.close()

    asyncio.run(scenario())
