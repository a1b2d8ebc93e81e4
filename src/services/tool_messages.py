"""A reply as the model is shown it: what it said, the tools that it called in between, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from src.entities import Body, TextPart, ToolCallPart, ToolResult
from src.entities.parts import answer
from src.json_values import text_of
from src.services import reasoning
from src.services.llm.protocol import CalledTool, PromptMessage, ToolSpec
from src.unicode import is_blank

NOT_RUN: Final = "[This tool was not run.]"
REFUSED: Final = "[The person did not allow this. Do not ask for it again unless they want it.]"
MOST_ARGUMENTS_CHARS: Final = 4_000


@dataclass(frozen=True, slots=True)
class ToolTalk:
    """What tools have to do with a prompt: which are `offered`, the `results` of earlier replies by id, None where the
    model cannot read such messages, and what this reply `ran` since its question."""

    offered: Sequence[ToolSpec] = ()
    results: Mapping[str, ToolResult] | None = None
    ran: Sequence[PromptMessage] = ()


NO_TOOLS: Final = ToolTalk()


@dataclass(slots=True)
class _Round:
    text: str = ""
    calls: list[ToolResult] = field(default_factory=list)

    def messages(self) -> list[PromptMessage]:
        said: PromptMessage = {"role": "assistant", "content": reasoning.without(self.text).strip()}
        said["tool_calls"] = [_called(one) for one in self.calls]
        return [said, *map(_answered, self.calls)]


def messages_of(body: Body, results: Mapping[str, ToolResult]) -> tuple[list[PromptMessage], str]:
    """All up to its last tool call, and the words behind it."""
    rounds = [_Round()]
    for part in body.parts or ():
        if isinstance(part, ToolCallPart) and part.id in results:
            rounds[-1].calls.append(results[part.id])
        elif isinstance(part, TextPart):
            if rounds[-1].calls:
                rounds.append(_Round())
            rounds[-1].text += body.content if part.text is None else part.text
    return [said for each in rounds if each.calls for said in each.messages()], answer(body).lstrip("\n")


def _answered(one: ToolResult) -> PromptMessage:
    return {"role": "tool", "content": _result(one), "tool_name": one.name}


def _called(one: ToolResult) -> CalledTool:
    """Arguments that are no object, or far too long, are given as a text, cut visibly."""
    arguments, text = one.arguments, text_of(one.arguments)
    if not isinstance(arguments, dict) or len(text) > MOST_ARGUMENTS_CHARS:
        more = "" if len(text) <= MOST_ARGUMENTS_CHARS else " [cut here]"
        arguments = {"unreadable": text[:MOST_ARGUMENTS_CHARS] + more}
    return {"function": {"name": one.name, "arguments": arguments}}


def _result(one: ToolResult) -> str:
    if one.status == "done":
        return text_of(one.result) or "[Nothing.]"
    if one.status == "failed" and one.error is not None:
        return " ".join(filter(None, ("Error:", one.error.message, one.error.hint)))
    return REFUSED if one.status == "refused" else NOT_RUN


def words_after(messages: Sequence[PromptMessage], words: str) -> list[PromptMessage]:
    """With what was said behind the last call, in a round that is over."""
    return [*messages] if is_blank(words) else [*messages, {"role": "assistant", "content": words}]
