"""The models that the fake has: listed, shown, in memory or not, pulled, deleted."""

import time
from collections.abc import Iterator

from src.services.llm.ollama_http import Body, Refusal
from tests.fakes.answers import MODIFIED_AT, entry, running, shown
from tests.fakes.chats import Chats
from tests.fakes.script import Calls, Delay, Hold, Item, Layer, Part, Silence, Thought
from tests.fakes.serving import Left

LAYER_BYTES = 10**9


class Library(Chats):
    def tags(self, _body: Body) -> None:
        self.reply({"models": [entry(name) for name in self.fake.models]})

    def ps(self, _body: Body) -> None:
        told = {"context_length": self.fake.window} if self.fake.window else {}
        kept = self.fake.keep_alive
        self.reply({"models": [running(name, kept.get(name)) | told for name in sorted(self.fake.loaded)]})

    def show(self, body: Body) -> None:
        self.require(body)
        capabilities = self.fake.capabilities.get(body["model"], ["completion"])
        answer = shown(body, self.fake.context_length, capabilities, tells_window=not self.fake.window)
        values = self.fake.thinking.get(body["model"])
        self.reply(answer | ({"thinking": {"values": values, "default": values[-1]}} if values else {}))

    def generate(self, body: Body) -> None:
        """Without a prompt, to load it, or to unload it."""
        self.require(body)
        self.fake.load(body)
        reason = "load" if body["model"] in self.fake.loaded else "unload"
        told = {"model": body["model"], "created_at": MODIFIED_AT, "response": "", "done": True}
        self.reply(told | {"done_reason": reason})

    def embed(self, body: Body) -> None:
        self.require(body)
        time.sleep(self.fake.embeds_in_s)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = [[float(len(text)), *(float(text.count(vowel)) for vowel in "aeiou")] for text in texts]
        self.reply({"model": body["model"], "embeddings": vectors})

    def delete(self, body: Body) -> None:
        self.require(body)
        self.fake.models.remove(body["model"])
        self.fake.loaded.discard(body["model"])
        self.fake.layers.pop(body["model"], None)
        self.reply({})

    def pull(self, body: Body) -> None:
        """What was downloaded before is there, as Ollama keeps it: the next pull goes on."""
        model = body["model"]
        self.send_line({"status": "pulling manifest"})
        if "missing" in model:
            raise Refusal(500, "pull model manifest: file does not exist")
        try:
            for item in self.fake.pulls.get(model) or list(self._whole(model)):
                if self._pulls(model, item):
                    return
        except (Left, BrokenPipeError, ConnectionResetError):
            self.fake.disconnects += not self.fake.is_stopped
            self.leave()
            return
        if model not in self.fake.models:
            self.fake.models.append(model)
        self.send_line({"status": "success"})

    def _whole(self, model: str) -> Iterator[Item | Layer]:
        for completed in (0, LAYER_BYTES // 2, LAYER_BYTES):
            if completed >= self.fake.layers.get(model, {}).get("sha256:1", 0):
                yield Layer("sha256:1", completed, LAYER_BYTES)
                if completed == LAYER_BYTES // 2 and self.fake.holds_pulls:
                    yield self.fake.holds_pulls

    def _pulls(self, model: str, item: Item | Layer) -> bool:
        """Whether the stream ended."""
        if isinstance(item, Layer):
            kept = self.fake.layers.setdefault(model, {})
            kept[item.digest] = max(item.completed, kept.get(item.digest, 0))
            layer = {"digest": item.digest, "completed": kept[item.digest], "total": item.total}
            self.send_line({"status": "pulling layer", **layer})
        elif isinstance(item, Delay | Hold | Silence):
            self.wait(item)
        elif isinstance(item, str):
            self.send_line({"status": item})
        elif not isinstance(item, Thought | Part | Calls):
            return self.misbehaves(item)
        return False
