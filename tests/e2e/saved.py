"""What the server has saved, above all of the conversation that a tab is in."""

from typing import Any

from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer


def said(server: LocritServer, tab: Tab) -> list[tuple[str, str]]:
    """Role and text, oldest first."""
    return [(message["role"], message["content"]) for message in _messages(server, tab)]


def questions(server: LocritServer, tab: Tab) -> list[str]:
    return [content for role, content in said(server, tab) if role == "user"]


def versions(server: LocritServer, tab: Tab) -> set[str]:
    """All that the first message ever said."""
    message_id = _messages(server, tab)[0]["message_id"]
    found = _ask(server, f"/api/v2/conversations/{tab.conversation_id}/messages/{message_id}/versions")
    return {version["content"] for version in found["versions"]}


def conversations(server: LocritServer) -> list[dict[str, Any]]:
    """The newest first."""
    return _ask(server, "/api/v2/conversations")["conversations"]


def _messages(server: LocritServer, tab: Tab) -> list[dict[str, Any]]:
    return _ask(server, f"/api/v2/conversations/{tab.conversation_id}/messages", limit=200)["messages"]


def _ask(server: LocritServer, path: str, **query: Any) -> Any:
    with server.client() as client:
        return client.get(path, params=query).raise_for_status().json()
