"""A visitor of a public page, by COMPATIBILITY's rows alone."""

import json
from typing import Any

import httpx


class VisitorClient:
    """`http` keeps his cookie, as his browser does."""

    def __init__(self, http: httpx.Client, name: str) -> None:
        self._http = http
        self.name = name

    def listed(self) -> list[str]:
        found = self._http.get("/public/list").raise_for_status().json()
        assert found["count"] == len(found["locrits"])
        return [one["name"] for one in found["locrits"]]

    def information(self) -> dict[str, Any]:
        told: dict[str, Any] = self._http.get(f"/public/{self.name}").raise_for_status().json()["locrit"]
        return told

    def page(self) -> str:
        return self._http.get(f"/public/{self.name}", headers={"Accept": "text/html"}).raise_for_status().text

    def say(self, message: str, **more: Any) -> httpx.Response:
        return self._http.post(f"/public/{self.name}/chat", json={"visitor_name": "Zoé", "message": message, **more})

    def stream(self, message: str) -> str:
        events = self.events(message)
        assert events[-1]["done"]
        return "".join(event.get("chunk", "") for event in events)

    def events(self, message: str) -> list[dict[str, Any]]:
        path = f"/public/{self.name}/chat/stream"
        with self._http.stream("POST", path, json={"message": message}) as answer:
            return [json.loads(line.removeprefix("data: ")) for line in filter(None, answer.iter_lines())]
