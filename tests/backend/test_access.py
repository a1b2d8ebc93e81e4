"""What a Locrit shows of its memory."""

import time
from typing import Any

import httpx
import pytest

MESSAGES = 7
FULL_READS = ["summary", "sessions", "sessions/s1", "sessions/s1/messages", "memories", "messages/x"]


@pytest.fixture
def talkative(api: httpx.Client, locrit: str) -> str:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s1"}).json()
    for number in range(MESSAGES):
        message = {"role": "user", "content": f"about foxes, {number}"}
        api.post(f"/api/v2/conversations/{opened['conversation_id']}/messages", json=message)
    while api.get(f"/api/v2/locrits/{locrit}/memory/search", params={"q": "foxes"}).json()["count"] < MESSAGES:
        time.sleep(0.02)  # they are indexed in the background
    return locrit


def test_quick_memory_alone_shows_counts_and_five_results(api: httpx.Client, talkative: str) -> None:
    _open(api, talkative, full_memory=False)
    memory = f"/api/v2/locrits/{talkative}/memory"
    assert api.get(f"{memory}/stats").json()["statistics"]["total_messages"] == MESSAGES
    assert api.get(f"{memory}/search", params={"q": "foxes", "limit": 20}).json()["count"] == 5
    for path in FULL_READS:
        answer = api.get(f"{memory}/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert api.request("DELETE", f"{memory}/clear", json={"confirm": True}).status_code == 403


def test_full_memory_shows_everything(api: httpx.Client, talkative: str) -> None:
    _open(api, talkative, quick_memory=False)
    memory = f"/api/v2/locrits/{talkative}/memory"
    assert api.get(f"{memory}/search", params={"q": "foxes", "limit": 20}).json()["count"] == MESSAGES
    assert api.get(f"{memory}/summary").json()["total_messages"] == MESSAGES


def test_without_either_nothing_is_shown(api: httpx.Client, talkative: str) -> None:
    _open(api, talkative, full_memory=False, quick_memory=False)
    for path in [*FULL_READS, "stats", "search?q=foxes"]:
        assert api.get(f"/api/v2/locrits/{talkative}/memory/{path}").status_code == 403


def _open(api: httpx.Client, locrit: str, **access: Any) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json={"access_to": access}).raise_for_status()
