"""What was said in one conversation is recalled in another, for as long as it is there, and by who said it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from src.entities import SendMessage
from src.services.reminders import HEADER
from src.stores import search
from tests.callers import ME, SOMEONE, As
from tests.fakes.ollama import FakeOllama
from tests.talk import LOCRIT, Talk, opening, talking

FACT = "My cat is called Zanzibar and she only eats tuna."
QUESTION = "What does my cat eat?"


def run(data_dir: Path, ollama: FakeOllama, scenario: Callable[[Talk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with talking(data_dir, ollama) as talk:
            await talk.locrits.edit(LOCRIT, {"recall": "full"})
            await scenario(talk)

    asyncio.run(run())


async def tell(talk: Talk, *said: str, session: str = "before") -> list[str]:
    conversation, _ = await talk.memory.open_conversation(LOCRIT, session_id=session)
    where = conversation.conversation_id
    ids = [(await talk.memory.save_message(where, "user", one))[0].message_id for one in said]
    await index(talk)
    return ids


async def index(talk: Talk) -> None:
    while await talk.app.database.write(search.index_pending):
        pass


async def recalled(talk: Talk, question: str = QUESTION) -> list[str]:
    return [one.content for one in await talk.app.recall.recall(ME, LOCRIT, question)]


def test_a_fact_is_in_the_prompt_of_the_next_conversation_and_the_reply_says_so(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, FACT, "The weather was fine on the lake.")
        reply = await talk.said(QUESTION)
        role, persona = talk.prompt()[0]
        assert role == "system"
        assert HEADER in persona
        assert f"User: {FACT}" in persona
        assert talk.prompt()[1:] == [("user", QUESTION)]
        assert reply.context is not None
        [first, *_] = await talk.app.recall.of_reply(ME, reply.message_id)
        assert reply.context.recalled == len(await talk.app.recall.of_reply(ME, reply.message_id))
        assert first.content == FACT
        assert set(first.terms) == {"cat", "eat"}
        assert first.features["words"] > 0
        assert first.score > 0

    run(tmp_path, ollama, scenario)


def test_what_is_forgotten_is_in_no_prompt_no_index_no_log_and_no_byte(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        [said] = await tell(talk, FACT)
        reply = await talk.said(QUESTION)
        await index(talk)
        await talk.app.history.forget_message(ME, said)
        await index(talk)
        assert await talk.app.recall.of_reply(ME, reply.message_id) == []
        assert FACT not in await recalled(talk)
        rows = await talk.app.database.read(lambda c: c.execute(text("SELECT units FROM recall_index")).scalars().all())
        assert not any("zanzibar" in units.lower() for units in rows)
        assert (
            await talk.app.database.read(lambda c: c.execute(text("SELECT count(*) FROM recalled")).scalar_one()) == 0
        )

    run(tmp_path, ollama, scenario)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"zanzibar" in path.read_bytes().lower()]


def test_what_is_in_the_trash_is_not_recalled_until_it_is_back(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        [said] = await tell(talk, FACT)
        assert FACT in await recalled(talk)
        await talk.memory.delete_message(said)
        assert await recalled(talk) == []
        await talk.memory.restore_message(said)
        await index(talk)
        assert FACT in await recalled(talk)
        where = (await talk.memory.message(said)).conversation_id
        await talk.memory.delete_conversation(where)
        assert await recalled(talk) == []

    run(tmp_path, ollama, scenario)


def test_what_was_edited_is_recalled_as_it_is_now(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        [said] = await tell(talk, FACT)
        assert await recalled(talk) == [FACT]
        await talk.memory.edit_message(said, "My cat only eats chicken.")
        await index(talk)
        assert await recalled(talk) == ["My cat only eats chicken."]

    run(tmp_path, ollama, scenario)


def test_nobody_is_reminded_of_what_another_person_said(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, FACT)
        await talk.app.locrits.ensure_defaults(SOMEONE)
        theirs = As(SOMEONE, talk.app.recall)
        assert await theirs.recall(LOCRIT, QUESTION) == []
        turn = await talk.app.chat.send(
            SOMEONE, SendMessage(QUESTION, opening=opening("theirs", label=SOMEONE.user_id))
        )
        await talk.app.chat.wait(SOMEONE, turn.generation_id)
        assert "tuna" not in str(talk.prompt())

    run(tmp_path, ollama, scenario)


def test_a_question_about_nothing_that_was_said_recalls_nothing(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, FACT)
        reply = await talk.said("How far is the moon?")
        assert reply.context is None
        assert HEADER not in talk.prompt()[0][1]

    run(tmp_path, ollama, scenario)


def test_new_locrits_are_reminded_and_others_keep_what_they_were_set_to(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        assert {one.recall for one in await talk.locrits.list() if one.name != LOCRIT} == {"full"}
        assert (await talk.locrits.create("Ann", {})).recall == "full"
        assert (await talk.locrits.create("Ben", {"recall": "low"})).recall == "low"
        await talk.locrits.edit("Ann", {"recall": "off"})
        await talk.app.locrits.ensure_defaults(ME)
        assert (await talk.locrits.get("Ann")).recall == "off"

    run(tmp_path, ollama, scenario)


def test_a_locrit_may_be_told_not_to_recall(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, FACT)
        await talk.locrits.edit(LOCRIT, {"recall": "off"})
        reply = await talk.said(QUESTION)
        assert reply.context is None
        assert "tuna" not in str(talk.prompt())

    run(tmp_path, ollama, scenario)


def test_a_short_question_takes_up_the_one_before_it(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, "My sister Ada moved to Lisbon.", "The lake is cold.", "Bread needs salt.")
        turn = await talk.ask("Where did my sister move to?")
        await talk.answer(turn)
        await talk.said("And her name?", conversation_id=turn.message.conversation_id)
        assert "Ada" in talk.prompt()[0][1]

    run(tmp_path, ollama, scenario)


def test_what_is_shown_of_this_conversation_is_not_recalled_as_well(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        turn = await talk.ask(FACT)
        await talk.answer(turn)
        await index(talk)
        await talk.said(QUESTION, conversation_id=turn.message.conversation_id)
        assert HEADER not in talk.prompt()[0][1]

    run(tmp_path, ollama, scenario)


def test_what_fell_out_of_the_window_of_this_conversation_is_recalled(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.locrits.edit(LOCRIT, {"message_limit": 2})
        turn = await talk.ask(FACT)
        await talk.answer(turn)
        where = turn.message.conversation_id
        await talk.said("The lake is cold.", conversation_id=where)
        await talk.said("Bread needs salt.", conversation_id=where)
        await index(talk)
        await talk.said(QUESTION, conversation_id=where)
        assert f"User: {FACT}" in talk.prompt()[0][1]

    run(tmp_path, ollama, scenario)


def test_what_is_said_in_french_and_in_chinese_is_recalled(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        french, chinese = "Nous avons adopté deux petites chiennes à Lyon.", "我的猫叫咪咪，它喜欢吃鱼。"
        await tell(talk, french, chinese, "The lake is cold.")
        assert (await recalled(talk, "Où est-ce que j'ai adopté une chienne ?"))[0] == french
        assert (await recalled(talk, "我的猫喜欢吃什么？"))[0] == chinese

    run(tmp_path, ollama, scenario)


def test_what_a_visitor_says_is_recalled_to_nobody_and_nobody_to_a_visitor(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        [said] = await tell(talk, FACT)
        where = (await talk.memory.message(said)).conversation_id
        turn = await talk.ask("Hello")
        await talk.answer(turn)

        def visit(conversation_id: str) -> None:
            with closing(sqlite3.connect(tmp_path / "locrit.db")) as other, other:
                other.execute("UPDATE conversations SET user_id = 'visitor:1' WHERE id = ?", [conversation_id])

        visit(turn.message.conversation_id)
        reply = await talk.said(QUESTION, conversation_id=turn.message.conversation_id)
        assert reply.context is None
        assert FACT in await recalled(talk)
        visit(where)
        assert FACT not in await recalled(talk)

    run(tmp_path, ollama, scenario)


def test_memories_are_recalled_beside_what_was_said_and_those_on_top_first(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await tell(talk, FACT)
        await talk.memory.save_memory(LOCRIT, "Zanzibar the cat sleeps on the stove", valid_from=1_773_446_400_000)
        on_top = await talk.memory.save_memory(LOCRIT, "User is called Ann")
        await talk.memory.edit_memory(LOCRIT, on_top.id, {"pinned": True})
        ended = await talk.memory.save_memory(LOCRIT, "The cat sleeps in a box", valid_to=1_000)
        await talk.memory.save_memory(LOCRIT, "The lake is cold in winter")
        reply = await talk.said("Where does my cat sleep?")
        persona = talk.prompt()[0][1]
        facts, said = persona.split(HEADER)
        assert FACT in said
        assert facts.index("- User is called Ann") < facts.index("- Zanzibar the cat sleeps on the stove (since 14 Mar")
        assert (ended.content in persona, "lake" in persona) == (False, False)
        [first, second] = await talk.memory.recalled_memories(reply.message_id)
        assert (first.memory.id, first.terms) == (on_top.id, [])
        assert set(second.terms) == {"cat", "sleep"}
        turns = await talk.app.recall.of_reply(ME, reply.message_id)
        assert reply.context is not None
        assert reply.context.recalled == len(turns) + 2
        await talk.memory.forget_memory(LOCRIT, second.memory.id)
        assert [one.memory.id for one in await talk.memory.recalled_memories(reply.message_id)] == [on_top.id]
        await talk.said("Where does my cat sleep now?")
        assert "stove" not in talk.prompt()[0][1]
        await talk.locrits.edit(LOCRIT, {"recall": "off"})
        await talk.said("And who am I?")
        assert "Ann" not in talk.prompt()[0][1]

    run(tmp_path, ollama, scenario)
