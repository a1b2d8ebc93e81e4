"""How the fake chats: what its script says, token by token."""

import time
from collections.abc import Iterable

from src.services.llm.ollama_http import Body, Refusal
from tests.fakes.answers import final, part
from tests.fakes.script import Calls, Cut, Delay, Error, Garbage, Hold, Item, Part, Silence, Status, Stop, Thought
from tests.fakes.serving import Left, Serving


class Chats(Serving):
    def chat(self, body: Body) -> None:
        self._require_capabilities(body)
        script = self.fake.next_script(body)
        try:
            self.require(body)
            self.fake.load(body)
            self._play(script, body)
        except (Left, BrokenPipeError, ConnectionResetError):
            self.fake.disconnects += not self.fake.is_stopped
            self.leave()

    def _play(self, script: Iterable[Item], body: Body) -> None:
        begun, tokens = time.monotonic_ns(), 0
        for item in script:
            if self.client_is_gone():
                raise Left
            if isinstance(item, Calls):
                called = {"tool_calls": [{"function": fields} for fields in item.fields]}
                self.send_line(part(body, "", done=False) | {"message": {"role": "assistant", "content": "", **called}})
            elif isinstance(item, str | Thought):
                tokens += 1
                self.send_line(part(body, item, done=False))
            elif isinstance(item, Part):
                fields = part(body, "", done=False) | item.fields
                self.send_line({name: value for name, value in fields.items() if value is not None})
                if fields["done"]:
                    return
            elif isinstance(item, Delay | Hold | Silence):
                self.wait(item)
            elif self.misbehaves(item):
                return
        self.send_line(final(body, self.fake.count(body), tokens, time.monotonic_ns() - begun))

    def misbehaves(self, item: Cut | Stop | Error | Garbage | Status) -> bool:
        """Whether the stream ended."""
        match item:
            case Garbage(line):
                self.send_raw_line(line)
                return False
            case Error(text):
                self.send_line({"error": text})
            case Status(code, error):
                raise Refusal(code, error)
            case Stop():
                self.begin_stream()
            case Cut():
                self.cut()
        return True

    def _require_capabilities(self, body: Body) -> None:
        """As Ollama does where a model cannot: telling it not to think is always taken."""
        known = self.fake.capabilities.get(body["model"], ["completion"])
        for name, needed in (("think", "thinking"), ("tools", "tools")):
            if body.get(name) and needed not in known:
                raise Refusal(400, f'"{body["model"]}" does not support {needed}')
