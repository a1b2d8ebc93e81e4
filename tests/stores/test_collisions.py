"""Several processes do the same to one database at the same moment: it is done once, and each is told so."""

import asyncio
import subprocess
import sys
from pathlib import Path

from src.entities import OpenConversation, SendMessage
from tests.store import LOCRIT, opened

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES, ROUNDS = 4, 30


def test_processes_that_start_at_the_same_moment_prepare_the_database_once(empty_postgresql_url: str) -> None:
    command = [sys.executable, "-m", "tests.stores.newcomer", empty_postgresql_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    newcomers = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(PROCESSES)]  # type: ignore[call-overload]
    for newcomer in newcomers:
        newcomer.stdout.readline()
    for newcomer in newcomers:
        newcomer.stdin.write("start\n")
        newcomer.stdin.flush()
    ended = [newcomer.communicate(timeout=60) for newcomer in newcomers]
    assert [locrits for locrits, _ in ended] == ["3\n"] * PROCESSES, ended


def test_what_arrives_through_two_processes_at_once_is_saved_once(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as two:
            for n in range(ROUNDS):
                question = SendMessage(
                    "Hello?", f"op {n}", f"message {n}", OpenConversation("local", LOCRIT, None, f"{n}")
                )
                turns = await asyncio.gather(*(store.turns.send(question) for store in (one, two)))
                assert len({(turn.reply.message_id, turn.generation_id) for turn in turns}) == 1
                assert sorted(turn.repeated for turn in turns) == [False, True]

    asyncio.run(scenario())
