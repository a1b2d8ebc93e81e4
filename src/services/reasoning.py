"""What a model thinks, told from what it says, piece by piece.

Some tell it apart from their text. Others mark it there by tags of their own, at the beginning of a line. A tag in the
middle of a sentence or in a fenced block of code is text about it. Some templates open the block before the model
begins: then only its end is there. What may be the beginning of a mark waits for what comes next.
"""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Final, NamedTuple

from src.entities.parts import REASONING, REFERENCES, TEXT, Body, Draft
from src.services.llm.protocol import Delta

TAGS: Final = (
    ("<think>", "</think>"),  # DeepSeek R1, Qwen, and most others
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),  # EXAONE
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),  # Magistral
    ("◁think▷", "◁/think▷"),  # Kimi
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|start_thinking|>", "<|end_thinking|>"),  # Command A
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),  # gpt-oss
    ("<unused94>thought", "<unused95>"),  # MedGemma
)
_CLOSE_OF: Final = dict(TAGS)
_CLOSES: Final = tuple(close for _, close in TAGS)
_FIRST_CHARS: Final = {tag[0] for pair in TAGS for tag in pair}
_LONGEST: Final = max(len(tag) for pair in TAGS for tag in pair)
_ANY_TAG: Final = re.compile("|".join(re.escape(tag) for pair in TAGS for tag in pair), re.IGNORECASE)
_FENCES: Final = "`~"
_FENCE_CHARS: Final = 3
_BETWEEN: Final = "\n\n"
"""Two blocks that follow each other are one part."""


class Piece(NamedTuple):
    """Of a part of this kind: see `Draft.add`."""

    kind: str
    text: str
    thought_ms: int | None = None

    def joins(self, after: "Piece") -> bool:
        """Whether this and what comes after it may be one."""
        return self.kind == after.kind and self.text != "" != after.text and self.kind not in REFERENCES


