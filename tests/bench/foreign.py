"""`python -m tests.bench.foreign FILE [--alone]`: below which score nothing is to be recalled
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
        yield from np.arange(0, max(best for best, _ in self.own), STEP).tolist()


def as_of(question: str, other: Sample, sample: Sample) -> str:
    """A question about other people, put about these."""
    names = {other.person: sample.person, other.other: sample.other}
    return re.sub("|".join(map(re.escape, names)), lambda found: names[found[0]], question)


async def measure(path: Path) -> Scores:
    scores, everything = Scores(), list(samples(path))
    for sample in everything:
        others = [one for one in everything if one is not sample]
        with directory() as place:
            async with application(place) as app:
                locrit = await bring_in(app, sample, 0, [])
                recall = RecallService(app.database, least=-np.inf)
                for question, _, evidence in sample.questions:
                    best, shown = await _ask(recall, locrit.name, question)
                    said = [sample.texts[id_].strip() in shown for id_ in evidence]
                    scores.own.append((best, sum(said) / len(said)))
                for question in foreign(sample, others):
                    scores.foreign.append((await _ask(recall, locrit.name, question))[0])
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
            scores.own.append((_best(found), sum(id_ in fitting for id_ in evidence) / len(evidence)))
        for question in foreign(sample, [one for one in everything if one is not sample]):
            scores.foreign.append(_best(ranked.ranked(question, names)))
    return scores


def _memories(sample: Sample) -> Iterator[Memory]:
    blank = {"locrit_id": sample.other, "importance": 0.5, "tags": [], "metadata": {}, "pinned": False, "rev": 1}
    for at, turns in sample.sessions:
        for _, id_, said in turns:
            yield Memory.model_validate({"id": id_, "content": said, "created_at": at, "updated_at": at, **blank})


def _best(found: Sequence[Recalled | RecalledMemory]) -> float:
    return max((one.score for one in found), default=0.0)


def foreign(sample: Sample, others: Sequence[Sample]) -> Iterator[str]:
    for other in others:
        yield from (as_of(question, other, sample) for question, _, _ in other.questions)


async def _ask(recall: RecallService, name: str, question: str) -> tuple[float, str]:
    found = await recall.recall(ME, name, question, TOKENS)
    return _best(found), block(found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.foreign", description=__doc__)
    parser.add_argument("data", type=Path, help="conversations and questions, in LoCoMo's format")
    parser.add_argument("--alone", action="store_true", help="each turn as a memory")
    arguments = parser.parse_args()
    scores = measure_alone(arguments.data) if arguments.alone else asyncio.run(measure(arguments.data))
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
