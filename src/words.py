"""What a text is found by: tokens that are made here, so that every database finds the same.

A token is a word; a piece of a run in a script that is written without spaces, so that any part of the run is found
(overlapping n-grams: Manning et al., "Introduction to Information Retrieval", 2.2.1); a symbol, as emoji are; or what
stands for two short words that follow each other (the same, 2.4.3): those are in every text, so that what is quoted
could not be told from them otherwise.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import regex

MAX_TOKEN_CHARS = 64
MAX_TOKENS_BYTES = 600_000
"""Of a text: PostgreSQL refuses more than a megabyte. What people write does not come near."""

PAIRED_CHARS = 7
"""Of both words, at most: with longer ones the index grows more than searches gain. A third of what is written."""
FIRST_PAIR, PAIR_COUNT = 0xE000, 6_000
"""Characters that mean nothing by themselves (https://www.unicode.org/faq/private_use): in no other token."""

PAIRS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Yi}ー"
TRIPLES = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Javanese}\p{Balinese}\p{Tai_Tham}\p{New_Tai_Lue}\p{Tai_Le}"
GRAM_CHARS = {"pairs": 2, "triples": 3}
WORD = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{PAIRS}{TRIPLES}]]"
SYMBOL = r"[[\p{S}#@%&]--[`|^]]"
TOKEN = regex.compile(
    rf"(?V1)(?P<pairs>[{PAIRS}]+)|(?P<triples>[{TRIPLES}]+)|(?P<word>{WORD}+)|(?P<symbol>\p{{RI}}{{2}}|{SYMBOL})"
)
_ASCII_TOKEN = re.compile(r"[a-z0-9]+|[#@%&+<=>$~]")

_SILENT = regex.compile(
    r"(?V1)[\p{Cf}\u0640]"
    r"|[[\p{Mn}&&[\p{Zinh}\p{Arabic}\p{Hebrew}\p{Syriac}\p{Cyrillic}\p{Greek}\p{Latin}]]--[\u3099\u309a]]"
)
"""Accents, points, vowel signs, and what is not seen at all: written or left out at will."""
_ALIKE = str.maketrans(
    {"ı": "i", "đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ی": "ي", "ى": "ي", "ک": "ك"}
)
_DIGIT = regex.compile(r"(?V1)[\p{Nd}--[0-9]]")
_INNER = regex.compile(
    rf"(?V1)(?:(?<=\p{{Ll}})(?=\p{{Lu}})|(?<=\p{{Lu}})(?=\p{{Lu}}\p{{Ll}})|(?<=[\p{{L}}\p{{M}}]\u200c))"
    rf"([\p{{L}}\p{{M}}\p{{N}}\u200c]{{1,{MAX_TOKEN_CHARS}}})(?=((?s:[^\p{{L}}\p{{M}}\p{{N}}]*.{{0,{MAX_TOKEN_CHARS}}})))",
)
"""With what follows, whatever stands between."""
_ASCII_INNER = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
"""Where ASCII has one: most texts have none, and are asked in a tenth of the time."""


def fold(text: str) -> str:
    """Without case, accents, and other differences between ways to write the same."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    text = unicodedata.normalize("NFC", _SILENT.sub("", text).translate(_ALIKE))
    return str(_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text))


def tokens(text: str) -> list[str]:
    """Each once, words in the order of the text."""
    found = dict.fromkeys(_tokens(_runs(fold(text))))
    for inner in _inner_words(text):  # getUserName is found by UserName and Name too
        found |= dict.fromkeys(_tokens(_runs(fold(inner[1]))))
        found |= dict.fromkeys(_pairs(_runs(fold(inner[1] + inner[2]))[:2]))
    return list(found) if len(text) * 8 < MAX_TOKENS_BYTES else _that_fit(found)


def _inner_words(text: str) -> Iterator[regex.Match[str]]:
    has_none = text.isascii() and not _ASCII_INNER.search(text)
    return iter(()) if has_none else _INNER.finditer(text, overlapped=True)


def pair(first: str, second: str) -> str | None:
    """What stands for both, and for some others; None for long ones."""
    if len(first) + len(second) > PAIRED_CHARS:
        return None
    return chr(FIRST_PAIR + crc32(f"{first} {second}".encode()) % PAIR_COUNT)


def _that_fit(found: dict[str, None]) -> list[str]:
    size, fitting = 0, []
    for token in found:
        size += len(token.encode()) + 4
        if size > MAX_TOKENS_BYTES:
            break
        fitting.append(token)
    return fitting


def _runs(folded: str) -> Sequence[tuple[str, int]]:
    """Words, symbols, and runs without spaces, with the size of the pieces that these are found by."""
    if folded.isascii():
        return [(token, 0) for token in _ASCII_TOKEN.findall(folded)]
    return [(match[0], GRAM_CHARS.get(match.lastgroup or "", 0)) for match in TOKEN.finditer(folded)]


def _tokens(runs: Sequence[tuple[str, int]]) -> Iterator[str]:
    for token, n in runs:
        if n:
            yield from (token[start : start + n] for start in range(len(token)))
        else:
            yield token[:MAX_TOKEN_CHARS]
    yield from _pairs(runs)


def _pairs(runs: Sequence[tuple[str, int]]) -> Iterator[str]:
    for (first, is_run), (second, is_run_too) in pairwise(runs):
        if not (is_run or is_run_too) and (both := pair(first, second)):
            yield both
