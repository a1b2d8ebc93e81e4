"""`python -m tests.bench.foreign FILE [--encoder] [--alone]`: below which score nothing is to be recalled
(`src.services.recall.LEAST`); with each turn alone, no memory (`src.services.memory_recall.LEAST`).

Each conversation of a file of LoCoMo's format is asked its own questions, and those of all others, as if they were
about its people: questions whose answer was never told. Of each only the best score counts; of its own, what would be
lost below a threshold, too.
"""

import argparse
import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from src.entities import Memory, RecalledMemory
from src.entities.recall import Recalled
from src.recall import meaning
from src.recall.ranking import WEIGHTS
from src.services.llm.encoder import SMALL
from src.services.memory_ranking import RankedMemories
from src.services.memory_recall import SHARE, that_fit
from src.services.recall import RecallService
from src.services.reminders import block
from tests.bench.places import application, directory
from tests.bench.recalling import Sample, bring_in, samples
from tests.callers import ME

TOKENS = 1000
KEPT = 0.995
"""So much of the recall stays."""
EVERYTHING = 100_000
"""Tokens: the best by words and the nearest by meaning are among what is ranked."""
STEP = 0.25


@dataclass
class Scores:
    """`own`: the best score of each question, and the share of its evidence that is recalled."""

    own: list[tuple[float, float]] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def kept(self, least: float) -> float:
        shares = sum(share for _, share in self.own)
        return sum(share for best, share in self.own if best >= least) / shares

    def refused(self, least: float) -> float:
        return float(np.mean([best < least for best in self.foreign]))

    def thresholds(self) -> Iterator[float]:
        yield from np.arange(0, max(best for best, _ in self.own if np.isfinite(best)), STEP).tolist()


def as_of(question: str, other: Sample, sample: Sample) -> str:
    """A question about other people, put about these."""
    names = {other.person: sample.person, other.other: sample.other}
    return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], question)


async def measure(path: Path, model: str) -> Scores:
    scores, everything = Scores(), list(samples(path))
    for sample in everything:
        others = [one for one in everything if one is not sample]
        with directory() as place:
            async with application(place) as app:
                await app.server_settings.edit(ME, {"meaning": model})
                locrit = await bring_in(app, sample, 0, [])
                recall = RecallService(app.database, app.meaning, least=-np.inf)
                for question, _, evidence in sample.questions:
                    best = await _best(recall, locrit.name, question)
                    shown = block(await recall.recall(ME, locrit.name, question, TOKENS))
                    said = [sample.texts[id_].strip() in shown for id_ in evidence]
                    scores.own.append((best, sum(said) / len(said)))
                for question in foreign(sample, others):
                    scores.foreign.append(await _best(recall, locrit.name, question))
    return scores


def measure_alone(path: Path) -> Scores:
    """Of turns that stand as memories do: nothing around them counts."""
    scores, everything = Scores(), list(samples(path))
    for sample in everything:
        ranked = RankedMemories(list(_memories(sample)))
        names = [[sample.person], [sample.other]]
        for question, _, evidence in sample.questions:
            found = ranked.ranked(question, names)
            fitting = {one.memory.id for one in that_fit(found, TOKENS // SHARE)}
            scores.own.append((_highest(found), sum(id_ in fitting for id_ in evidence) / len(evidence)))
        for question in foreign(sample, [one for one in everything if one is not sample]):
            scores.foreign.append(_highest(ranked.ranked(question, names)))
    return scores


def _memories(sample: Sample) -> Iterator[Memory]:
    blank = {"locrit_id": sample.other, "importance": 0.5, "tags": [], "metadata": {}, "pinned": False, "rev": 1}
    for at, turns in sample.sessions:
        for _, id_, said in turns:
            yield Memory.model_validate({"id": id_, "content": said, "created_at": at, "updated_at": at, **blank})


def _highest(found: Sequence[RecalledMemory]) -> float:
    return max((one.score for one in found), default=0.0)


def foreign(sample: Sample, others: Sequence[Sample]) -> Iterator[str]:
    for other in others:
        yield from (as_of(question, other, sample) for question, _, _ in other.questions)


async def _best(recall: RecallService, name: str, question: str) -> float:
    """What is compared with the threshold."""
    found = await recall.recall(ME, name, question, EVERYTHING)
    by_words = max((_by_words(one) for one in found), default=0.0)
    if not any("meaning" in one.features for one in found):
        return by_words
    alike = max(one.features.get("meaning", 0.0) for one in found) / WEIGHTS["meaning"]
    return meaning.evidence(by_words, alike)


def _by_words(one: Recalled) -> float:
    is_found = one.features.get("words") or one.features.get("date")
    return one.score - one.features.get("meaning", 0.0) if is_found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.foreign", description=__doc__)
    parser.add_argument("data", type=Path, help="conversations and questions, in LoCoMo's format")
    parser.add_argument("--encoder", action="store_true", help="find by meaning, too, with the small encoder")
    parser.add_argument("--alone", action="store_true", help="each turn as a memory")
    arguments = parser.parse_args()
    model = SMALL if arguments.encoder else ""
    scores = measure_alone(arguments.data) if arguments.alone else asyncio.run(measure(arguments.data, model))
    print(f"{len(scores.own)} questions of their own, {len(scores.foreign)} of others")
    print(f"{'least':>6}{'recall kept':>13}{'others refused':>16}")
    for least in scores.thresholds():
        print(f"{least:>6.2f}{scores.kept(least):>13.3f}{scores.refused(least):>16.3f}")
        if scores.kept(least) < KEPT - 0.1:
            break
    best = max(least for least in scores.thresholds() if scores.kept(least) >= KEPT)
    print(f"least={best:.2f} kept={scores.kept(best):.3f} refused={scores.refused(best):.3f}")


if __name__ == "__main__":
    main()
