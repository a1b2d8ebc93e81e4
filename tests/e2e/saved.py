"""What the server has saved of the conversation that a tab is in."""

from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer


def said(server: LocritServer, tab: Tab) -> list[tuple[str, str]]:
    """Role and text, oldest first."""
    with server.client() as client:
        answer = client.get(f"/api/conversations/{tab.conversation_id}/messages", params={"limit": 200})
    return [(message["role"], message["content"]) for message in answer.raise_for_status().json()["messages"]]


def questions(server: LocritServer, tab: Tab) -> list[str]:
    return [content for role, content in said(server, tab) if role == "user"]
