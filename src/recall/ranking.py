"""R12: which units matter to a question. Twelve constants over what units and their neighbours have in common with it.

BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from src.recall import moments
from src.recall.arrays import Arrays, Floats, Ints, Postings
from src.recall.terms import terms

K1: Final = 0.9
B: Final = 0.4
OF_NEIGHBOURS: Final = ((1, (0.5, 0.35, 0.25)), (-1, (0.7, 0.5, 0.35)))
"""What is said counts for those that stand up to three before it (what is asked) and after it."""
WEIGHTS: Final = {
    "words": 6.0,
    "matches": 1.2,
    "phrases": 1.75,
    "session": 2.0,
    "other_speaker": -2.0,
    "speaks_of_self": 0.5,
    "first": -0.3,
    "date": 9.0,
    "asks": -0.7,
    "after_question": 3.0,
    "when": 1.3,
    "capitals": 0.5,
    "less": -6.0,
    "meaning": 6.0,
}
"""`less`, of what a person finds not useful: as much as all of the words that a question and a turn can share.
`meaning` counts where there are vectors: see `src.recall.meaning`."""
PERSON, LOCRIT = 0, 1


@dataclass(frozen=True, slots=True)
class Query:
    """`terms` without the names of those who talk; `named`: who of them it is about, as roles."""

    terms: Sequence[str]
    named: Collection[int]
    moment: moments.Moment | None
    asks_when: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """A score for each unit, and what it consists of, by the names of WEIGHTS; `by_term`: what each term of the
    question found."""

    scores: Floats
    features: dict[str, Floats]
    by_term: dict[str, Postings]


_FIRST_PERSONS = "i my me mine myself we our us je j mon ma mes moi ich mein meine mich mir yo mi"
_FIRST_PERSON = frozenset(_FIRST_PERSONS.split())
_SECOND_PERSONS = "you your yours yourself tu ton ta tes toi vous votre vos du dein deine dich dir"
_SECOND_PERSON = frozenset(_SECOND_PERSONS.split())
_POINTING_WORDS = "he she it they him her them his its their there elle elles lui leur leurs ça cela"
_POINTING = frozenset(_POINTING_WORDS.split())
"""At what the one before is about."""
STANDS_ALONE: Final = 2
"""A question with so many terms does, with two more even if it points."""


def query(question: str, names: Sequence[Collection[str]], before: str = "") -> Query:
    """`names` are those of the person and of the Locrit. "I" is the person, "you" the Locrit where nobody else is
    meant. `before` is the question before it."""
    return _query(asked(question, names, before), names)


def asked(question: str, names: Sequence[Collection[str]], before: str) -> str:
    """Returns the question, with the one before it where it does not stand alone."""
    wanted = STANDS_ALONE + 2 * bool(_POINTING & _words(question))
    return f"{before}\n{question}" if before and len(_query(question, names).terms) < wanted else question


def _query(question: str, names: Sequence[Collection[str]]) -> Query:
    of = [{term for name in called for term in terms(name)} for called in names]
    asked = list(dict.fromkeys(terms(question)))
    named = {role for role, called in enumerate(of) if called & set(asked)}
    if not named:
        words = _words(question)
        named = {PERSON} if words & _FIRST_PERSON else {LOCRIT} if words & _SECOND_PERSON else set()
    everyone = set[str]().union(*of)
    wanted = [term for term in asked if term not in everyone]
    return Query(wanted, named, moments.named_in(question), moments.asks_when(question))


def _words(question: str) -> set[str]:
    return set(re.findall(r"\w+", question.lower()))


def rank(arrays: Arrays, asked: Query, less: Collection[int] = ()) -> Ranked:
    """`less` are messages that are not to count as much."""
    count = max(1, int(arrays.column("alive").sum()))
    found = {term: postings for term in asked.terms if (postings := arrays.postings(term)) is not None}
    idf = {term: _idf(count, len(postings.units)) for term, postings in found.items()}
    unknown = len(asked.terms) - len(found)
    norm = 1.5 * (sum(idf.values()) + unknown * 0.5 * float(np.log(1 + 2 * count))) or 1.0
    bm25 = _Bm25(arrays)
    own, matches, pooled = (np.zeros(arrays.count, np.float32) for _ in range(3))
    for term, postings in found.items():
        weights = bm25.of(postings.units, postings.counts, idf[term])
        own[postings.units] += weights
        matches[postings.units] += 1 / 3
        _pool(arrays, postings.units, weights, pooled)
    features = {
        "words": (pooled / norm).astype(np.float32),
        "matches": matches,
        "phrases": _phrases(arrays, asked.terms, found, bm25, count) / norm,
        "session": _sessions(arrays, found),
        **_of_speakers(arrays, asked),
        "date": _dates(arrays, asked.moment),
        "asks": arrays.column("asks").astype(np.float32),
        "after_question": _after_question(arrays) * own / norm,
        "when": arrays.column("times").astype(np.float32) * np.float32(asked.asks_when),
        "capitals": arrays.column("capitals").astype(np.float32),
        "less": arrays.of_messages(less).astype(np.float32),
    }
    scores = np.zeros(arrays.count, np.float32)
    for name, values in features.items():
        scores += np.float32(WEIGHTS[name]) * values
    scores[~(arrays.column("alive") & ((pooled > 0) | (features["date"] >= 0.5)))] = -np.inf
    return Ranked(scores, features, found)


def _idf(count: int, df: int) -> float:
    return float(np.log(1 + (count - df + 0.5) / (df + 0.5)))


class _Bm25:
    def __init__(self, arrays: Arrays) -> None:
        length, alive = arrays.column("length"), arrays.column("alive")
        average = float(length.sum(where=alive)) / max(1, int(alive.sum())) or 1.0
        self._lengths, self._average = length, average

    def of(self, units: Ints, counts: Ints, idf: float) -> Floats:
        norm = K1 * (1 - B + B * self._lengths[units] / self._average)
        weights: Floats = (idf * counts * (K1 + 1) / (counts + norm)).astype(np.float32)
        return weights


def _pool(arrays: Arrays, units: Ints, weights: Floats, total: Floats) -> None:
    """Adds the soft maximum of what the units around each one have of a term."""
    cubes, neighbours = weights**3, arrays.column
    everywhere = [(units, cubes)]
    for direction, factors in OF_NEIGHBOURS:
        links, at, their = neighbours("before" if direction > 0 else "after"), units, cubes
        for factor in factors:
            at = links[at]
            is_there = at >= 0
            if not is_there.all():
                at, their = at[is_there], their[is_there]
            everywhere.append((at, their * np.float32(factor**3)))
    sums = np.zeros(arrays.count, np.float32)
    for at, some in everywhere:
        sums[at] += some
    np.add(total, np.cbrt(sums), out=total)


def _phrases(arrays: Arrays, asked: Sequence[str], found: dict[str, Postings], bm25: _Bm25, count: int) -> Floats:
    total = np.zeros(arrays.count, np.float32)
    for first, second in pairwise(asked):
        if first in found and second in found and (both := arrays.adjacent(found[first], second)) is not None:
            units, counts = both
            _pool(arrays, units, bm25.of(units, counts, _idf(count, len(units))), total)
    return total


def _sessions(arrays: Arrays, found: dict[str, Postings]) -> Floats:
    """BM25 of each session as one document, of the best one's."""
    session, sessions = arrays.column("session"), len(arrays.sessions)
    alive_lengths = arrays.column("length") * arrays.column("alive")
    lengths = np.bincount(session, alive_lengths, sessions)
    norm = K1 * (1 - B + B * lengths / (lengths.mean() or 1.0)) if sessions else lengths
    scores = np.zeros(sessions)
    for postings in found.values():
        counts = np.bincount(session[postings.units], postings.counts, sessions)
        scores += _idf(sessions, int((counts > 0).sum())) * counts * (K1 + 1) / (counts + norm)
    best = scores.max(initial=0)
    of_units: Floats = (scores / best if best else scores).astype(np.float32)[session]
    return of_units


def _of_speakers(arrays: Arrays, asked: Query) -> dict[str, Floats]:
    first = arrays.column("first").astype(np.float32) * np.float32(0.5)
    zero = np.zeros(arrays.count, np.float32)
    if len(asked.named) != 1:
        return {"first": first, "other_speaker": zero, "speaks_of_self": zero}
    is_named = (arrays.column("role") == next(iter(asked.named))).astype(np.float32)
    return {"first": first, "other_speaker": 1 - is_named, "speaks_of_self": first * is_named}


def _dates(arrays: Arrays, moment: moments.Moment | None) -> Floats:
    if moment is None or not arrays.count:
        return np.zeros(arrays.count, np.float32)
    days, of = np.unique(arrays.column("time") // moments.DAY_MS, return_inverse=True)
    near: Floats = moments.nearness(moment, days * moments.DAY_MS)[of]
    return near


def _after_question(arrays: Arrays) -> NDArray[np.bool_]:
    before, asks = arrays.column("before"), arrays.column("asks")
    after: NDArray[np.bool_] = (before >= 0) & (asks[before] > 0)
    return after