class Splitter:
    """Of one run of a reply. It `has_thought` once anything was marked as reasoning, be it empty. What `goes_on` keeps
    the space before its words, though it is thought first: without it a block would not begin on a line of its own."""

    def __init__(self, *, goes_on: bool = False) -> None:
        self.has_thought = False
        self._goes_on = goes_on
        self._held = ""
        self._read: Callable[[Splitter], bool] = Splitter._begin
        self._pieces: list[Piece] = []
        self._last_kind = ""
        self._said = False
        self._fence = ""
        self._close_tag, self._close = "", re.compile("")
        self._block: list[str] = []
        """How the last one was opened, and what it says."""
        self._block_chars = 0

    def split(self, delta: Delta) -> list[Piece]:
        if delta.thinking:
            self._think(delta.thinking)
        elif self._read is Splitter._in_line and delta.content and not self._held and "\n" not in delta.content:
            self._last_kind = TEXT  # as is most of what is said
            return [Piece(TEXT, delta.content)]
        self._held += delta.content
        while self._held and self._read(self):
            pass
        return self._told()

    def rest(self) -> list[Piece]:
        """What still waits, when nothing more comes."""
        held, self._held = self._held, ""
        if self._read is Splitter._in_block:
            self._think_on(held)
        elif self._read is Splitter._at_block:
            self._block.append(held)
        else:
            self._add(TEXT, held.lstrip() if self._read is Splitter._behind and not self._said else held)
        return self._told()

    def taken_back(self) -> tuple[int, str] | None:
        """A block without an end, after something was said, is text about one once the model has said all: how many
        characters of reasoning it was, and that text. See `Draft.take_back`."""
        is_open = self._read in (Splitter._at_block, Splitter._in_block)
        return (self._block_chars, "".join(self._block)) if is_open and self._said else None

    def _told(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _add(self, kind: str, text: str) -> None:
        """What comes together is one piece."""
        if not text:
            return
        self._said = self._said or (kind == TEXT and not text.isspace())
        self._last_kind = kind
        piece = Piece(kind, text)
        if self._pieces and self._pieces[-1].joins(piece):
            piece = Piece(kind, self._pieces.pop().text + text)
        self._pieces.append(piece)

    def _take(self, chars: int) -> str:
        taken, self._held = self._held[:chars], self._held[chars:]
        return taken

    # Each reads on from where what is held begins, and returns whether it could without knowing what comes next.

    def _begin(self) -> bool:
        return self._skip(is_said=True)

    def _behind(self) -> bool:
        """Another block may follow, and the answer begins with its words, whatever space there is."""
        return self._skip(is_said=self._said)

    def _skip(self, *, is_said: bool) -> bool:
        words = self._held.lstrip()
        tag, may_be = _tag_of(words, _CLOSE_OF)
        if not words or may_be:
            return False
        space = self._take(len(self._held) - len(words))
        if tag:
            self._open(tag)
            return True
        self._add(TEXT, space if is_said else "")
        self._read = Splitter._at_line if self._read is Splitter._begin or "\n" in space else Splitter._in_line
        return True

    def _at_line(self) -> bool:
        words = self._held.lstrip(" \t")
        indent = len(self._held) - len(words)
        fence = "".join(takewhile(words[0].__eq__, words)) if words and words[0] in _FENCES else ""
        opens, may_open = _tag_of(words, _CLOSE_OF)
        closes, may_close = _tag_of(words, _CLOSES)
        if words == fence or may_open or may_close:
            return False
        if opens or closes:
            indented = self._take(indent)
            self._open(opens, indented) if opens else self._close_all(closes)
        elif len(fence) >= _FENCE_CHARS:
            self._fence, self._read = fence, Splitter._in_code
        else:
            self._read = Splitter._in_line
        return True

    def _in_line(self) -> bool:
        return self._say_line(Splitter._at_line)

    def _in_code(self) -> bool:
        return self._say_line(Splitter._at_code_line)

    def _say_line(self, then: Callable[["Splitter"], bool]) -> bool:
        end = self._held.find("\n") + 1
        self._add(TEXT, self._take(end or len(self._held)))
        if end:
            self._read = then
        return True

    def _at_code_line(self) -> bool:
        words = self._held.lstrip(" \t")
        if len(words) < len(self._fence) and self._fence.startswith(words):
            return False
        self._read = Splitter._in_code
        if words.startswith(self._fence):
            self._add(TEXT, self._take(len(self._held) - len(words) + len(self._fence)))
            self._read = Splitter._in_line
        return True

    def _at_block(self) -> bool:
        words = self._held.lstrip()
        self._block.append(self._take(len(self._held) - len(words)))
        self._read = Splitter._in_block if words else Splitter._at_block
        return bool(words)

    def _in_block(self) -> bool:
        if end := self._close.search(self._held):
            self._think_on(self._take(end.start()).rstrip())
            self._take(len(end[0]))
            self._read = Splitter._behind
            return True
        self._think_on(self._take(len(self._before(self._close_tag).rstrip())))
        return False

    def _before(self, tag: str) -> str:
        """What is held, without what may be the beginning of this one."""
        held = self._held
        for chars in range(min(len(tag) - 1, len(held)), 0, -1):
            if held[-chars:].lower() == tag[:chars]:
                return held[:-chars]
        return held

    def _think(self, text: str) -> None:
        self.has_thought = True
        self._add(REASONING, text if self._last_kind == REASONING else text.lstrip())
        if self._read is Splitter._begin and not self._goes_on:
            self._read = Splitter._behind

    def _open(self, tag: str, indent: str = "") -> None:
        self.has_thought = True
        self._block, self._block_chars = [indent + self._take(len(tag))], 0
        self._close_tag = _CLOSE_OF[tag]
        self._close = re.compile(re.escape(self._close_tag), re.IGNORECASE)
        self._read = Splitter._at_block

    def _think_on(self, text: str) -> None:
        self._block.append(text)
        is_first = self._block_chars == 0
        if text and is_first and self._last_kind == REASONING:
            text = _BETWEEN + text
        self._block_chars += len(text)
        self._add(REASONING, text)

    def _close_all(self, tag: str) -> None:
        """Some templates open the block before the model begins: all until here was thought."""
        self.has_thought, self._said = True, False
        self._take(len(tag))
        if self._last_kind:
            self._pieces.append(Piece(REASONING, ""))
            self._last_kind = REASONING
        self._read = Splitter._behind


def without(text: str) -> str:
    """What is said in a text of before reasoning was a part of its own, or that a person has written."""
    if not _ANY_TAG.search(text):
        return text
    splitter = Splitter()
    draft = Draft(Body(""))
    for piece in [*splitter.split(Delta(text)), *splitter.rest()]:
        draft.add(*piece)
    if back := splitter.taken_back():
        draft.take_back(*back)
    return draft.body().content


def _tag_of(words: str, tags: Iterable[str]) -> tuple[str, bool]:
    """The tag with which it begins, if it does; and whether it may once more is there."""
    if not words or words[0] not in _FIRST_CHARS:
        return "", False
    start = words[:_LONGEST].lower()
    tag = next((tag for tag in tags if start.startswith(tag)), "")
    return tag, not tag and any(tag.startswith(start) for tag in tags)
