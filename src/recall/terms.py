"""The terms of a text: stems of its words without stop words, pairs of characters where words have no spaces.

Stems are those of Snowball (https://snowballstem.org), for the language that most stop words of the text are of.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

import regex
import Stemmer
from stop_words import get_stop_words

from src.words import MAX_TOKEN_CHARS, TOKEN, fold

_ENGLISH = """
a about above after again all also always am an and another any are aren around as at be because been before
being below between both but by can cannot could couldn d did didn do does doesn doing don done down during
each either else ever every few for from further get gets getting go goes going gone gonna got gotta had hadn
has hasn have haven having he her here hers herself hey hi him himself his how i if in into is isn it its
itself just let lets like ll m made make many may maybe me might more most much must my myself no nor not now
of off oh ok okay on once one only or other our ours ourselves out over own people re really s same shall she
should shouldn so some something still such sure t than thank thanks that the their theirs them themselves
then there these they thing things this those through to too under until up upon us ve very was wasn way we
well were weren what when where which while who whom whose why will with won would wouldn wow yeah yes yet you
your yours yourself yourselves
"""
ENGLISH = frozenset(_ENGLISH.split())
"""Function words, and what people say to each other in any talk."""
_OTHERS = """
arabic catalan danish dutch finnish french german greek hungarian indonesian italian norwegian polish
portuguese romanian russian spanish swedish turkish
"""
OTHERS = tuple(_OTHERS.split())
"""Languages that both the stemmers and the lists of stop words know, by the same names."""
GRAM_CHARS = 2

_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_ASCII_WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {"english": ENGLISH} | {name: frozenset(get_stop_words(name)) for name in OTHERS}


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    """The languages that have a word as a stop word."""
    found: dict[str, list[str]] = {}
    for name, words in _stop_words().items():
        for word in words:
            found.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in found.items()}


@cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer("porter" if language == "english" else language)


@lru_cache(100_000)
def _stem(language: str, word: str) -> str:
    stem = str(_stemmer(language).stemWord(word))
    return stem if stem.isascii() else fold(stem)


def language_of(words: list[str]) -> str:
    """English, unless another language has more of the words as stop words."""
    votes: dict[str, int] = {}
    known = _languages_of()
    for word in words:
        for name in known.get(word, ()):
            votes[name] = votes.get(name, 0) + 1
    english = votes.get("english", 0)
    best = max(votes, key=votes.__getitem__, default="english")
    return best if votes.get(best, 0) > english else "english"


def terms(text: str) -> list[str]:
    """In the order of the text, as often as they are there."""
    text = _POSSESSIVE.sub("", text.lower())
    if text.isascii():
        words = _ASCII_WORD.findall(text)
        language = language_of(words)
        stop = _stop_words()[language]
        return [_stem(language, word[:MAX_TOKEN_CHARS]) for word in words if word not in stop and _says(word)]
    return list(_of_any_script(text))


def spellings(text: str) -> dict[str, str]:
    """Returns each term, in their order, as the text writes it first."""
    text = _POSSESSIVE.sub("", text)
    words = _ASCII_WORD.findall(text) if text.isascii() else [run[0] for run in TOKEN.finditer(text)]
    language = language_of([word.lower() for word in words])
    written = {_stem(language, word.lower()[:MAX_TOKEN_CHARS]): word for word in reversed(words)}
    return {term: written.get(term, term) for term in terms(text)}


def _says(word: str) -> bool:
    return len(word) > 1 or word.isdigit()


def _of_any_script(text: str) -> Iterator[str]:
    runs: list[regex.Match[str]] = list(TOKEN.finditer(text))
    language = language_of([run[0] for run in runs if run.lastgroup == "word"])
    stop = _stop_words()[language]
    for run in runs:
        if run.lastgroup in ("pairs", "triples"):
            yield from _grams(fold(run[0]))
        elif run.lastgroup == "word" and run[0] not in stop and _says(run[0]):
            yield _stem(language, run[0][:MAX_TOKEN_CHARS])


def _grams(run: str) -> Iterator[str]:
    yield from (first + second for first, second in pairwise(run)) if len(run) >= GRAM_CHARS else (run,)
