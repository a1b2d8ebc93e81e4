"""What is exported is all that is there, whatever it says, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import httpx
import pytest

SAID = ['=HYPERLINK("http://x")', "+1", "-1", "@x", 'a,b "c"\nd', "# Heading\n- list", "Grüße 日本"]


@pytest.fixture
def talkative(api: httpx.Client, locrit: str) -> str:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": "=1+1 *bold*"}).json()
    where = f"/api/v2/conversations/{opened['conversation_id']}"
    for said in SAID:
        api.post(f"{where}/messages", json={"role": "user", "content": said}).raise_for_status()
    gone = api.post(f"{where}/messages", json={"role": "user", "content": "thrown away"}).json()
    api.delete(f"{where}/messages/{gone['message_id']}").raise_for_status()
    api.post(f"/api/v2/locrits/{locrit}/memory/memories", json={"content": "=2+2", "tags": ["-x"]}).raise_for_status()
    return locrit


def exported(api: httpx.Client, locrit: str, what: str, form: str) -> httpx.Response:
    answer = api.get(f"/api/v2/locrits/{locrit}/memory/export", params={"what": what, "format": form})
    assert answer.status_code == 200, answer.text
    assert f".{form}" in answer.raise_for_status().headers["Content-Disposition"]
    return answer


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline="")))


def test_json_is_what_was_said(api: httpx.Client, talkative: str) -> None:
    assert [row["content"] for row in exported(api, talkative, "messages", "json").json()] == SAID
    assert [row["title"] for row in exported(api, talkative, "conversations", "json").json()] == ["=1+1 *bold*"]
    assert [row["content"] for row in exported(api, talkative, "memories", "json").json()] == ["=2+2"]


def test_a_spreadsheet_runs_nothing(api: httpx.Client, talkative: str) -> None:
    said = [row["content"] for row in rows(exported(api, talkative, "messages", "csv"))]
    assert said == [f"'{text}" if text[0] in "=+-@" else text for text in SAID]
    assert rows(exported(api, talkative, "conversations", "csv"))[0]["title"] == "'=1+1 *bold*"
    [memory] = rows(exported(api, talkative, "memories", "csv"))
    assert (memory["content"], memory["tags"]) == ("'=2+2", "'-x")


def test_markdown_keeps_what_was_said_inside(api: httpx.Client, talkative: str) -> None:
    text = exported(api, talkative, "messages", "md").text
    assert "> # Heading\n> - list" in text
    assert "## =1\\+1 \\*bold\\*" in text
    assert "thrown away" not in text


def test_of_nothing_it_is_empty(api: httpx.Client, locrit: str) -> None:
    assert exported(api, locrit, "messages", "json").json() == []
    assert rows(exported(api, locrit, "memories", "csv")) == []
    assert exported(api, locrit, "messages", "md").text == "# Messages\n"


def test_more_than_a_page_comes_once_and_in_order(api: httpx.Client, locrit: str) -> None:
    said = [{"message_id": f"m{n}", "role": "user", "content": f"{n}", "rev": 1} for n in range(450)]
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).json()
    where = f"/api/v2/conversations/{opened['conversation_id']}"
    api.post(f"{where}/sync", json={"messages": said}).raise_for_status()
    texts = [row["content"] for row in exported(api, locrit, "messages", "json").json()]
    assert texts == [one["content"] for one in said]
