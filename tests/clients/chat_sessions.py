"""A client of chat sessions, by COMPATIBILITY's rows alone: it writes its whole thread back after each turn."""

from typing import Any

import httpx

AT = "/api/v1/chat-sessions/test"


class ChatSessionClient:
    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.session: dict[str, Any] = {}

    def open(self, name: str) -> None:
        self.session = self._data("POST", AT, {"name": name})

    def say(self, id_: str, role: str, content: str) -> None:
        said = {"id": id_, "role": role, "content": content, "timestamp": "2026-03-01T12:00:00Z"}
        self.put([*self.session["thread"], said])

    def put(self, thread: list[dict[str, Any]]) -> None:
        self.session = self._data("PUT", AT, {"sessionId": self.session["id"], "updates": {"thread": thread}})

    def read(self) -> list[str]:
        [mine] = [one for one in self._data("GET", AT) if one["id"] == self.session["id"]]
        self.session = mine
        return [one["content"] for one in mine["thread"]]

    def _data(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        told = self._http.request(method, path, json=body).raise_for_status().json()
        assert told["success"] is True
        return told["data"]
