"""A model that does all that models do."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.ollama import Calls, Delay, FakeOllama, Item, Thought

PACE_S = 0.01
MODEL = "tooled:1b"
THOUGHT = "hm, " * 10
PAGE = "<!doctype html>\n<title>Clock</title>\n" + "<p>tick</p>\n" * 30
ANSWER = [*["It is forty-two, "] * 10, "\n\n```html\n", *PAGE.splitlines(keepends=True), "```\n"]
TOOLS = ("remember", "calculate", "list_conversations", "create_artifact")


class Busy(FakeOllama):
    """Three rounds of tools to each question, as far as they were not asked for yet, then an answer with a page in it,
    as far as it was not said yet."""

    def __init__(self) -> None:
        super().__init__()
        self.models.append(MODEL)
        self.capabilities[MODEL] = ["completion", "tools", "thinking"]

    def next_script(self, body: dict[str, Any]) -> Iterator[Item]:
        self.requests.append(body)
        messages = body["messages"]
        asked = max(at for at, message in enumerate(messages) if message["content"].startswith("question"))
        rounds = sum("tool_calls" in message for message in messages[asked:])
        question = messages[asked]["content"].split()[1]
        made = {"type": "svg", "name": f"Drawing {question}", "content": "<svg><circle r='1'/></svg>"}
        calls: list[tuple[tuple[str, Any], ...]] = [
            (("remember", {"content": f"fact {question} a"}), ("calculate", {"expression": "6 * 7"})),
            (("list_conversations", {}), ("create_artifact", made)),
            (("remember", {"content": f"fact {question} b"}),),
        ]
        if rounds < len(calls):
            yield from _paced(Thought(THOUGHT), "Let me see. ")
            yield Calls(*calls[rounds])
        else:
            yield from _paced(Thought(THOUGHT), *_rest(messages[asked:]))


def _paced(*items: Item) -> Iterator[Item]:
    for item in items:
        yield Delay(PACE_S)
        yield item


def _rest(messages: list[dict[str, Any]]) -> Iterator[str]:
    """What of the answer is not said yet: a model that continues goes on where it was cut."""
    begun = [one for one in messages if one["role"] == "assistant" and "tool_calls" not in one]
    said = len(begun[-1]["content"]) if begun else 0
    for piece in ANSWER:
        if said < len(piece):
            yield piece[said:]
        said = max(0, said - len(piece))
