"""What is ranked: a turn, or a passage of a long one, with what of it counts beside its terms."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from src.recall.terms import terms

WHOLE_CHARS = 480
"""A turn up to there stays whole: people remember what was said, not halves of it."""
PASSAGE_CHARS = 200
MOST_UNITS = 500
"""Of a turn: what is longer than a hundred thousand characters is a file, and not remembered to its end."""

MOST_FIRST, MOST_TIMES, CAPITALS_KEPT = 6, 3, 8

_POSSESSIVE = re.compile("['’]s?$")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\s\"'”’)]*\s+|\n+|(?<=[。！？])")
_WORD_END = re.compile(r"\s")
_FIRST = re.compile(r"\b(?:i|my|we|our|me|us|je|j|mon|ma|mes|moi|nous|notre|nos)\b", re.IGNORECASE)
_MONTHS = "january february march april may june july august september october november december"
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_TIME = re.compile(
    rf"\b(?:{'|'.join([*_MONTHS.split(), *_DAYS.split()])}|today|yesterday|tomorrow|tonight|(?:19|20)\d\d|"
    r"\d{1,2}(?:st|nd|rd|th)|(?:last|next|this|past|few|couple of|two|three|four|five|six|\d+) "
    r"(?:day|night|week|weekend|month|year|summer|winter|spring|fall|morning|evening|friday|monday|tuesday|wednesday|"
    r"thursday|saturday|sunday)s?|ago|recently|weekend|"
    r"hier|demain|aujourd|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"(?:semaine|mois|année|an) (?:dernière|dernier|prochaine|prochain))\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[a-z0-9,;:)'’] )[A-ZÀ-Þ][\w'’]*[a-z][\w]*")


class Features(NamedTuple):
    """`first`: words of the one who speaks for themselves; `times`: expressions of time; `capitals`: words inside of
    sentences that begin with one."""

    first: int
    asks: bool
    times: int
    capitals: Sequence[str]


class Span(NamedTuple):
    """Where it stands in the turn."""

    start: int
    end: int


class Unit(NamedTuple):
    span: Span
    terms: list[str]
    features: Features


def units(text: str) -> list[Unit]:
    return [Unit(span, terms(said := text[span.start : span.end]), features(said)) for span in spans(text)]


def features(said: str) -> Features:
    return Features(
        min(len(_FIRST.findall(said)), MOST_FIRST),
        said.rstrip().endswith(("?", "？")),
        min(len(_TIME.findall(said)), MOST_TIMES),
        [_POSSESSIVE.sub("", word) for word in _CAPITAL.findall(said)[:CAPITALS_KEPT]],
    )


def to_json(of_text: Sequence[Unit]) -> str:
    flat = [
        [*unit.span, *unit.features[:3], " ".join(unit.features.capitals), " ".join(unit.terms)] for unit in of_text
    ]
    return json.dumps(flat, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> list[Unit]:
    return [
        Unit(Span(start, end), terms.split(), Features(first, asks, times, capitals.split()))
        for start, end, first, asks, times, capitals, terms in json.loads(text)
    ]


def spans(text: str) -> list[Span]:
    """Of sentences together, as many as make a passage; of a short text, all of it."""
    if len(text) <= WHOLE_CHARS:
        return [Span(0, len(text))] if text.strip() else []
    found: list[Span] = []
    start = 0
    for end in _sentence_ends(text):
        if end - start >= PASSAGE_CHARS:
            found.append(Span(start, end))
            start = end
    if text[start:].strip():
        found.append(Span(start, len(text)))
    return [span for span in found if text[span.start : span.end].strip()][:MOST_UNITS]


def _sentence_ends(text: str) -> Iterator[int]:
    """Also within what is long and has none: at a space, or anywhere."""
    at = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        while end - at > WHOLE_CHARS:
            space = _WORD_END.search(text, at + PASSAGE_CHARS, at + WHOLE_CHARS)
            at = space.end() if space else at + WHOLE_CHARS
            yield at
        if end > at:
            at = end
            yield at
