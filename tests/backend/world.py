"""What there is before a route is tried: something that each of them is about."""

from typing import Any

import httpx

from tests.fakes.ollama import FakeOllama
from tests.fakes.script import Calls

TOOLED = "zz-tooled:1b"


class World:
    """A Locrit of its own and a conversation with a message, a question, and a reply that was cut off."""

    def __init__(self, api: httpx.Client, locrit: str, ollama: FakeOllama) -> None:
        self.api = api
        self.ollama = ollama
        self.locrit = f"/api/v2/locrits/{locrit}"
        self.name = locrit
        self.where = self.post("/api/v2/conversations", {"locrit_name": locrit, "session_id": "s"})["conversation_id"]
        self.at = f"/api/v2/conversations/{self.where}"
        self.message = f"{self.at}/messages/{self._save('hello')}"
        self.patch(self.message, {"content": "hello, better"})
        turn = self.post(f"{self.at}/turns", {"message": "hi"})
        while api.get(f"/api/v2/generations/{turn['generation_id']}").json()["status"] == "streaming":
            pass
        self.reply = f"{self.at}/messages/{turn['reply']['message_id']}"
        self.recall_mark = f"/api/v2/recall-marks/{turn['message']['message_id']}"
        self.note = f"{self.locrit}/memory/memories/{self._note('likes tea')}"
        self.patch(self.note, {"content": "likes tea, mostly"})
        self._say("We go to Paris or Lisbon.")
        self.concept = self._concept("Paris")
        self.patch(self.concept, {"type": "place"})
        made = {"type": "code", "name": "hello.py", "content": "print('hello')"}
        self.artifact = f"/api/v2/artifacts/{self.post(f'{self.at}/artifacts', made)['id']}"
        self.patch(self.artifact, {"content": "print('hello, better')"})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.api.post(path, json=body).raise_for_status().json()

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self.api.patch(path, json=body).raise_for_status().json()

    def delete(self, path: str) -> Any:
        return self.api.delete(path).raise_for_status().json()

    def restore_talk(self) -> None:
        self.patch(self.at, {"deleted": False})

    def restore_message(self) -> None:
        self.post(f"{self.message}/restore", {})

    def rid(self, answer: Any) -> None:
        """What was made goes to the trash: a second one would be seen."""
        if "title" in answer:
            self.delete(f"/api/v2/conversations/{answer['conversation_id']}")
        elif "message_id" in answer:
            self.delete(f"{self.at}/messages/{answer['message_id']}")

    def another_model(self) -> str:
        self.ollama.models.append(f"for {self.where}")
        return f"for {self.where}"

    def invited(self) -> str:
        return f"{self.locrit}/invitations/{self.post(f'{self.locrit}/invitations', {})['id']}"

    def begun_pull(self) -> str:
        """One that does not end."""
        model = f"missing {self.where}"
        self.post("/api/v2/models/pull", {"model": model})
        self.until_pulled()
        return model

    def until_pulled(self) -> None:
        while any(pull["status"] == "running" for pull in self.api.get("/api/v2/models").json()["pulls"]):
            pass

    def state(self) -> list[int]:
        """How many changes there were, notes, invitations, downloads of models, those that are known, and models."""
        self.until_quiet()
        user = self.api.get("/api/v2/users/me/events", params={"since": 2**50}).json()["head_seq"]
        talk = self.api.get(f"{self.at}/events", params={"since": 2**50}).json()["head_seq"]
        known = self.api.get(self.locrit)
        notes = self.api.get(f"{self.locrit}/memory/memories").json()["count"] if known.status_code == 200 else 0
        pulls = len(self.api.get("/api/v2/models/pulls").json()["pulls"])
        guests = self.api.get(f"{self.locrit}/invitations").json()["count"] if known.status_code == 200 else 0
        return [user, talk, notes, guests, self.ollama.calls.count("/api/pull"), pulls, len(self.ollama.models)]

    def asking(self) -> str:
        """The address of a tool for which a person is waited for."""
        self.ollama.models.append(TOOLED)
        self.ollama.capabilities[TOOLED] = ["completion", "tools"]
        self.patch(self.locrit, {"model": TOOLED, "tools": {"remember": "ask"}})
        self.ollama.enqueue([Calls(("remember", {"content": "likes tea"}))])
        self.post(f"{self.at}/turns", {"message": "do it"})
        while not (found := self.api.get(f"{self.at}/messages").json()["tool_results"]):
            pass
        return f"/api/v2/tool-results/{found[0]['id']}"

    def cannot_call(self) -> None:
        self.ollama.models.remove(TOOLED)

    def until_quiet(self) -> None:
        while self.api.get(self.at).json()["generation_id"]:
            pass

    def _note(self, content: str) -> str:
        return str(self.post(f"{self.locrit}/memory/memories", {"content": content})["id"])

    def _say(self, content: str) -> None:
        """In a conversation of its own."""
        other = self.post("/api/v2/conversations", {"locrit_name": self.name, "session_id": "talk"})["conversation_id"]
        self.post(f"/api/v2/conversations/{other}/messages", {"role": "user", "content": content})

    def _concept(self, name: str) -> str:
        """Its address, once it is known."""
        concepts = f"{self.locrit}/memory/concepts"
        while not (found := self.api.get(concepts, params={"q": name}).json()["concepts"]):
            pass
        return f"{concepts}/{found[0]['id']}"

    def other_concept(self) -> str:
        return self._concept("Lisbon").rpartition("/")[2]

    def _save(self, content: str) -> str:
        return str(self.post(f"{self.at}/messages", {"role": "user", "content": content})["message_id"])
