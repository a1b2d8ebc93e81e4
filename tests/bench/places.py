"""Where measurements keep their data: on the disk of the checkout, where an fsync costs what it costs there."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx

from src.application import Application
from src.config import Settings
from tests.callers import OnePersons
from tests.fixtures.server import LocritServer
from tools.steps import ROOT

CACHE = ROOT / ".cache"
LOCRIT = "Bob Technique"
NO_OLLAMA = "http://127.0.0.1:9"


@contextmanager
def directory() -> Iterator[Path]:
    """Removed afterwards."""
    CACHE.mkdir(exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="bench-", dir=CACHE))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@asynccontextmanager
async def application(data_dir: Path) -> AsyncIterator[OnePersons]:
    """All but the web, with the Locrits of the first start; nothing runs in its background."""
    running = OnePersons(Application(Settings(data_dir=data_dir, llm="ollama", OLLAMA_HOST=NO_OLLAMA)))
    await running.locrits.ensure_defaults()
    try:
        yield running
    finally:
        await running.close()


@contextmanager
def server(data_dir: Path, ollama_host: str = NO_OLLAMA) -> Iterator[LocritServer]:
    running = LocritServer(data_dir, {"OLLAMA_HOST": ollama_host, "LOCRIT_LLM": "ollama"}, from_nothing=True)
    try:
        yield running
    finally:
        running.terminate()


def opened(client: httpx.Client) -> str:
    """The id of a new conversation."""
    answer = client.post("/api/v2/conversations", json={"locrit_name": LOCRIT}).raise_for_status()
    return str(answer.json()["conversation_id"])


@contextmanager
def process(module: str, *arguments: str) -> Iterator[str]:
    """Runs it as a process of its own; gives the first line that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        try:
            yield started.stdout.readline().strip()
        finally:
            started.kill()
