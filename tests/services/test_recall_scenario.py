"""From told to forgotten: a fact on its way through the prompts of other conversations, and out of everything."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from src.entities import Memory, SendMessage
from src.entities.recall import Mark
from src.models import (
    concept_index,
    concept_mentions,
    concepts,
    message_versions,
    messages,
    recall_index,
    recalled,
    recalled_memories,
)
from src.operations import Caller
from src.services import extraction
from src.services.llm.encoder import SMALL
from src.services.llm.ollama_http import Body
from src.services.memory_recall import HEADER as FACTS
from src.services.reminders import HEADER as SAID
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.services.test_extraction import done, memories, until
from tests.services.test_meaning import caught_up, kept
from tests.store import Store
from tests.stores.test_forgetting_everywhere import SECRET, found
from tests.talk import LOCRIT, Talk, opening, talking

TOLD = f"My cat {SECRET} only eats tuna."
FACT = f"User's cat {SECRET} only eats tuna"
CORRECTED = f"User's cat {SECRET} only eats chicken"
QUESTION = "What does my cat eat?"
IN_OTHER_WORDS = "Which food does the pet like?"
CONCEPT = f"cat {SECRET}"
THEIRS = "My cat krypton eats nothing but tuna."


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "QUIET_S", 0.0)


def _facts(body: Body) -> Iterator[str]:
    """The model finds it wherever somebody tells of the cat."""
    told = body["messages"][-1]["content"].rpartition("Note the facts in these lines:")[2]
    yield json.dumps({"facts": [{"fact": FACT, "messages": [1]}] if SECRET in told else []})


class Story:
    """Each thing is said in a conversation of its own."""

    def __init__(self, talk: Talk, url: str) -> None:
        self.talk = talk
        self.store = Store(url, talk.app.database)
        self.told = 0

    async def tell(self, message: str) -> tuple[str, str, str]:
        """The ids of question and reply, and what the model was told before it."""
        self.told += 1
        self.talk.fake.enqueue(["I see."])
        turn = await self.talk.ask(message, opening=opening(f"conversation {self.told}"))
        await self.talk.answer(turn)
        await done(self.talk, self.told)
        await caught_up(self.talk)
        [(role, persona), *rest] = self.talk.prompt()
        assert (role, rest) == ("system", [("user", message)])
        assert "krypton" not in persona, "another person's"
        return turn.message.message_id, turn.reply.message_id, persona

    async def prompt(self) -> str:
        """What the model is reminded of by the question."""
        _, _, persona = await self.tell(QUESTION)
        return persona

    async def mark(self, message_id: str, mark: Mark) -> None:
        await self.talk.app.recall.mark(ME, message_id, mark)

    async def memory(self) -> Memory:
        [memory] = await memories(self.talk)
        return memory

    async def throw(self, message_id: str, *, whole_conversation: bool) -> None:
        if whole_conversation:
            await self.talk.memory.delete_conversation(await self.conversation_of(message_id))
        else:
            await self.talk.memory.delete_message(message_id)
        await caught_up(self.talk)

    async def bring_back(self, message_id: str, *, whole_conversation: bool) -> None:
        if whole_conversation:
            where = await self.conversation_of(message_id)
            await self.talk.memory.edit_conversation(where, {"deleted": False})
        else:
            await self.talk.memory.restore_message(message_id)
        await caught_up(self.talk)

    async def conversation_of(self, message_id: str) -> str:
        of = select(messages.c.conversation_id).where(messages.c.id == message_id)
        [row] = await self.store.rows(of)
        return str(row.conversation_id)

    async def row_id(self, message_id: str) -> int:
        [row] = await self.store.rows(select(messages.c.row_id).where(messages.c.id == message_id))
        return int(row.row_id)

    async def vectors_of(self, message_id: str) -> bytes:
        return (await kept(self.talk))[await self.row_id(message_id)]

    async def talked_about(self, caller: Caller = ME) -> dict[str, int]:
        """How often what was said."""
        page = await self.talk.app.concepts.page(caller, LOCRIT, limit=100)
        assert page.total == len(page.concepts)
        return {one.name: one.mentions for one in page.concepts}

    async def found_by_meaning(self, message_id: str) -> bool:
        """The question has no word of it; one that the encoder is too slow for is asked again."""
        meant: set[str] = set()

        async def is_meant() -> bool:
            found = await self.talk.app.recall.recall(ME, LOCRIT, IN_OTHER_WORDS)
            meant.update(one.message_id for one in found)
            return await self.talk.app.meaning.question(IN_OTHER_WORDS) is not None

        await until(is_meant)
        return message_id in meant


async def _from_told_to_corrected(story: Story) -> str:
    """Returns the id of the message that told it."""
    told, _, _ = await story.tell(TOLD)
    _, reply, persona = await story.tell(QUESTION)
    assert f"User: {TOLD}" in persona.partition(SAID)[2]
    assert f"- {FACT}" in persona.partition(FACTS)[2].partition(SAID)[0]
    [shown, *_] = await story.talk.app.recall.of_reply(ME, reply)
    assert (shown.message_id, shown.content, set(shown.terms)) == (told, TOLD, {"cat", "eat"})
    assert {"words", "matches"} <= shown.features.keys()
    assert await story.found_by_meaning(told)
    assert (await story.talked_about())[CONCEPT] == 1
    [fact] = await story.talk.memory.recalled_memories(reply)
    assert (fact.memory.content, set(fact.terms)) == (FACT, {"cat", "eat"})
    await story.mark(told, "never")
    assert TOLD not in await story.prompt()
    await story.talk.memory.edit_memory(LOCRIT, (await story.memory()).id, {"content": CORRECTED})
    persona = await story.prompt()
    assert (TOLD in persona, FACT in persona, f"- {CORRECTED}" in persona) == (False, False, True)
    await story.mark(told, "none")
    assert TOLD in await story.prompt()
    await story.talk.memory.edit_message(told, f"{TOLD} Almost.")
    await caught_up(story.talk)
    assert f"{TOLD} Almost." in await story.prompt()
    return told


async def _thrown_away_and_back(story: Story, told: str) -> None:
    before = await story.talked_about()
    assert before[CONCEPT] == 1
    for whole in (False, True):
        await story.throw(told, whole_conversation=whole)
        assert CONCEPT not in await story.talked_about()
        assert not await story.found_by_meaning(told)
        assert TOLD not in await story.prompt()
        await story.bring_back(told, whole_conversation=whole)
        assert (await story.talked_about())[CONCEPT] == 1
        assert await story.found_by_meaning(told)
        assert TOLD in await story.prompt()


async def _decided(story: Story) -> str:
    """A person and a model say what it is; returns the concept's id."""
    talk = story.talk
    its, tuna = [await talk.app.concepts.id_of(ME, LOCRIT, name) for name in (CONCEPT, "eats tuna")]
    await talk.app.concepts.edit(ME, LOCRIT, its, {"name": SECRET, "description": f"{SECRET} is mine."})
    talk.fake.enqueue([f"What {SECRET} eats."])
    assert (await talk.app.concept_describer.describe(ME, LOCRIT, tuna)).description == f"What {SECRET} eats."
    return its


