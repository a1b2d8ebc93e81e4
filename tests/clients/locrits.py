"""The frontend of Locrits, by COMPATIBILITY's rows alone: makes one, talks with it, looks into its memory."""

import json
from typing import Any

import httpx


class LocritsClient:
    def __init__(self, http: httpx.Client, name: str) -> None:
        self._http = http
        self.name = name

    def create(self) -> None:
        body = {"name": self.name, "description": "Aide", "model": "llama3.2:1b", "full_memory": True}
        assert "créé avec succès" in self._post("/api/create-locrit", body)["message"]
        assert self._post(f"/api/locrits/{self.name}/toggle")["active"] is True

    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self._get("/api/locrits")["locrits"]["instances"][self.name]
        return found

    def open(self) -> str:
        return str(self._post("/api/conversations/create", {"locrit_name": self.name})["conversation_id"])

    def ask(self, conversation_id: str, message: str) -> str:
        return str(self._post(f"/api/conversations/{conversation_id}/message", {"message": message})["response"])

    def stream(self, conversation_id: str, message: str) -> str:
        body, said = {"message": message, "conversation_id": conversation_id}, ""
        with self._http.stream("POST", f"/api/locrits/{self.name}/chat/stream", json=body) as answer:
            for line in filter(None, answer.iter_lines()):
                event = json.loads(line.removeprefix("data: "))
                said += event.get("chunk", "")
                if event["done"]:
                    break
        return said

    def read(self, conversation_id: str) -> list[str]:
        return [one["content"] for one in self._get(f"/api/conversations/{conversation_id}?limit=50")["messages"]]

    def remembered(self) -> list[str]:
        summary = self._get(f"/api/locrits/{self.name}/memory/summary")
        return [one["content"] for one in reversed(summary["recent_messages"])]

    def delete(self) -> None:
        assert "supprimé avec succès" in self._post(f"/api/locrits/{self.name}/delete")["message"]

    def _get(self, path: str) -> Any:
        return self._http.get(path).raise_for_status().json()

    def _post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Theirs says that it is JSON, with a body or without."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return self._http.post(path, content=content, headers=headers).raise_for_status().json()
