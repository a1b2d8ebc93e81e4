"""What guests and visitors said is told as theirs, and not as the person's own."""

from typing import Any

import httpx

from tests.eventually import wait_until


def said(api: httpx.Client, locrit: str, label: str, words: str) -> str:
    where = {"locrit_name": locrit, "client_label": label, "session_id": words, "title": words}
    id_ = str(api.post("/api/v2/conversations", json=where).json()["conversation_id"])
    api.post(f"/api/v2/conversations/{id_}/messages", json={"role": "user", "content": words}).raise_for_status()
    return id_


def hits(api: httpx.Client, locrit: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/api/v2/search", params={"q": "ferns", "locrit": locrit}).json()["hits"]
    return found


def test_a_search_and_an_export_say_who_asked(api: httpx.Client, locrit: str) -> None:
    made = said(api, locrit, "visitor:0123", "ferns in the shade")
    said(api, locrit, "visitor:4567", "ferns in the sun")
    said(api, locrit, "me", "ferns at home")
    change = {"metadata": {"guest": "Ann **next** door"}}
    api.patch(f"/api/v2/conversations/{made}", json=change).raise_for_status()
    wait_until(lambda: len(hits(api, locrit)) == 3)
    whose = {hit["session_name"]: hit.get("visitor", "the person") for hit in hits(api, locrit)}
    assert whose == {
        "ferns in the shade": "Ann **next** door",
        "ferns in the sun": "",
        "ferns at home": "the person",
    }
    query = {"what": "messages", "format": "md"}
    text = api.get(f"/api/v2/locrits/{locrit}/memory/export", params=query).text
    asked = [line.split(", ")[0] for line in text.splitlines() if line.startswith("**")]
    assert sorted(asked) == sorted(["**Ann \\*\\*next\\*\\* door**", "**Visitor**", "**You**"])
