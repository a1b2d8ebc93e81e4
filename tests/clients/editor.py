"""An editor of components, by COMPATIBILITY's rows alone: it saves each thing up to three times, without an id."""

from typing import Any

import httpx


class EditorClient:
    def __init__(self, http: httpx.Client, session_id: str) -> None:
        self._http = http
        self._at = f"/api/sessions/{session_id}"

    def say(self, role: str, content: str) -> None:
        body = {"role": role, "content": content, "messageType": "text", "conversationId": "c", "metadata": {}}
        self._save("messages", body)

    def make(self, name: str, jsx: str) -> None:
        self._save("components", {"name": name, "jsxCode": jsx, "cssCode": "", "componentType": "ui", "metadata": {}})

    def interact(self, prompt: str, response: str) -> None:
        self._save("interactions", {"prompt": prompt, "response": response, "interactionType": "edit"})
        self._save("ai-responses", {"promptText": prompt, "responseText": response, "modelName": "m"})

    def rows(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get(f"{self._at}/{kind}").raise_for_status().json()["data"]
        return found

    def _save(self, kind: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": "Bearer token"}
        for _ in range(3):
            saved = self._http.post(f"{self._at}/{kind}", json=body, headers=headers).raise_for_status().json()
            assert saved["success"] is True
