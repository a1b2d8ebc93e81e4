"""A server with a past: months of conversations, and replies that went well, were cut, failed, or are being written."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.eventually import wait_until
from tests.fakes.ollama import FakeOllama, Hold, Item, Layer, Part, Status
from tests.fixtures.server import LocritServer

TEA = """Because heat makes the leaf give up its **tannins** faster than its aroma.

| Tea | Water | Time |
|---|---|---|
| Green | 75 °C | 2 min |
| Oolong | 88 °C | 3 min |
| Black | 97 °C | 4 min |

```python
def water_for(tea: str) -> int:
    \"\"\"Degrees Celsius; cooler for greener leaves.\"\"\"
    return {"green": 75, "oolong": 88, "black": 97}[tea]
```"""
SHRIMP_EYES = (
    "Let it boil, take the lid off, and wait **three minutes** for green tea, one for oolong. "
    "Small bubbles at the bottom, “shrimp eyes”, mean about 75 °C."
)
LIGHTNING = (
    "It does not look for the shortest way but tries many at once: a *stepped leader* feels its way down in jumps "
    "of some fifty metres, branching at each, and the branch that touches first becomes the channel. "
)
SMALL_TALK = {
    "Truing a bicycle wheel": "Start with the spoke opposite the wobble, and never turn more than a quarter.",
    "When to plant beans": "When the soil stays above 12 °C, and the moon is nobody's business but yours.",
    "Building a crystal radio": "A coil, a diode, an earphone, and a long wire: it needs no battery at all.",
    "Reading a CSV file in Python": "Use the `csv` module, and open the file with `newline=''`.",
}
KNOTS = {
    "Which knot holds a boat?": "A bowline: it never slips, and opens when you want it to.",
    "And which one joins two ropes?": "A sheet bend, if they are not the same; a reef knot only for parcels.",
    "What about a hook?": "An anchor bend. It takes a turn more than you think it needs.",
    "Which one first?": "The bowline. Tie it until you can do it behind your back.",
}
NOTES = (
    "The bicycle wheel wobbles again, at the third spoke.",
    "Oolong at 88 °C, two minutes: better than yesterday.",
    "The crystal radio hears two stations after dark.",
    "Beans are up, all but the last row.",
    "A bowline held the boat through the storm.",
)
AT_LIMIT = {"done_reason": "length", "eval_count": 5}
DAYS = 160


class Scene:
    """`Scene.names` say which conversation is which; all are with `locrit`."""

    locrit = "Bob"

    def __init__(self, server: LocritServer, ollama: FakeOllama) -> None:
        self._server = server
        self._ollama = ollama
        self.ids: dict[str, str] = {}

    def install_models(self) -> None:
        """One is loaded, one is on its way, one could not be had."""
        self._ollama.loaded = {"llama3.2:1b"}
        self._ollama.pulls["qwen3:8b"] = [Layer("sha256:1", 2_100_000_000, 5_200_000_000), Hold(threading.Event())]
        with self._server.client() as client:
            for model in ("qwen3:8b", "missing:1b"):
                client.post("/api/v2/models/pull", json={"model": model}).raise_for_status()

    def prepare(self) -> None:
        with self._server.client() as self._client:
            self._make_locrits()
            for question, answer in SMALL_TALK.items():
                self._talk(question, question, [answer])
            self._talk("troubles", "Tell me how lightning finds its way.", [LIGHTNING, Hold(threading.Event())])
            self._bring_notes_of_months()
        self._server.kill()
        _age(self._server.data_dir / "locrit.db")
        self._server.start()
        with self._server.client() as self._client:
            self._talk_beyond_the_limit()
            self._talk("wheel", "How do I begin truing a bicycle wheel?", ["With the spoke opposite the wobble."])
            self._talk("troubles", "Until what?", [Status(500, "out of memory")])
            self._talk("tea", "Why does my green tea turn bitter?", [TEA])
            self._talk("tea", "And if I have no thermometer?", [SHRIMP_EYES])
            self._talk("short", "And the moon?", ["The moon pulls at the", Part({"done": True} | AT_LIMIT)])
            self._talk("short", "And the tides?", ["<think>Tides, then. The moon again.</think>"])
            self._talk("deleted", "What is a slip knot for?", ["For what must come undone."])
            self._client.delete(f"/api/v2/conversations/{self.ids['deleted']}").raise_for_status()
            self._talk("running", "Tell me about the sea.", ["The sea is never still: ", Hold(threading.Event())])

    def _make_locrits(self) -> None:
        fields = {
            "name": self.locrit,
            "model": "llama3.2:1b",
            "description": "A patient technician who explains as he goes.",
            "welcome_message": "Hello, I am Bob. What shall we take apart today?",
            "recall": "full",
            "system_prompt": "You are Bob. You explain as you go, and admit what you do not know.",
        }
        self._client.post("/api/v2/locrits", json=fields).raise_for_status()

    def _bring_notes_of_months(self) -> None:
        path = "/api/v2/conversations"
        body = {"locrit_name": self.locrit, "title": "Notes from the workshop"}
        id_ = self._client.post(path, json=body).raise_for_status().json()["conversation_id"]
        notes = [
            {"message_id": f"note {n}", "role": "user", "content": NOTES[n % len(NOTES)], "created_at": moment}
            for n, moment in enumerate(_busy_moments())
        ]
        self._client.post(f"{path}/{id_}/sync", json={"messages": notes}).raise_for_status()

    def _talk_beyond_the_limit(self) -> None:
        locrit = f"/api/v2/locrits/{self.locrit}"
        self._client.patch(locrit, json={"message_limit": 4}).raise_for_status()
        for question, answer in KNOTS.items():
            self._talk("knots", question, [answer])
        self._client.patch(locrit, json={"message_limit": 50}).raise_for_status()

    def _talk(self, name: str, question: str, script: list[Item]) -> None:
        """Returns when the reply has ended, or holds."""
        if name not in self.ids:
            opened = self._client.post("/api/v2/conversations", json={"locrit_name": self.locrit}).raise_for_status()
            self.ids[name] = opened.json()["conversation_id"]
        self._ollama.enqueue(script)
        turn = self._client.post(f"/api/v2/conversations/{self.ids[name]}/turns", json={"message": question})
        generation_id = turn.raise_for_status().json()["generation_id"]
        wait_until(lambda: self._is_settled(generation_id, script))

    def _is_settled(self, generation_id: str, script: list[Item]) -> bool:
        state = self._client.get(f"/api/v2/generations/{generation_id}").raise_for_status().json()
        if isinstance(script[-1], Hold):
            return bool(state["content"])
        return bool(state["status"] != "streaming")


def _age(database: Path) -> None:
    """What was said so far, but the notes, some weeks earlier. No interface can set the clock back."""
    connection = sqlite3.connect(database)
    with connection:
        ids = [row for (row,) in connection.execute("SELECT id FROM conversations ORDER BY created_at")]
        for age, conversation_id in enumerate(reversed(ids)):
            shift = (age * age * 3 + age) * 86_400_000
            for table, column in (("messages", "conversation_id"), ("conversations", "id")):
                connection.execute(
                    f"UPDATE {table} SET created_at = created_at - ?, updated_at = updated_at - ? WHERE {column} = ?",
                    (shift, shift, conversation_id),
                )
    connection.close()


def _busy_moments() -> Iterator[str]:
    """More lately than at first, with weeks off: a pattern, not chance, so that pictures stay the same."""
    today = datetime.now(UTC)
    for ago in range(1, DAYS):
        for _ in range((ago * 37 + ago * ago * 11) % 23 - ago // 12 - 4):
            yield (today - timedelta(days=ago)).isoformat()
