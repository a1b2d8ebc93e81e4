"""`make bench-recall DATA=file [BESIDE=100000] [ENCODER=1]`: how much of what questions ask for is recalled.

The file is of LoCoMo's format (Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents", 2024).
Each sample is one person's talks with one Locrit, a conversation for each session; its questions of categories 1 to 4
go through the recall that the chat uses. Beside it, the usual way: BM25 over windows of four turns.
"""

import argparse
import asyncio
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter
from typing import Any

from src.entities import Locrit
from src.entities.merge import ClientMessage
from src.ids import new_id
from src.recall.packing import CHARS_PER_TOKEN
from src.services.llm.encoder import SMALL
from src.services.reminders import block
from src.stores import search
from tests.bench.places import application, directory
from tests.callers import ME, OnePersons

BUDGETS = (500, 1000, 2000)
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
WINDOW = 4
AT_ONCE = 500
DATE = "%I:%M %p on %d %B, %Y %z"
DIALOGUE_ID = re.compile(r"D\d+:\d+")
FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Sample:
    """`sessions`: by when they were, what was said as role, id and text."""

    person: str
    other: str
    sessions: Sequence[tuple[int, Sequence[tuple[str, str, str]]]]
    questions: Sequence[tuple[str, int, Sequence[str]]]
    texts: dict[str, str] = field(default_factory=dict)


def samples(path: Path) -> Iterator[Sample]:
    for one in json.loads(path.read_text()):
        said = one["conversation"]
        person, other = said["speaker_a"], said["speaker_b"]
        names = sorted((n for n in said if re.fullmatch(r"session_\d+", n)), key=lambda n: int(n.split("_")[1]))
        sessions, texts = [], dict[str, str]()
        for name in names:
            began = datetime.strptime(f"{said[f'{name}_date_time']} +0000", DATE).astimezone(UTC)
            turns = [(_role(turn, person), turn["dia_id"], turn["text"]) for turn in said[name] if turn["text"].strip()]
            texts |= {id_: text for _, id_, text in turns}
            sessions.append((round(began.timestamp() * 1000), turns))
        yield Sample(person, other, sessions, list(_questions(one["qa"], texts)), texts)


def _role(turn: dict[str, Any], person: str) -> str:
    return "user" if turn["speaker"] == person else "assistant"


def _questions(asked: Sequence[dict[str, Any]], texts: dict[str, str]) -> Iterator[tuple[str, int, Sequence[str]]]:
    for one in asked:
        evidence = [id_ for id_ in DIALOGUE_ID.findall(" ".join(one.get("evidence", ()))) if id_ in texts]
        if one["category"] in CATEGORIES and evidence:
            yield one["question"], one["category"], evidence


class Results:
    def __init__(self) -> None:
        self.shares: defaultdict[tuple[int, int], list[float]] = defaultdict(list)
        self.ms: list[float] = []

    def add(self, budget: int, category: int, shown: str, evidence: Sequence[str]) -> None:
        self.shares[budget, category].append(sum(text.strip() in shown for text in evidence) / len(evidence))

    def recall(self, budget: int, category: int | None = None) -> float:
        taken = [s for (b, c), some in self.shares.items() if b == budget and category in (None, c) for s in some]
        return mean(taken) if taken else 0.0


