"""What would be recalled for a question can be asked: the best first, with its reasons and the memories beside."""

from typing import Any

import httpx

from tests.eventually import wait_until


def test_the_ranking_is_told_with_its_reasons_and_what_there_would_be_room_for(api: httpx.Client, locrit: str) -> None:
    def asked(**query: Any) -> dict[str, Any]:
        answer = api.get(
            f"/api/v2/locrits/{locrit}/memory/ask", params={"q": "What do Minou and other cats eat?", **query}
        )
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": "Cats"}).json()
    for n in range(8):
        said = {"role": "user", "content": f"Minou the cat eats tuna, {n} tins of it. {'She likes it a lot. ' * 12}"}
        api.post(f"/api/v2/conversations/{opened['conversation_id']}/messages", json=said).raise_for_status()
    api.post(f"/api/v2/locrits/{locrit}/memory/memories", json={"content": "Minou is a cat"}).raise_for_status()
    wait_until(lambda: len(asked()["results"]) == 8)
    told = asked(tokens=300)
    scores = [one["score"] for one in told["results"]]
    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(one["fits"] for one in told["results"]) < 8
    assert told["results"][0]["terms"] == ["Minou", "cats", "eat"], "as it was asked"
    assert [one["memory"]["content"] for one in told["memories"]] == ["Minou is a cat"]
    assert asked(q="Xylophones?")["results"] == []
