"""An editor's extension, by COMPATIBILITY's rows alone, from its web view's origin."""

from typing import Any

import httpx

AT = "/api/navi-memory/conversations"


class ExtensionClient:
    def __init__(self, http: httpx.Client, conversation_id: str = "") -> None:
        self._http = http
        self._headers = {"X-Org-Id": "org", "X-User-Id": "user", "Authorization": "Bearer x"}
        self.id = conversation_id

    def open(self, workspace_path: str) -> None:
        self.id = self._call("POST", AT, {"title": "From the editor", "workspace_path": workspace_path})["id"]

    def say(self, id_: str, role: str, content: str) -> None:
        body = {"role": role, "content": content, "metadata": {"id": id_, "actions": []}}
        assert self._call("POST", f"{AT}/{self.id}/messages", body)["content"] == content

    def mark(self, **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._call("PATCH", f"{AT}/{self.id}", changes)
        return found

    def listed(self) -> list[str]:
        return [one["id"] for one in self._call("GET", f"{AT}?limit=200")]

    def read(self) -> list[str]:
        found = self._call("GET", f"{AT}/{self.id}?include_messages=true&message_limit=200")
        return [one["content"] for one in found["messages"]]

    def delete(self) -> None:
        self._call("DELETE", f"{AT}/{self.id}")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._http.request(method, path, json=body, headers=self._headers).raise_for_status().json()