async def _forgotten(story: Story, told: str) -> set[bytes]:
    """Returns the vectors that were of it."""
    memory = await story.memory()
    concept_id = await _decided(story)
    fork = await story.talk.app.history.fork(ME, told)
    await caught_up(story.talk)
    assert SECRET in await story.prompt()
    assert (await story.talked_about())[SECRET] == 2
    for filled in (recall_index, recalled, recalled_memories, message_versions):
        assert await story.store.rows(filled)
    copies, _, _ = await story.talk.memory.get_conversation_history(fork.conversation_id)
    gone = {told, *(one.message_id for one in copies)}
    embedded = {await story.vectors_of(one) for one in gone}
    await story.talk.app.history.forget_message(ME, told)
    await story.talk.app.history.finish_jobs()
    assert not embedded & set((await kept(story.talk)).values())
    await caught_up(story.talk)
    assert not embedded & set((await kept(story.talk)).values())
    stub = await story.talk.memory.one_memory(LOCRIT, memory.id)
    assert (stub.content, stub.tags, stub.sources, bool(stub.forgotten_at)) == ("", [], [], True)
    for emptied in (recalled_memories, message_versions):
        assert await story.store.rows(emptied) == []
    assert not gone & {row.source_id for row in await story.store.rows(recalled)}
    decided = {row.id: row for row in await story.store.rows(concepts)}
    assert {(row.name, row.description) for row in decided.values()} == {("", "")}
    assert decided[concept_id].forgotten_at
    terms = {row.number: row.id for row in await story.store.rows(concept_index)}
    assert concept_id not in terms.values()
    assert {row.term for row in await story.store.rows(concept_mentions)} <= terms.keys()
    assert not {SECRET, CONCEPT} & (await story.talked_about()).keys()
    assert not await story.found_by_meaning(told)
    persona = await story.prompt()
    assert (FACTS in persona, SECRET in persona) == (False, False)
    assert await found(story.store) == []
    return embedded


async def _of_somebody_else(story: Story) -> None:
    theirs = await story.talk.app.recall.recall(SOMEONE, LOCRIT, QUESTION)
    assert [one.content for one in theirs if one.role == "user"] == [THEIRS]
    counted = await story.talked_about(SOMEONE)
    assert "cat krypton eats" in counted
    assert not [name for name in counted if SECRET in name]
    assert not [name for name in await story.talked_about() if "krypton" in name]


def test_a_fact_is_recalled_shown_corrected_and_forgotten_and_nobody_elses(
    tmp_path: Path, database_url: str, ollama: FakeOllama
) -> None:
    ollama.facts = _facts

    async def live() -> None:
        async with talking(tmp_path, ollama, database_url=SecretStr(database_url)) as talk:
            await talk.locrits.edit(LOCRIT, {"recall": "full", "memories": "automatic"})
            await talk.app.server_settings.edit(ME, {"meaning": SMALL})
            await talk.app.locrits.ensure_defaults(SOMEONE)
            turn = await talk.app.chat.send(
                SOMEONE, SendMessage(THEIRS, opening=opening("theirs", label=SOMEONE.user_id))
            )
            await talk.app.chat.wait(SOMEONE, turn.generation_id)
            story = Story(talk, database_url)
            told = await _from_told_to_corrected(story)
            await _thrown_away_and_back(story, told)
            await _of_somebody_else(story)
            gone.update(await _forgotten(story, told))
            await _of_somebody_else(story)
            report = await talk.app.history.verify(ME)
            assert report.ok, report

    gone = set[bytes]()
    asyncio.run(live())
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert [name for name, content in files.items() if SECRET.encode() in content.lower()] == []
    assert [name for name, content in files.items() if any(one in content for one in gone)] == []
