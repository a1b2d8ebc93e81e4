"""What is stored of a Locrit is what the log of changes says of it."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.ollama import FakeOllama
from tests.faults.audit import audit
from tests.talk import talking


@pytest.mark.parametrize("switches", ["open_to", "access_to"])
def test_switches_that_are_not_given_are_as_by_default(tmp_path: Path, ollama: FakeOllama, switches: str) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            await talk.locrits.create("Begun", {switches: {}})
            await talk.locrits.create("Edited", {})
            await talk.locrits.edit("Edited", {switches: {}})

    asyncio.run(scenario())
    audit(f"sqlite:///{tmp_path / 'locrit.db'}")
