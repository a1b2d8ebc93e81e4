"""A process whose clock is wrong: python -m tests.faults.clock DATA_DIR SHIFT_S NAME; on the way it jumps back.

Prints what the conversation says in the end. `MUTANT=…` as in tests/faults/mutants.py."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

right = time.time_ns
shift_s = int(sys.argv[2])
time.time_ns = lambda: right() + shift_s * 1_000_000_000

from src.application import Application  # noqa: E402
from src.config import Settings  # noqa: E402
from src.entities import SendMessage  # noqa: E402
from tests.callers import OnePersons  # noqa: E402
from tests.faults.lives import NOWHERE, fill_index  # noqa: E402
from tests.faults.mutants import become  # noqa: E402


async def talk(data_dir: Path, name: str) -> None:
    global shift_s
    app = OnePersons(Application(Settings(data_dir=data_dir, llm="ollama", ollama_host=NOWHERE)))
    await app.chat.recover()
    await app.locrits.ensure_defaults()
    opened, _ = await app.memory.open_conversation("Bob Technique", session_id="clock")
    conversation_id = opened.conversation_id
    for number in range(3):
        await app.memory.save_message(conversation_id, "user", f"{name} {number}", op_id=f"{name} {number}")
        shift_s -= 3600
    await app.turns.send(SendMessage(f"{name} why?", f"{name} turn", conversation_id=conversation_id))
    await fill_index(app)
    history, _, _ = await app.memory.get_conversation_history(conversation_id, limit=100)
    print(json.dumps([message.content for message in history if message.content]))
    await app.close()


become(os.environ.get("MUTANT"))
asyncio.run(talk(Path(sys.argv[1]), sys.argv[3]))
