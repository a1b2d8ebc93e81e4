"""The passage of a text that shows why it was found, and how good a find it is: from the text itself, so that it is the
same whatever database named it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from src.query import Part
from src.words import fold

FROM, TO = "\x02", "\x03"
PASSAGE_CHARS = 220
CHARS_BEFORE = 60
MOST_SPANS = 200
BLOCK_CHARS, OVERLAP_CHARS = 2_000, 250

K1, B, USUAL_CHARS = 0.9, 0.4, 400
"""Of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009); every word is in every text that is
scored, so how rare the words are in others makes no difference."""
OF_A_START = 0.5
"""How much the start of a word counts, beside a whole one."""

_MARKS = regex.compile(f"[{FROM}{TO}]")
_CLUSTER = regex.compile(r"\P{M}\p{M}*|\p{M}+")


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    part: int


def score(content: str, parts: Sequence[Part]) -> float:
    folded = fold(content)
    length = K1 * (1 - B + B * len(folded) / USUAL_CHARS)
    total = 0.0
    for part in parts:
        rests = part.pattern.findall(folded)
        often = sum(OF_A_START if rest else 1.0 for rest in rests)
        total += often / (often + length)
    return total


def passage(content: str, parts: Sequence[Part]) -> str:
    """Matches between U+0002 and U+0003; the beginning where nothing is to be marked."""
    content = _MARKS.sub(" ", content)
    block, start = _block(content, parts)
    spans = _spans(block, parts)
    first = _densest(spans)
    if first is None:
        return _cut(content, 0, 0, ())
    return _cut(content, start, first.start, [span for span in spans if span.start >= first.start])


def _block(content: str, parts: Sequence[Part]) -> tuple[str, int]:
    """The part of a long text that has most of what is sought, and where it begins."""
    best, most = (content[:BLOCK_CHARS], 0), 0
    for start in range(0, max(1, len(content)), BLOCK_CHARS - OVERLAP_CHARS) if parts else ():
        block = content[start : start + BLOCK_CHARS]
        folded = fold(block)
        n = sum(part.inside.search(folded) is not None for part in parts)
        if n > most:
            best, most = (block, start), n
        if n == len(parts):
            break
    return best


def _spans(block: str, parts: Sequence[Part]) -> list[_Span]:
    folded, origins = _aligned(block)
    found = []
    for number, part in enumerate(parts):
        pattern = part.pattern if part.pattern.search(folded) else part.inside
        found += [_Span(origins[m.start()], origins[m.end()], number) for m in pattern.finditer(folded)]
    return sorted(found, key=lambda span: (span.start, -span.end))[:MOST_SPANS]


def _aligned(block: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each place in it (and its end) the place in `block` that it comes from."""
    if block.isascii():
        return fold(block), range(len(block) + 1)
    texts, origins = [], []
    for match in _CLUSTER.finditer(block):
        folded = _fold_cluster(match[0])
        texts.append(folded)
        origins += [match.start()] * len(folded)
    return "".join(texts), [*origins, len(block)]


_fold_cluster = lru_cache(4096)(fold)


def _densest(spans: Sequence[_Span]) -> _Span | None:
    """Where most different parts follow within a passage."""

    def followed_by(first: _Span) -> int:
        near = first.start + PASSAGE_CHARS - CHARS_BEFORE
        return len({span.part for span in spans if first.start <= span.start and span.end <= near})

    return max(spans, key=lambda span: (followed_by(span), -span.start), default=None)


def _cut(content: str, base: int, at: int, spans: Sequence[_Span]) -> str:
    begin = max(0, base + at - CHARS_BEFORE)
    end = min(len(content), begin + PASSAGE_CHARS)
    if begin > 0 and (blank := content.find(" ", begin, base + at)) >= 0:
        begin = blank + 1
    if end < len(content) and (blank := content.rfind(" ", begin + PASSAGE_CHARS // 2, end)) >= 0:
        end = blank
    pieces = "".join(_marked(content, begin, end, base, spans))
    return f"{'…' if begin else ''}{pieces}{'…' if end < len(content) else ''}"


def _marked(content: str, begin: int, end: int, base: int, spans: Sequence[_Span]) -> Iterator[str]:
    at = begin
    for span in spans:
        start, stop = base + span.start, min(base + span.end, end)
        if start < at or stop <= start:
            continue
        yield f"{content[at:start]}{FROM}{content[start:stop]}{TO}"
        at = stop
    yield content[at:end]
