"""A conversation of 60 turns, as its model saw it: no turn is asked without what was said just before."""

import asyncio
import itertools
import os
import random
from pathlib import Path

import pytest

from src.services.llm import tokens
from tests.fakes.ollama import FakeOllama
from tests.faults.chance import SEED
from tests.services.shown import Said, check
from tests.talk import LOCRIT, talking

TURNS = 60
REPLY_CHARS = (50, 400, 1_900, 4_000, 9_000, 20_000)
WINDOWS = (2_048, 4_096, 8_192, 32_768, 131_072)
LIMITS = (4, 8, 50, 200, 500)
MANY = int(os.environ.get("PROMPTS", 6))
"""Of the 150 combinations, drawn by the seed."""

ALL = list(itertools.product(REPLY_CHARS, WINDOWS, LIMITS))
SOME = random.Random(SEED).sample(ALL, min(MANY, len(ALL)))


@pytest.mark.parametrize(("reply_chars", "window", "limit"), SOME)
def test_every_turn_is_asked_with_what_was_said_before(
    tmp_path: Path, ollama: FakeOllama, reply_chars: int, window: int, limit: int
) -> None:
    ollama.context_length = window
    ollama.count = lambda body: round(sum(tokens.estimate(one["content"]) + 8 for one in body["messages"]))

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            await talk.locrits.edit(LOCRIT, {"message_limit": limit, "system_prompt": "Be kind.", "recall": "off"})
            said: list[Said] = []
            for number in range(TURNS):
                question, reply = f"{number}: how?", (f"{number} it goes on and on, " * 1_000)[:reply_chars]
                ollama.enqueue([reply])
                assert (await talk.said(question)).content == reply
                check(talk.prompt(), said, limit, window, tokens.estimate)
                said += [("user", question), ("assistant", reply)]

    asyncio.run(scenario())
