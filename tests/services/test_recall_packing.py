"""What is recalled together: questions with their answers, each thing once, and follow-ups with what they follow."""

import numpy as np
import pytest

from src.recall.arrays import Arrays, Turn
from src.recall.packing import CONSIDERED, pack
from src.recall.units import units
from tests.callers import ME
from tests.services.test_extraction import answer, done, memories
from tests.services.test_recall import FACT, index, recalled, tell
from tests.services.test_recall_marks import scenario
from tests.talk import LOCRIT, Talk, opening

ASKED, ANSWERED = "Could you name some town for the summer?", "Perhaps Lisbon, by the sea, where sardines are grilled."


async def exchange(talk: Talk, question: str, reply: str, session: str = "before") -> str:
    talk.fake.enqueue([reply])
    turn = await talk.ask(question, opening=opening(session))
    await talk.answer(turn)
    await index(talk)
    return str(turn.message.message_id)


async def memory_prompt(talk: Talk, *said: str) -> str:
    """What the model is told before the last of these, said in one conversation."""
    for each in said:
        await exchange(talk, each, "I see.", "another")
    return talk.prompt()[0][1]


@pytest.mark.parametrize(("tokens", "packed"), [(100, [(1, "score"), (0, "question")]), (20, [(1, "score")])])
def test_an_answer_brings_its_question_along_where_there_is_room(tokens: int, packed: list[tuple[int, str]]) -> None:
    arrays = Arrays()
    arrays.add([Turn(seq, "one", seq, seq % 2, seq, units(said)) for seq, said in enumerate((ASKED, ANSWERED))])
    scores, everything = np.array([-np.inf, 5], np.float32), np.ones(2, np.bool_)
    picked = pack(arrays, scores, tokens, everything, ~everything)
    assert [(one.unit, one.because) for one in picked] == packed


@scenario
async def test_what_forks_have_copies_of_is_recalled_once(talk: Talk) -> None:
    [said, *_] = await tell(talk, FACT, "The weather was fine on the lake.")
    for _ in range(3):
        await talk.app.history.fork(ME, said)
    await index(talk)
    assert (await recalled(talk)).count(FACT) == 1


def test_many_copies_take_no_place_from_what_is_said_once() -> None:
    arrays, copies = Arrays(), 2 * CONSIDERED
    said = [*["The ferry leaves at noon."] * copies, "It was late."]
    arrays.add([Turn(at, "one", at, 0, at, units(text)) for at, text in enumerate(said)])
    scores, everything = np.array([*[5.0] * copies, 1.0], np.float32), np.ones(copies + 1, np.bool_)
    assert [one.unit for one in pack(arrays, scores, 1000, everything, ~everything)] == [0, copies]


@scenario
async def test_what_is_asked_now_is_not_recalled_as_something_asked_before(talk: Talk) -> None:
    question = "Where did my sister Ada move to last summer?"
    await tell(talk, "My sister Ada moved to Lisbon.", question)
    assert await recalled(talk, question) == ["My sister Ada moved to Lisbon."]


@scenario
async def test_a_question_that_points_takes_up_the_one_before_it_and_one_that_stands_alone_does_not(talk: Talk) -> None:
    ada, cat = "My sister Ada owns a red piano.", "My cat eats tuna."
    await tell(talk, ada, *(f"Bread number {n} needs salt." for n in range(4)), cat)
    await talk.memory.save_memory(LOCRIT, "User's sister is a dentist")
    before = "What does my sister Ada own?"
    told = await memory_prompt(talk, before, "Does she like her work?")
    assert (ada in told, "- User's sister is a dentist" in told) == (True, True)
    told = await memory_prompt(talk, before, "What does my cat eat?")
    assert (ada in told, "dentist" in told, cat in told) == (False, False, True)


@scenario
async def test_why_a_memory_was_recalled_has_no_words_of_the_question_before(talk: Talk) -> None:
    await talk.memory.save_memory(LOCRIT, "User's sister Ada is a dentist")
    turn = await talk.ask("Who is my sister Ada?")
    await talk.answer(turn)
    reply = await talk.said("Is she a dentist?", conversation_id=turn.message.conversation_id)
    [shown] = await talk.memory.recalled_memories(reply.message_id)
    assert shown.terms == ["dentist"]


@scenario
async def test_what_was_extracted_from_what_is_in_the_trash_is_not_recalled_until_it_is_back(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"memories": "automatic"})
    talk.fake.enqueue_formatted(answer("User adopted the dog Xanadu"))
    turn = await talk.ask("I adopted a dog.")
    await talk.answer(turn)
    await done(talk, 1)
    [memory] = await memories(talk)
    [source] = [one.message_id for one in memory.sources]
    question = "Which dog have I adopted?"
    assert "Xanadu" in await memory_prompt(talk, question)
    await talk.memory.delete_message(source)
    assert "Xanadu" not in await memory_prompt(talk, question)
    await talk.memory.restore_message(source)
    assert "Xanadu" in await memory_prompt(talk, question)
    await talk.memory.delete_conversation(turn.message.conversation_id)
    assert "Xanadu" not in await memory_prompt(talk, question)