async def bring_in(app: OnePersons, sample: Sample, beside: int, filler: Sequence[str]) -> Locrit:
    """Through the services that save; what is beside are other conversations with the same Locrit."""
    name = sample.other
    locrit: Locrit = await app.locrits.create(name, {})
    for number, (began, turns) in enumerate(sample.sessions):
        await _say(app, name, f"session {number}", sample.person, began, [(role, text) for role, _, text in turns])
    for at in range(0, beside, AT_ONCE):
        texts = [filler[(at + n) % len(filler)] for n in range(min(AT_ONCE, beside - at))]
        turns_beside = [("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(texts)]
        await _say(app, name, f"{FILLER} {at}", sample.person, 1_500_000_000_000 + at * 60_000, turns_beside)
    while await app.database.write(search.index_pending):
        pass
    await app.meaning.catch_up()
    return locrit


async def _say(
    app: OnePersons, name: str, session: str, label: str, began: int, turns: Sequence[tuple[Any, str]]
) -> None:
    conversation, _ = await app.memory.open_conversation(name, session_id=session, client_label=label)
    said = [
        ClientMessage(new_id(), role, text, created_at=began + n * 1000, status="complete")
        for n, (role, text) in enumerate(turns)
    ]
    await app.history.merge(conversation.conversation_id, said)


async def ask(app: OnePersons, locrit: Locrit, sample: Sample, results: Results) -> None:
    await app.recall.recall(locrit.name, "What did we say?", 100)  # loads it
    for question, category, evidence in sample.questions:
        wanted = [sample.texts[id_] for id_ in evidence]
        for budget in BUDGETS:
            began = perf_counter()
            recalled = await app.recall.recall(locrit.name, question, budget)
            results.ms.append((perf_counter() - began) * 1000)
            shown = block(recalled)
            assert len(shown) <= budget * CHARS_PER_TOKEN, f"{len(shown)} characters for {budget} tokens"
            results.add(budget, category, shown, wanted)


def baseline(sample: Sample, results: Results) -> None:
    """Windows of four turns of a session, by FTS5's BM25 with Porter's stems."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE windows USING fts5(text, tokenize = 'porter')")
        for _, turns in sample.sessions:
            for at in range(0, len(turns), WINDOW):
                text = "\n".join(text for _, _, text in turns[at : at + WINDOW])
                database.execute("INSERT INTO windows VALUES (?)", (text,))
        for question, category, evidence in sample.questions:
            words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
            found = [
                row[0]
                for row in database.execute("SELECT text FROM windows WHERE windows MATCH ? ORDER BY rank", (words,))
            ]
            for budget in BUDGETS:
                left, shown = budget * CHARS_PER_TOKEN, []
                for text in found:
                    if len(text) + 1 <= left:
                        shown.append(text)
                        left -= len(text) + 1
                results.add(budget, category, "\n".join(shown), [sample.texts[id_] for id_ in evidence])


async def measure(path: Path, beside: int, meaning: str) -> tuple[Results, Results]:
    ours, usual = Results(), Results()
    everything = list(samples(path))
    for position, sample in enumerate(everything):
        others = [one for at, one in enumerate(everything) if at != position] or everything
        filler = [f"{text} ({n})" for one in others for n, text in enumerate(one.texts.values())]
        with directory() as place:
            async with application(place) as app:
                await app.server_settings.edit(ME, {"meaning": meaning})
                locrit = await bring_in(app, sample, beside, filler)
                await ask(app, locrit, sample, ours)
        baseline(sample, usual)
    return ours, usual


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.recalling", description="Measure recall.")
    parser.add_argument("data", type=Path, help="conversations and questions, in LoCoMo's format")
    parser.add_argument("--beside", type=int, default=0, help="so many other messages of the same Locrit")
    parser.add_argument("--encoder", action="store_true", help="find by meaning, too, with the small encoder")
    arguments = parser.parse_args()
    ours, usual = asyncio.run(measure(arguments.data, arguments.beside, SMALL if arguments.encoder else ""))
    header = "".join(f"{f'@{budget}':>9}" for budget in BUDGETS)
    for title, results in (("recall", ours), ("BM25 over windows of 4", usual)):
        print(f"{title:<26}{header}")
        for category in (*CATEGORIES, None):
            shares = "".join(f"{results.recall(budget, category):>9.3f}" for budget in BUDGETS)
            print(f"  {CATEGORIES[category] if category else 'all':<24}{shares}")
    cuts = quantiles(ours.ms, n=20)
    print(f"p50_ms={cuts[9]:.1f} with {arguments.beside} messages beside")
    recalls = " ".join(f"recall@{budget}={ours.recall(budget):.3f}" for budget in BUDGETS)
    print(f"{recalls} p95_ms={cuts[18]:.1f}")


if __name__ == "__main__":
    main()
