"""Durable saves with 1 and with 32 waiting writers, beside the two libraries that people would use instead."""

import asyncio
import json
import subprocess
import venv
from pathlib import Path

from tests.bench.figures import Figure, Report, at_least
from tests.bench.places import CACHE, LOCRIT, application, directory
from tests.bench.rivals import Save, saves_per_second
from tools.steps import ROOT, StepFailed, must, once

WRITERS = (1, 32)
SAVES = {1: 500, 32: 6400}
ROUNDS = 3
REQUIREMENTS = ROOT / "requirements-bench.txt"
ENVIRONMENT = CACHE / "bench-venv"
RIVALS = (
    ("openai-agents SQLiteSession", "openai-agents", ()),
    ("openai-agents SQLiteSession, made durable", "openai-agents", ("durable",)),
    ("LangChain SQLChatMessageHistory", "langchain", ()),
    ("LangChain SQLChatMessageHistory, made durable", "langchain", ("durable",)),
)


def measure(size: float) -> list[Report]:
    rivals = RIVALS if _installed() else ()
    return [_with(writers, int(SAVES[writers] * size), rivals) for writers in WRITERS]


def _with(writers: int, saves: int, rivals: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Report:
    """The best of some rounds that take turns, so that a noisy neighbour meets all of them."""
    ours, theirs = 0.0, {name: 0.0 for name, _, _ in rivals}
    for _ in range(ROUNDS):
        ours = max(ours, asyncio.run(_ours(writers, saves)))
        for name, library, how in rivals:
            theirs[name] = max(theirs[name], _theirs(library, writers, saves // 4, *how))
    bars = [Figure("Locrit", ours, "/s"), *(Figure(name, rate, "/s") for name, rate in theirs.items())]
    figures = list(bars)
    if theirs:
        goal = at_least(3) if writers > 1 else None
        figures.append(Figure("Locrit beside the fastest of them", ours / max(theirs.values()), "×", goal))
    return Report(f"Durable saves, {writers} waiting writer{'s' * (writers > 1)}", figures, bars)


async def _ours(writers: int, saves: int) -> float:
    with directory() as data_dir:
        async with application(data_dir) as app:

            async def saver() -> Save:
                conversation, _ = await app.memory.open_conversation(LOCRIT)
                return lambda text: app.memory.save_message(conversation.conversation_id, "user", text)

            rate, _ = await saves_per_second([await saver() for _ in range(writers)], saves)
            return rate


def _theirs(library: str, writers: int, saves: int, *how: str) -> float:
    with directory() as data_dir:
        script = Path(__file__).with_name("rivals.py")
        python = str(ENVIRONMENT / "bin" / "python")
        command = [python, str(script), library, str(data_dir), str(writers), str(saves), *how]
        printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout
    return float(json.loads(printed.splitlines()[-1])["saves_per_second"])


def _installed() -> bool:
    """Their environment, made when it is not there yet; without a network Locrit is measured alone."""
    try:
        once(ENVIRONMENT / "made-from", [REQUIREMENTS], _install)
    except StepFailed as failure:
        print(f"{failure}\nLocrit is measured without the others.")
        return False
    return True


def _install() -> None:
    venv.create(ENVIRONMENT, clear=True, symlinks=True, with_pip=True)
    python = str(ENVIRONMENT / "bin" / "python")
    must("libraries to compare with", [python, "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)])
