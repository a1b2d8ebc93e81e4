"""What a chat's stream is made of, as much of it as can be understood: a number that is none does not break a reply."""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, Field

from src import json_values
from src.services.llm.protocol import Delta, ModelUsage, ToolCall
from src.unicode import Joiner, storable

MOST: Final = 2**53
"""What JSON, and the columns that it comes to, hold exactly."""
REASON_CHARS: Final = 40
NOTHING: Final = Delta("")
NAME_CHARS: Final = 200


def _count(said: object) -> int:
    is_number = isinstance(said, int | float) and math.isfinite(said)
    return int(said) if is_number and 0 <= said <= MOST else 0  # type: ignore[operator,call-overload]


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""


def _list(said: object) -> list[Any]:
    """What is no list is one that has it, so that it is seen; nothing is none."""
    return said if isinstance(said, list) else [said] if said else []


Count = Annotated[int, BeforeValidator(_count)]
Text = Annotated[str, BeforeValidator(_text)]


class Words(BaseModel):
    content: Text = ""
    thinking: Text = ""
    tool_calls: Annotated[list[Any], BeforeValidator(_list)] = Field(default_factory=list)


class ChatPart(BaseModel):
    """One line. `done` says that it is the last one; a server that leaves it out may give a `done_reason` instead."""

    message: Annotated[Words, BeforeValidator(lambda said: {} if said is None else said)] = Words()
    done: bool | None = None
    done_reason: Text = ""
    total_duration: Count = 0
    load_duration: Count = 0
    prompt_eval_count: Count = 0
    prompt_eval_duration: Count = 0
    eval_count: Count = 0
    eval_duration: Count = 0

    @property
    def may_be_last(self) -> bool:
        return self.done is None and self.done_reason != ""


def up_to_the_last(parts: Sequence[ChatPart]) -> Sequence[ChatPart]:
    """Nothing counts that comes behind it."""
    return next((parts[: n + 1] for n, part in enumerate(parts) if part.done), parts)


class Deltas:
    """Parts → deltas, with characters whole that chunks tear apart."""

    def __init__(self) -> None:
        self._content, self._thinking = Joiner(), Joiner()

    def of(self, parts: Iterable[ChatPart]) -> Iterator[Delta]:
        """What came together is one, as far as it is of one kind."""
        whole = NOTHING
        for delta in map(self._delta, parts):
            if (both := _together(whole, delta)) is None:
                yield whole
            whole = both or delta
        if whole != NOTHING:
            yield whole

    def _delta(self, part: ChatPart) -> Delta:
        said = part.message
        return Delta(
            self._content.joined(said.content),
            thinking=self._thinking.joined(said.thinking),
            tool_calls=tuple(map(_called, said.tool_calls)) if said.tool_calls else (),
        )

    def rest(self) -> Delta:
        return Delta(self._content.rest(), thinking=self._thinking.rest())

    def last(self, part: ChatPart) -> Delta:
        rest = self.rest()
        reason = storable(part.done_reason[:REASON_CHARS])
        return Delta(rest.content, _usage(part), reason, rest.thinking)


def _together(one: Delta, other: Delta) -> Delta | None:
    if one is NOTHING:
        return other
    if one.tool_calls and (other.content or other.thinking):
        return None
    content, thinking = one.content + other.content, one.thinking + other.thinking
    if content and thinking:
        return None
    calls, tokens = one.tool_calls + other.tool_calls, one.tokens + other.tokens
    return Delta(content, thinking=thinking, tool_calls=calls, tokens=tokens)


def _called(said: Any) -> ToolCall:
    """What no tool is called by has an empty name. Some servers send arguments as the text of their JSON."""
    function = said.get("function") if isinstance(said, dict) else None
    if not isinstance(function, dict):
        return ToolCall("", said)
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        with suppress(ValueError):
            arguments = json_values.read(arguments or "{}")
    return ToolCall(storable(_text(function.get("name")))[:NAME_CHARS], {} if arguments is None else arguments)


def _usage(last: ChatPart) -> ModelUsage:
    return ModelUsage(
        prompt_tokens=last.prompt_eval_count,
        completion_tokens=last.eval_count,
        load_ms=last.load_duration / 1e6,
        prompt_ms=last.prompt_eval_duration / 1e6,
        completion_ms=last.eval_duration / 1e6,
        total_ms=last.total_duration / 1e6,
    )
