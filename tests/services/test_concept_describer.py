"""What a concept is, in the words of a model: asked for, waited for only so long, and kept with what else is known."""

import threading

import pytest

from src.errors import ModelError, ModelTimeout
from src.services.concept_describer import MOST_CHARS
from src.stores import search
from tests.callers import ME
from tests.fakes.ollama import Hold
from tests.talk import LOCRIT, Talk, with_model

SAID = "Minou naps all day."


async def _said(talk: Talk) -> str:
    """Returns the id of what is talked about."""
    conversation, _ = await talk.memory.open_conversation(LOCRIT, session_id="one")
    await talk.memory.save_message(conversation.conversation_id, "user", f"She is Minou. {SAID}")
    while await talk.app.database.write(search.index_pending):
        pass
    return str(await talk.app.concepts.id_of(ME, LOCRIT, "Minou"))


async def _described(talk: Talk, concept_id: str) -> tuple[str, str]:
    details = await talk.app.concepts.get(ME, LOCRIT, concept_id)
    return details.description, details.origin


@with_model
async def test_it_is_made_of_what_was_said(talk: Talk) -> None:
    concept_id = await _said(talk)
    talk.fake.enqueue(["A cat ", "that naps."])
    await talk.app.concept_describer.describe(ME, LOCRIT, concept_id)
    assert await _described(talk, concept_id) == ("A cat that naps.", "model")
    [_, (_, asked)] = talk.prompt()
    assert "“Minou”" in asked
    assert SAID in asked


@with_model
async def test_a_model_that_is_silent_is_told_and_changes_nothing(talk: Talk) -> None:
    concept_id = await _said(talk)
    talk.app.concept_describer.timeout_s = 0.2
    talk.fake.enqueue(["A cat", Hold(threading.Event())])
    with pytest.raises(ModelTimeout, match="has not described it within"):
        await talk.app.concept_describer.describe(ME, LOCRIT, concept_id, op_id="describe")
    assert await _described(talk, concept_id) == ("", "")
    talk.app.concept_describer.timeout_s = 20
    talk.fake.enqueue(["A cat."])
    await talk.app.concept_describer.describe(ME, LOCRIT, concept_id, op_id="describe")
    assert await _described(talk, concept_id) == ("A cat.", "model")


@with_model
async def test_a_model_that_says_nothing_is_told_and_one_that_says_too_much_is_cut(talk: Talk) -> None:
    concept_id = await _said(talk)
    talk.fake.enqueue([" "])
    with pytest.raises(ModelError, match="said nothing"):
        await talk.app.concept_describer.describe(ME, LOCRIT, concept_id)
    talk.fake.enqueue(["a" * MOST_CHARS, "b", Hold(threading.Event())])
    await talk.app.concept_describer.describe(ME, LOCRIT, concept_id)
    assert await _described(talk, concept_id) == ("a" * MOST_CHARS, "model")
