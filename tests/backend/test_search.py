"""`GET /api/v2/search`: what was said, in every Locrit."""

import time
from typing import Any

import httpx
import pytest

from tests.eventually import HANGS_AFTER_S

POLL_S = 0.02


def say(api: httpx.Client, locrit: str, *texts: str) -> str:
    """In a new conversation; returns its id when the last text can be found."""
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()["conversation_id"]
    for text in texts:
        api.post(f"/api/v2/conversations/{opened}/messages", json={"role": "user", "content": text})
    return str(opened)


def found(api: httpx.Client, **query: Any) -> dict[str, Any]:
    answer = api.get("/api/v2/search", params=query)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def eventually(api: httpx.Client, count: int, **query: Any) -> list[dict[str, Any]]:
    until = time.monotonic() + HANGS_AFTER_S
    while len(hits := found(api, **query)["hits"]) < count and time.monotonic() < until:
        time.sleep(POLL_S)
    assert len(hits) == count, hits
    return hits


def test_every_locrit_is_searched_and_hits_say_where_they_are(api: httpx.Client, locrit: str) -> None:
    here = say(api, locrit, "nothing", "the walrus was here")
    say(api, "Bob Technique", "a walrus elsewhere")
    hits = eventually(api, 2, q="walr")
    [hit] = [hit for hit in hits if hit["locrit_name"] == locrit]
    assert (hit["conversation_id"], hit["seq"], hit["role"], hit["status"]) == (here, 2, "user", "complete")
    assert "\x02walrus\x03 was here" in hit["snippet"]
    [narrowed] = found(api, q="walr", locrit=locrit)["hits"]
    assert narrowed == hit
    assert found(api, q="walr", conversation_id=here)["hits"] == [hit]
    assert found(api, q="walr", conversation_id="nowhere")["hits"] == []
    assert found(api, q="walr", limit=1)["more"]
    assert not found(api, q="walr", limit=2)["more"]


def test_filters_narrow_and_stand_alone(api: httpx.Client, locrit: str) -> None:
    conversation_id = say(api, locrit, "an ibex")
    eventually(api, 1, q="ibex")
    assert found(api, q="ibex", role="assistant")["hits"] == []
    assert found(api, q="ibex", before="2020-01-01")["hits"] == []
    assert len(found(api, q="ibex", after="2020-01-01T00:00:00Z", role="user")["hits"]) == 1
    assert found(api, q="ibex", **{"is": "starred"})["hits"] == []
    api.patch(f"/api/v2/conversations/{conversation_id}", json={"starred": True})
    assert len(found(api, q="ibex", **{"is": "starred"})["hits"]) == 1
    assert [hit["conversation_id"] for hit in found(api, locrit=locrit)["hits"]] == [conversation_id]
    assert found(api)["hits"] == [], "nothing was asked for"


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "101"},
        {"cursor": "nowhere"},
        {"role": "boss"},
        {"is": "nice"},
        {"before": "soon"},
        {"after": "99999-01-01"},
    ],
)
def test_what_cannot_be_asked_is_refused(api: httpx.Client, query: dict[str, str]) -> None:
    answer = api.get("/api/v2/search", params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_an_unknown_locrit_is_told(api: httpx.Client) -> None:
    assert api.get("/api/v2/search", params={"q": "x", "locrit": "Nobody"}).status_code == 404


@pytest.mark.parametrize("zone", ["Nowhere", "../etc/passwd", "/etc/passwd", "", "Europe", "x" * 500, "UTC\x01"])
def test_days_of_no_zone_are_refused(api: httpx.Client, locrit: str, zone: str) -> None:
    for path in ("stats", "summary"):
        answer = api.get(f"/api/v2/locrits/{locrit}/memory/{path}", params={"tz": zone})
        assert answer.status_code == 400, zone
        assert "time zone" in answer.json()["error"]["message"]
        assert api.get(f"/api/v2/locrits/{locrit}/memory/{path}", params={"tz": "Asia/Kolkata"}).status_code == 200


def test_a_listing_goes_on_to_its_end(api: httpx.Client, locrit: str) -> None:
    say(api, locrit, *(f"word {n}" for n in range(7)))
    said = [hit["message_id"] for hit in eventually(api, 7, locrit=locrit)]
    for bounds in ({}, {"before": "2099-01-01"}):
        pages: list[list[str]] = []
        cursor = None
        while not pages or cursor:
            answer = found(api, locrit=locrit, limit=3, **bounds, **({"cursor": cursor} if cursor else {}))
            cursor = answer["next_cursor"]
            assert answer["more"] == (cursor is not None)
            pages.append([hit["message_id"] for hit in answer["hits"]])
        assert [id_ for page in pages for id_ in page] == said
