"""Processes that kill themselves at a given point of what SQLite does, and others that go on where they died.

python -m tests.faults.doomed HOME POINT...    each point is `WORDS:N` or `answer:N`, and has a directory of its name

`MUTANT=…` runs a program that is wrong in one way, see tests/faults/mutants.py; `LIVES=1` leaves it dead.
"""

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from src.application import Application
from src.config import Settings
from src.entities import ClientMessage, GenerationResult, SendMessage
from tests.callers import OnePersons
from tests.faults.lives import NOWHERE, fill_index
from tests.faults.mutants import NO_RECOVERY, become

LOCRIT = "Bob Technique"
WHERE = "the-conversation"
PIECES = ["It depends. ", "On the one hand, ", "on the other. "]
ANSWER = "answer"
"""The point between the commit and the answer: the connection goes back to its pool."""
DIED = 256 - signal.SIGKILL


def doom(point: str) -> None:
    """Kill this process when a writing connection begins the n-th statement with these words in it."""
    words, _, number = point.rpartition(":")
    left = int(number)

    def reached() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(connection: Any, _record: object) -> None:
        writes = False

        def trace(statement: str) -> None:
            nonlocal writes
            writes = writes or statement == "BEGIN IMMEDIATE"
            if writes and words in statement:
                reached()

        if words != ANSWER:
            connection.set_trace_callback(trace)

    def answer(_connection: Any, _record: object) -> None:
        reached()

    event.listen(Engine, "connect", watch)
    if words == ANSWER:
        event.listen(Engine, "checkin", answer)


class Life:
    """Says everything from the beginning, under the same ids; what is acknowledged is written down."""

    def __init__(self, app: OnePersons, diary: Path) -> None:
        self._app = app
        self._diary = os.open(diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def live(self) -> None:
        memory, history = self._app.memory, self._app.history
        await self._do("open", lambda op: memory.open_conversation(LOCRIT, conversation_id=WHERE, op_id=op))
        for id_ in ("one", "two", "three"):
            await self._do(f"save {id_}", functools.partial(self._save, id_))
        await self._do("edit", lambda op: memory.edit_message("one", "one, edited", op_id=op))
        await self._do("delete", lambda op: memory.delete_message("three", op))
        await self._do("restore", lambda op: memory.restore_message("three", op))
        await self._do("star", lambda op: memory.edit_conversation(WHERE, {"starred": True}, op_id=op))
        await self._do("turn", self._turn)
        await self._do("aside", lambda op: history.keep_conflict("one", "one, otherwise", op))
        await self._do("back", lambda op: history.roll_back("one", 1, op))
        await self._do("fork", lambda op: history.fork("two", "the-fork", op))
        await self._do("merge", lambda _: history.merge(WHERE, [ClientMessage("offline", "system", "offline")]))
        await self._do("forget", lambda op: history.forget_message("three", op))
        await self._do("index", lambda _: fill_index(self._app))

    def _save(self, id_: str, op: str) -> Awaitable[Any]:
        return self._app.memory.save_message(WHERE, "system", id_, message_id=id_, op_id=op)

    async def _turn(self, op: str) -> None:
        replies = self._app.replies
        turn = await self._app.turns.send(SendMessage("why?", op, "why", conversation_id=WHERE))
        self._note("asked")
        if turn.repeated:
            return
        for idx, piece in enumerate(PIECES, start=1):
            await replies.append_chunk(turn.generation_id, idx, piece)
            self._note(f"piece {idx}")
            if idx == 2:
                await replies.fold_reply(turn.generation_id, turn.reply.message_id, idx, "".join(PIECES[:idx]))
        await replies.finish_reply(turn.generation_id, GenerationResult("complete", "".join(PIECES)))

    async def _do(self, name: str, operation: Callable[[str], Awaitable[Any]]) -> None:
        try:
            await operation(f"operation {name}")
        except Exception as refusal:  # noqa: BLE001 - its end is for the test to judge
            self._note(f"refused {name}: {refusal!r}")
        else:
            self._note(name)

    def _note(self, what: str) -> None:
        os.write(self._diary, f"{json.dumps(what)}\n".encode())


async def live(data_dir: Path) -> None:
    app = OnePersons(Application(Settings(data_dir=data_dir, llm="ollama", ollama_host=NOWHERE)))
    if os.environ.get("MUTANT") != NO_RECOVERY:
        await app.chat.recover()
    await app.locrits.ensure_defaults()
    await Life(app, data_dir / "diary").live()
    await app.close()


def in_a_process_of_its_own(data_dir: Path, point: str | None) -> int:
    """The exit status, as a shell tells it."""
    pid = os.fork()
    if pid == 0:
        try:
            if point is not None:
                doom(point)
            asyncio.run(live(data_dir))
        except BaseException as error:  # noqa: BLE001 - a fork must not go on as its parent
            print(repr(error), flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256


def main() -> None:
    """Prints for each point whether it was reached."""
    home = Path(sys.argv[1])
    become(os.environ.get("MUTANT"))
    for point in sys.argv[2:]:
        data_dir = home / point.replace(" ", "-").replace(":", "-")
        data_dir.mkdir(exist_ok=True)
        died = in_a_process_of_its_own(data_dir, point)
        lived = in_a_process_of_its_own(data_dir, None) if os.environ.get("LIVES") != "1" else 0
        print(json.dumps([point, str(data_dir), died, lived]), flush=True)


if __name__ == "__main__":
    main()
