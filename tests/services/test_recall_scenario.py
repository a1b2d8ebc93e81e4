"""From told to forgotten: a fact on its way through the prompts of other conversations, and out of everything."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from src.entities import Memory
from src.entities.recall import Mark
from src.models import message_versions, recall_index, recalled, recalled_memories
from src.services import extraction
from src.services.llm.ollama_http import Body
from src.services.memory_recall import HEADER as FACTS
from src.services.reminders import HEADER as SAID
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.services.test_extraction import done, memories
from tests.services.test_recall import index
from tests.store import Store
from tests.stores.test_forgetting_everywhere import SECRET, found
from tests.talk import LOCRIT, Talk, talking

TOLD = f"My cat {SECRET} only eats tuna."
FACT = f"User's cat {SECRET} only eats tuna"
CORRECTED = f"User's cat {SECRET} only eats chicken"
QUESTION = "What does my cat eat?"
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
        turn = await self.talk.chat.send(message=message, locrit_name=LOCRIT, session_id=f"conversation {self.told}")
        await self.talk.answer(turn)
        await done(self.talk, self.told)
        await index(self.talk)
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


async def _from_told_to_corrected(story: Story) -> str:
    """Returns the id of the message that told it."""
    told, _, _ = await story.tell(TOLD)
    _, reply, persona = await story.tell(QUESTION)
    assert f"User: {TOLD}" in persona.partition(SAID)[2]
    assert f"- {FACT}" in persona.partition(FACTS)[2].partition(SAID)[0]
    [shown, *_] = await story.talk.app.recall.of_reply(ME, reply)
    assert (shown.message_id, shown.content, set(shown.terms)) == (told, TOLD, {"cat", "eat"})
    assert {"words", "matches"} <= shown.features.keys()
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
    await index(story.talk)
    assert f"{TOLD} Almost." in await story.prompt()
    return told


async def _forgotten(story: Story, told: str) -> None:
    memory = await story.memory()
    fork = await story.talk.app.history.fork(ME, told)
    await index(story.talk)
    assert SECRET in await story.prompt()
    for kept in (recall_index, recalled, recalled_memories, message_versions):
        assert await story.store.rows(kept)
    await story.talk.app.history.forget_message(ME, told)
    await story.talk.app.history.finish_jobs()
    await index(story.talk)
    stub = await story.talk.memory.one_memory(LOCRIT, memory.id)
    assert (stub.content, stub.tags, stub.sources, bool(stub.forgotten_at)) == ("", [], [], True)
    for emptied in (recalled_memories, message_versions):
        assert await story.store.rows(emptied) == []
    copies, _, _ = await story.talk.memory.get_conversation_history(fork.conversation_id)
    gone = {told, *(one.message_id for one in copies)}
    assert not gone & {row.source_id for row in await story.store.rows(recalled)}
    persona = await story.prompt()
    assert (FACTS in persona, SECRET in persona) == (False, False)
    assert await found(story.store) == []


def test_a_fact_is_recalled_shown_corrected_and_forgotten_and_nobody_elses(
    tmp_path: Path, migrated_url: str, ollama: FakeOllama
) -> None:
    ollama.facts = _facts

    async def live() -> None:
        async with talking(tmp_path, ollama, database_url=SecretStr(migrated_url)) as talk:
            await talk.locrits.edit(LOCRIT, {"recall": "full", "memories": "automatic"})
            await talk.app.locrits.ensure_defaults(SOMEONE)
            turn = await talk.app.chat.send(SOMEONE, message=THEIRS, locrit_name=LOCRIT, session_id="theirs")
            await talk.app.chat.wait(SOMEONE, turn.generation_id)
            story = Story(talk, migrated_url)
            await _forgotten(story, await _from_told_to_corrected(story))
            theirs = await talk.app.recall.recall(SOMEONE, LOCRIT, QUESTION)
            assert [one.content for one in theirs if one.role == "user"] == [THEIRS]
            report = await talk.app.history.verify(ME)
            assert report.ok, report

    asyncio.run(live())
    left = [
        path.name for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes().lower()
    ]
    assert left == []
