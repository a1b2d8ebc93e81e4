"""What means the same in other words: vectors of units beside the arrays, and how near a question is to each of them.

A vector is kept as a byte for each dimension, with the number that they are to be multiplied by. Of many, those are
looked at that agree with the question in most signs (Charikar, "Similarity Estimation Techniques from Rounding
Algorithms", 2002).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from src.recall import ranking
from src.recall.arrays import Arrays
from src.recall.ranking import Ranked
from src.recall.terms import terms
from src.recall.units import Span

Floats = NDArray[np.float32]

BEFORE_CHARS: Final = 200
"""Of what was said before, its end goes with what is said: "Yes, very much" means nothing alone."""
BEST: Final = 100
"""So many that share no word with the question may be recalled for what they mean."""
ALIKE: Final = 0.25
"""If the nearest one is as much like it: else that something is the nearest is chance. Of hundreds, half of the nearest
are as much like a question whose answer was never told: see `tests.bench.foreign`."""
ALONE: Final = 0.35
"""So much like it is no chance, whatever the words: one in twenty of such questions that share no word is."""
RESCORED: Final = 1000
"""Of more, those with the most signs in common."""
UNRELATED: Final = (
    "The train to the coast leaves at half past seven.",
    "My grandmother kept bees behind the church.",
    "Can you sort this list of numbers?",
    "Interest rates went up again last month.",
    "He broke his arm while climbing a wall.",
    "La soupe est trop salée.",
    "The second law says that entropy never decreases.",
    "We painted the kitchen yellow.",
    "Which team won the final?",
    "She has been learning the violin since spring.",
    "The printer is out of paper.",
    "Mon frère habite à Montréal.",
    "Thank you so much, that helps!",
    "It rained for three days in the mountains.",
    "The contract ends in December.",
    "I would like to adopt a dog.",
)
"""What these have in common is chance: models differ in how near to each other they put everything."""


class Space(NamedTuple):
    """Where the vectors of a model are."""

    id: int
    model: str
    digest: str
    dimension: int
    chance: float
    in_use: bool


class Wanted(NamedTuple):
    """What is to be embedded of a row of the index, and which row stands before it."""

    index_id: int
    before: int | None
    texts: Sequence[str]


def texts(content: str, spans: Sequence[Span], before: str) -> list[str]:
    """What is embedded of a turn: of each of its units, with the end of what was said before."""
    found = list[str]()
    for start, end in spans:
        said = content[start:end].strip()
        found.append(f"{before[-BEFORE_CHARS:].strip()} {said}".strip())
        before = said
    return found


def question(asked: str, names: Collection[str]) -> str:
    """Without the names of those who talk: each of their turns would be like it."""
    called = {term for name in names for term in terms(name)}
    return " ".join(word for word in asked.split() if not (found := terms(word)) or not called.issuperset(found))


def chance(unrelated: Floats) -> float:
    """How near to each other texts are that have nothing to do with each other: the median of their pairs."""
    unit = _of_length_one(unrelated)
    pairs = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return round(float(np.median(pairs)), 4)


def pack(vectors: Floats) -> bytes:
    vectors = _of_length_one(vectors)
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    numbers = np.round(vectors / scales[:, None]).astype(np.int8)
    return b"".join(scale.tobytes() + row.tobytes() for scale, row in zip(scales.astype("<f4"), numbers, strict=True))


def unpack(packed: bytes, dimension: int) -> tuple[Floats, NDArray[np.int8]]:
    """The scales and the numbers."""
    rows = np.frombuffer(packed, np.dtype([("scale", "<f4"), ("numbers", np.int8, (dimension,))]))
    return rows["scale"], rows["numbers"]


def _of_length_one(vectors: Floats) -> Floats:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    unit: Floats = (vectors / lengths).astype(np.float32)
    return unit


@dataclass(frozen=True, slots=True)
class Question:
    """As the model `space` means it; what is nearer to it than `chance` is like it."""

    space: int
    chance: float
    vector: Floats


class Vectors:
    """Those of units, by their number in the arrays."""

    def __init__(self, space: int, dimension: int) -> None:
        self.space = space
        self.dimension = dimension
        self.newest = 0
        self._numbers = np.zeros((0, dimension), np.int8)
        self._scales = np.zeros(0, np.float32)
        self._signs = np.zeros((0, -(-dimension // 64)), np.uint64)

    def put(self, first: int, packed: bytes) -> None:
        scales, numbers = unpack(packed, self.dimension)
        end = first + len(scales)
        if end > len(self._scales):
            size = max(256, 2 * end)
            self._numbers, self._scales, self._signs = (
                _grown(column, size) for column in (self._numbers, self._scales, self._signs)
            )
        self._numbers[first:end], self._scales[first:end] = numbers, scales
        self._signs[first:end] = self._signs_of(numbers)

    def likeness(self, asked: Question, alive: NDArray[np.bool_], wanted: NDArray[np.int64]) -> Floats:
        """How much nearer to the question than by chance each unit is, up to 1; of many, the nearest and the wanted."""
        alike = np.zeros(len(alive), np.float32)
        known = np.flatnonzero(alive[: len(self._scales)] & (self._scales[: len(alive)] > 0))
        if len(known) > RESCORED:
            differing = self._differing(asked.vector, int(known[-1]) + 1)[known]
            nearest = known[np.argpartition(differing, RESCORED)[:RESCORED]]
            known = np.union1d(nearest, wanted[np.isin(wanted, known)])
        vector = _of_length_one(asked.vector[None])[0]
        cosines = (self._numbers[known].astype(np.float32) @ vector) * self._scales[known]
        alike[known] = np.maximum(0, (cosines - asked.chance) / (1 - asked.chance))
        return alike

    def _differing(self, vector: Floats, count: int) -> NDArray[Any]:
        of_question = self._signs_of(vector[None])[0]
        differing = np.zeros(count, np.uint16)
        for column, word in enumerate(of_question):
            differing += np.bitwise_count(self._signs[:count, column] ^ word)
        return differing

    def _signs_of(self, rows: NDArray[Any]) -> NDArray[np.uint64]:
        bits = np.packbits(rows > 0, axis=1)
        padded = np.zeros((len(rows), self._signs.shape[1] * 8), np.uint8)
        padded[:, : bits.shape[1]] = bits
        return padded.view(np.uint64)


def fuse(arrays: Arrays, ranked: Ranked, vectors: Vectors, asked: Question) -> Ranked:
    """What the meaning adds to the scores; units that share no word with the question have one when something is
    much like it."""
    alive, weight = arrays.column("alive"), np.float32(ranking.WEIGHTS["meaning"])
    alike = vectors.likeness(asked, alive, _best(ranked.scores))
    scores = ranked.scores + weight * alike
    nearest: Iterable[int] = _best(np.where(alike > 0, alike, -np.inf)) if alike.max(initial=0) >= ALIKE else []
    for unit in nearest:
        if not np.isfinite(scores[unit]):
            rest = sum(ranking.WEIGHTS[name] * values[unit] for name, values in ranked.features.items())
            scores[unit] = weight * alike[unit] + rest
    return replace(ranked, scores=scores, features={**ranked.features, "meaning": alike})


def evidence(by_words: float, alike: float) -> float:
    """How sure it is that something was said of it, on the scale of scores by words alone: of the best one by its words
    and the one most like it, which may be another."""
    if alike >= ALONE:
        return float("inf")
    return by_words + ranking.WEIGHTS["meaning"] * (alike - ALIKE)


def _best(scores: Floats) -> NDArray[np.int64]:
    best = np.argpartition(-scores, BEST)[:BEST] if len(scores) > BEST else np.arange(len(scores))
    return best[np.isfinite(scores[best])]


def _grown(column: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros((size, *column.shape[1:]), column.dtype)
    grown[: len(column)] = column
    return grown
