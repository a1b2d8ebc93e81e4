"""The path of a message that `docs/life-of-a-message.md` describes is the one that the code takes."""

import ast
import asyncio
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from src.application import Application
from src.config import Settings
from src.entities import OpenConversation, SendMessage
from src.operations import Caller
from tests.eventually import eventually

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| [^|]*\| `(?P<file>[^`]+)` \| (?P<functions>.+) \|$", re.MULTILINE)
NOT_ASKED_HERE = ("backend/", "core/", "ui/")
"""What stands before the service and behind the bus."""


def path() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "life-of-a-message.md").read_text().partition("## From Enter")[2].partition("\n## ")[0]
    return [(row["file"], name) for row in ROW.finditer(text) for name in re.findall(r"`(\w+)`", row["functions"])]


def defined(file: str) -> set[str]:
    if file.endswith(".py"):
        nodes = ast.walk(ast.parse((ROOT / file).read_text()))
        return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    text = (ROOT / "frontend" / "src" / file).read_text()
    declared = re.findall(r"(?:function\*?|const) (\w+)", text)
    methods = re.findall(r"^  (?:private )?(?:async )?\*?(\w+)(?:<.*>)?\(.*\{$", text, re.MULTILINE)
    return {*declared, *methods}


@pytest.mark.parametrize("file", sorted({file for file, _ in path()}))
def test_every_function_that_is_named_is_there(file: str) -> None:
    assert {name for where, name in path() if where == file} <= defined(file)


def test_they_are_as_many_as_it_says() -> None:
    text = (ROOT / "docs" / "life-of-a-message.md").read_text()
    told = re.search(r"(\d+) in (\d+) files\. (\d+) of them", text)
    assert told is not None
    in_hand = len(path()) - len(re.findall(r"\*`\w+`\*", text))
    assert [int(number) for number in told.groups()] == [len(path()), len({file for file, _ in path()}), in_hand]


@pytest.fixture
def called() -> Iterator[set[tuple[str, str]]]:
    """Functions of the application that were called since, in any thread that began since."""
    found: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(f"{ROOT}/src/"):
            found.add((str(Path(frame.f_code.co_filename).relative_to(ROOT)), frame.f_code.co_name))

    threading.setprofile(note)
    sys.setprofile(note)
    yield found
    sys.setprofile(None)
    threading.setprofile(None)


def test_a_question_passes_through_them(called: set[tuple[str, str]], tmp_path: Path) -> None:
    async def ask() -> None:
        app = Application(Settings(data_dir=tmp_path, llm="ollama", ollama_host="http://127.0.0.1:9"))
        heard: list[object] = []
        me = Caller("local")
        await app.start(me)
        app.bus.subscribe(heard.append)
        await app.chat.send(me, SendMessage("Hello", "op", opening=OpenConversation("s", "Bob Technique", None, "s")))
        await eventually(lambda: len(heard) > 0)
        await app.close()

    asyncio.run(ask())
    expected = {(file, name) for file, name in path() if not file.startswith(NOT_ASKED_HERE)}
    assert expected - called == set()
