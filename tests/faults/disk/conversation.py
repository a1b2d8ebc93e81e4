"""A process in which people talk with a model and save notes; its diary in the journal says what they were told when.

python -m tests.faults.disk.conversation DATA_DIR SEED ROUNDS

`MUTANT=…` runs a program that is wrong in one way, see tests/faults/mutants.py.
"""

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from src.application import Application
from src.config import Settings
from src.entities import SendMessage
from tests.callers import OnePersons
from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Item
from tests.faults.disk.diary import Diary
from tests.faults.mutants import become

LOCRIT = "Bob Technique"
PEOPLE = 4
NOTE_CHARS = 30_000
"""Large enough that the write-ahead log is checkpointed and begun anew several times."""


class Talkative(FakeOllama):
    """Writes down what it is asked before it answers."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        super().__init__(tokens_per_second=400, reply_chars=300)

    def next_script(self, body: Any) -> Iterator[Item]:
        self._diary.asked(body["messages"][-1]["content"])
        return self._default_script(body)


class Person:
    def __init__(self, app: OnePersons, diary: Diary, name: str, seed: int) -> None:
        self._app = app
        self._diary = diary
        self._name = name
        self._chance = random.Random(f"{name} {seed}")
        self._said: list[str] = []
        self._count = 0

    async def talk(self, rounds: int) -> None:
        opened, _ = await self._app.memory.open_conversation(LOCRIT, session_id=self._name)
        self._where = opened.conversation_id
        for _ in range(rounds):
            await self._chance.choice([self._ask, self._save, self._save, self._edit])()

    async def _ask(self) -> None:
        id_, op_id = self._ids()
        turn = await self._app.chat.send(SendMessage(f"Question {id_}?", op_id, id_, conversation_id=self._where))
        self._diary.acknowledged(id_, f"Question {id_}?", op_id)
        if self._chance.random() < 0.5:
            await self._app.chat.wait(turn.generation_id)

    async def _save(self) -> None:
        id_, op_id = self._ids()
        text = self._text()
        await self._app.memory.save_message(self._where, "system", text, message_id=id_, op_id=op_id)
        self._diary.acknowledged(id_, text, op_id)
        self._said.append(id_)

    async def _edit(self) -> None:
        if self._said:
            id_, (_, op_id), text = self._chance.choice(self._said), self._ids(), self._text()
            self._diary.changing(id_)
            await self._app.memory.edit_message(id_, text, op_id=op_id)
            self._diary.acknowledged(id_, text, op_id)

    def _ids(self) -> tuple[str, str]:
        self._count += 1
        return f"{self._name}-{self._count}", f"operation-{self._name}-{self._count}"

    def _text(self) -> str:
        return f"{self._chance.random()} " * self._chance.randrange(1, NOTE_CHARS // 20)


async def talk(data_dir: Path, seed: int, rounds: int) -> None:
    diary = Diary()
    with Talkative(diary) as model:
        app = OnePersons(Application(Settings(data_dir=data_dir, ollama_host=model.url, llm="ollama")))
        app.bus.subscribe(diary.on_event)
        await app.start()
        people = [Person(app, diary, f"person-{number}", seed) for number in range(PEOPLE)]
        await asyncio.gather(*(person.talk(rounds) for person in people))
        await app.close()


def main() -> None:
    data_dir, seed, rounds = sys.argv[1:]
    become(os.environ.get("MUTANT"))
    asyncio.run(talk(Path(data_dir), int(seed), int(rounds)))


if __name__ == "__main__":
    main()
