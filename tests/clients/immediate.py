"""A client that saves at once, by COMPATIBILITY's rows alone: each piece of a reply as it comes, tool results and
artifacts beside it; offline it keeps its thread and brings it back whole."""

from typing import Any

import httpx


class ImmediateClient:
    def __init__(self, http: httpx.Client, conversation_id: str = "") -> None:
        self._http = http
        self.id = conversation_id
        self.thread: list[dict[str, Any]] = []
        self.online = True

    @property
    def _at(self) -> str:
        return f"/api/conversations/{self.id}"

    def open(self, title: str) -> None:
        self.id = self._call("POST", "/api/conversations", {"title": title, "sessionId": "tab"})["conversation"]["id"]

    def say(self, id_: str, content: str) -> None:
        self._save({"messageId": id_, "role": "user", "content": content})

    def reply(self, id_: str, *pieces: str) -> None:
        """Saved while it streams."""
        said = ""
        for piece in pieces:
            said += piece
            self._save({"messageId": id_, "role": "assistant", "content": said, "isIncomplete": piece != pieces[-1]})

    def use_tool(self, id_: str, result: Any) -> None:
        self._call("POST", f"{self._at}/tool-results", {"id": id_, "toolName": "look", "args": {}, "result": result})

    def make(self, id_: str, *contents: str) -> None:
        artifact = {"id": id_, "name": "page.html", "content": contents[0], "timestamp": 1}
        self._call("POST", f"{self._at}/artifacts", {"artifact": artifact})
        for content in contents[1:]:
            self._call("PUT", f"{self._at}/artifacts", {"artifactId": id_, "content": content})

    def come_back(self) -> dict[str, Any]:
        self.online = True
        messages = [{"id": one["messageId"], "role": one["role"], "content": one["content"]} for one in self.thread]
        found: dict[str, Any] = self._call("POST", f"{self._at}/sync", {"messages": messages})
        return found

    def load(self) -> dict[str, Any]:
        found: dict[str, Any] = self._call("GET", self._at)
        self.thread = [{"messageId": one["id"], **one} for one in found["messages"]]
        return found

    def delete(self) -> None:
        assert self._call("DELETE", self._at)["success"] is True

    def _save(self, body: dict[str, Any]) -> None:
        self.thread = [one for one in self.thread if one["messageId"] != body["messageId"]] + [body]
        if self.online:
            assert self._call("POST", f"{self._at}/messages", body)["message"]["content"] == body["content"]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._http.request(method, path, json=body).raise_for_status().json()
