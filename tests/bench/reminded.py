"""What recall adds to the first token: questions with it and without it, beside 10,000 messages and 500 facts."""

import asyncio
import random
from collections.abc import Iterator
from itertools import islice
from statistics import median
from urllib.parse import urlsplit

import httpx

from src.entities import ClientMessage
from src.ids import new_id
from src.stores import search
from tests.bench.figures import Figure, Report, at_most, percentile
from tests.bench.first_token import Asker
from tests.bench.places import LOCRIT, application, directory, opened, process, server
from tests.bench.searched import SEED, message_texts
from tests.bench.socket_clients import connected
from tests.callers import OnePersons

MESSAGES, MEMORIES = 10_000, 500
PER_CONVERSATION = 100
QUESTIONS, QUESTION_WORDS = 100, 8
WARM_UP = 5
SETTINGS = ("off", "full")


def measure(size: float) -> list[Report]:
    messages = int(MESSAGES * size)
    off, full, recalled = asyncio.run(_measured(messages, WARM_UP + int(QUESTIONS * size)))
    added = median(full) - median(off)
    figures = [
        Figure("first token without recall, median", median(off), "ms"),
        Figure("with it, median", median(full), "ms"),
        Figure("without it, p95", percentile(off, 95), "ms"),
        Figure("with it, p95", percentile(full, 95), "ms"),
        Figure("added by recall, median", added, "ms", at_most(15)),
        Figure("replies that something was recalled for", 100 * recalled, "%"),
    ]
    return [Report(f"First token with recall, {messages:,} messages and {int(MEMORIES * size)} facts beside", figures)]


async def _measured(messages: int, questions: int) -> tuple[list[float], list[float], float]:
    """Milliseconds without and with recall, in turns; and of how many replies it was part."""
    texts = message_texts(random.Random(SEED))
    with directory() as data_dir, process("tests.fakes.ollama") as host:
        async with application(data_dir) as app:
            await _fill(app, texts, messages)
        with server(data_dir, host) as running, running.client() as client:
            asker = await connected(Asker(urlsplit(running.url).netloc, conversation := opened(client)), running.url)
            spent: dict[str, list[float]] = {setting: [] for setting in SETTINGS}
            for number in range(questions * len(SETTINGS)):
                setting = SETTINGS[number % len(SETTINGS)]
                client.patch(f"/api/v2/locrits/{LOCRIT}", json={"recall": setting}).raise_for_status()
                question = " ".join(next(texts).split()[:QUESTION_WORDS])
                spent[setting].append(await asker.ms_to_first_token(question))
            off, full = (spent[setting][WARM_UP:] for setting in SETTINGS)
            return off, full, _recalled(client, conversation)


async def _fill(app: OnePersons, texts: Iterator[str], messages: int) -> None:
    for start in range(0, messages, PER_CONVERSATION):
        conversation, _ = await app.memory.open_conversation(LOCRIT, session_id=str(start))
        said = [
            ClientMessage(new_id(), "assistant" if number % 2 else "user", text, status="complete")
            for number, text in enumerate(islice(texts, PER_CONVERSATION))
        ]
        await app.history.merge(conversation.conversation_id, said)
    for text in islice(texts, MEMORIES * messages // MESSAGES):
        await app.memory.save_memory(LOCRIT, text)
    while await app.database.write(search.index_pending):
        pass


def _recalled(client: httpx.Client, conversation_id: str) -> float:
    """The share of the last questions that were asked with it."""
    answer = client.get(f"/api/v2/conversations/{conversation_id}/messages?limit=100").raise_for_status()
    replies = [one for one in answer.json()["messages"] if one["role"] == "assistant"]
    return sum("recalled" in (one.get("context") or {}) for one in replies) * len(SETTINGS) / len(replies)
