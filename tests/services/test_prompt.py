"""What the model is shown."""

import asyncio
import threading
from pathlib import Path

from tests.fakes.ollama import Cut, FakeOllama, Hold, Status
from tests.talk import LOCRIT, Talk, talking, with_model


@with_model
async def test_the_persona_comes_first_then_the_conversation_then_the_question(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"system_prompt": "Be kind."})
    talk.fake.enqueue(["Hi."])
    await talk.said("Hello?")
    await talk.said("How are you?")
    assert talk.prompt() == [
        ("system", "Be kind."), ("user", "Hello?"), ("assistant", "Hi."), ("user", "How are you?"),
    ]  # fmt: skip


@with_model
async def test_unanswered_and_cut_turns_are_marked_so_that_the_next_reply_does_not_take_them_up(talk: Talk) -> None:
    talk.fake.enqueue([Status(500, "no")])
    await talk.said("Unanswered?")
    talk.fake.enqueue(["Half", Cut()])
    await talk.said("Cut?")
    talk.fake.enqueue(["Stopped", Hold(threading.Event())])
    turn = await talk.ask("Stopped?")
    await talk.shown(len("HalfStopped"))
    await talk.chat.stop(turn.generation_id)
    await talk.said("Next?")
    assert [content for _, content in talk.prompt()[1:]] == [
        "Unanswered?",
        "[This question was not answered.]",
        "Cut?",
        "Half\n\n[This reply was cut off here.]",
        "Stopped?",
        "Stopped\n\n[This reply was cut off here.]",
        "Next?",
    ]


@with_model
async def test_of_several_replies_the_newest_counts_and_what_is_deleted_does_not(talk: Talk) -> None:
    talk.fake.enqueue(["first"])
    first = await talk.said("One?")
    talk.fake.enqueue(["second"])
    await talk.answer(await talk.chat.retry(first.message_id))
    turn = await talk.ask("Two?")
    await talk.answer(turn)
    assert talk.prompt()[1:] == [("user", "One?"), ("assistant", "second"), ("user", "Two?")]
    await talk.memory.delete_message(turn.message.message_id)
    await talk.memory.delete_message(turn.reply.message_id)
    await talk.said("Three?")
    assert [content for _, content in talk.prompt()[1:]] == ["One?", "second", "Three?"]


@with_model
async def test_an_old_question_tried_again_is_asked_with_what_was_before_it(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"message_limit": 2})
    talk.fake.enqueue(["one"])
    await talk.said("1?")
    old = await talk.said("2?")
    for number in range(3, 20):
        await talk.said(f"{number}?")
    await talk.answer(await talk.chat.retry(old.message_id))
    assert talk.prompt()[1:] == [("user", "1?"), ("assistant", "one"), ("user", "2?")]


@with_model
async def test_no_more_messages_are_shown_than_the_locrit_allows(talk: Talk) -> None:
    await talk.locrits.edit(LOCRIT, {"message_limit": 6})
    for number in range(10):
        await talk.said(f"{number}?")
        assert len(talk.prompt()) <= 1 + 6 + 1
        if number:
            assert talk.prompt()[-3][1] == f"{number - 1}?", "the newest are always there"


def test_no_more_text_is_shown_than_the_model_can_read(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        ollama.context_length = 500
        async with talking(tmp_path, ollama) as talk:
            for number in range(8):
                await talk.said(f"{number} " + "x" * 200)
                assert sum(len(content) for _, content in talk.prompt()) <= 500 * 3 * 3 // 4
            assert len(talk.prompt()) > 2

    asyncio.run(scenario())


@with_model
async def test_a_conversation_that_is_too_long_after_all_is_shown_in_part(talk: Talk) -> None:
    for number in range(4):
        await talk.said(f"{number} " + "x" * 1500)
    too_long = Status(400, "request (8031 tokens) exceeds the available context size (4096 tokens)")
    talk.fake.enqueue([too_long])
    assert (await talk.said("And now?")).status == "complete"
    assert len(talk.prompt()) < len(talk.prompt(-2))
