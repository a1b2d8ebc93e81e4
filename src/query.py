"""What somebody who searches wants: the parts of a query, each with the tokens that the index is asked for and a
pattern by which a text itself is asked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from src.words import GRAM_CHARS, MAX_TOKEN_CHARS, PAIRS, SYMBOL, TOKEN, TRIPLES, WORD, fold, pair

MAX_PARTS = 32
"""Databases refuse expressions that are too deep."""
MAX_TERMS = 16
"""Of one part: its pattern knows the rest."""

_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = regex.compile(r'"([^"]*)("?)|([^\s"]+)')
_BETWEEN = rf"[^\p{{L}}\p{{M}}\p{{N}}{PAIRS}{TRIPLES}{SYMBOL}]+"


@dataclass(frozen=True, slots=True)
class Term:
    """A token, or the start of one."""

    token: str
    is_prefix: bool = False


@dataclass(frozen=True)
class Part:
    """`terms` are all in a text that has it. Whether one that has them all has it too, `is_exact` says: else the text
    is to be asked. Of punctuation there is no term."""

    terms: tuple[Term, ...]
    is_exact: bool
    source: str

    @cached_property
    def pattern(self) -> Any:
        """Where it stands in a folded text, with the rest of the word that it begins as group 1."""
        return regex.compile(f"(?V1){self.source}")

    @cached_property
    def inside(self) -> Any:
        """The same, within a word too: the index knows where names have inner words."""
        return regex.compile(f"(?V1){self.source.removeprefix(_START)}")


_START = f"(?<!{WORD})"
_REST = f"({WORD}*)"
_END = f"()(?!{WORD})"


def parse(query: str) -> list[Part]:
    """What is between quotes belongs together, and its last word is whole; of other words the start is enough."""
    wanted: dict[str, Part] = {}
    for quoted, closed, plain in dict.fromkeys(_PART.findall(query.translate(_QUOTES))):
        part = _part(fold(quoted or plain), is_whole=bool(closed))
        if part is not None:
            wanted.setdefault(part.source, part)
        if len(wanted) == MAX_PARTS:
            break
    return list(wanted.values())


def _part(text: str, *, is_whole: bool) -> Part | None:
    found = list(TOKEN.finditer(text))
    if not found:
        text = text.strip()
        return Part((), is_exact=False, source=f"{regex.escape(text)}()") if text else None
    ends_open = found[-1].lastgroup == "word" and not is_whole
    terms = _all_terms(found, ends_open=ends_open)
    is_cut = any(len(match[0]) > MAX_TOKEN_CHARS for match in found)
    source = _START if found[0].lastgroup == "word" else ""
    for before, match in zip([None, *found], found, strict=False):
        source += _BETWEEN if before is not None and before.end() < match.start() else ""
        source += regex.escape(match[0], special_only=True)
    source += "()" if found[-1].lastgroup != "word" else _END if is_whole else _REST
    return Part(tuple(terms[:MAX_TERMS]), len(found) == len(terms) == 1 and not is_cut, source)


def _all_terms(found: list[Any], *, ends_open: bool) -> list[Term]:
    """Two short words in one: no text that has both in it has either less."""
    last = len(found) - 1
    terms: list[Term] = []
    is_in = False
    for n, match in enumerate(found):
        both = _pair(match, found[n + 1]) if n < last - ends_open else None
        if both is not None:
            terms.append(Term(both))
        elif not is_in:
            terms += _terms(match, is_open=ends_open and n == last)
        is_in = both is not None
    return terms


def _pair(first: Any, second: Any) -> str | None:
    if GRAM_CHARS.keys() & {first.lastgroup, second.lastgroup}:
        return None
    return pair(first[0], second[0])


def _terms(match: Any, *, is_open: bool) -> list[Term]:
    token, n = match[0], GRAM_CHARS.get(match.lastgroup)
    if n is None:
        return [Term(token[:MAX_TOKEN_CHARS], is_open and len(token) < MAX_TOKEN_CHARS)]
    if len(token) < n:
        return [Term(token, is_prefix=True)]
    return [Term(token[start : start + n]) for start in range(len(token) - n + 1)]
