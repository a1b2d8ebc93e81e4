"""What is refused outside our own interface is told as a sentence, by the three names that clients look for."""

import httpx
import pytest

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "unknown_path"),
        ("GET", "/api", 404, "unknown_path"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("GET", "/api/conversations/nowhere", 404, "not_found"),
        ("POST", "/api/locrits/nobody/chat", 400, "invalid_input"),
        ("GET", "/api/locrits/nobody/memory/stats", 404, "not_found"),
    ],
)
def test_an_error_is_one_sentence_by_three_names(
    api: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = api.request(method, path)
    told = answer.json()
    assert (answer.status_code, told["success"], told["code"]) == (status, False, code)
    assert isinstance(told["error"], str)
    assert told["error"] == told["message"] == told["detail"] != ""


def test_a_foreign_page_is_refused_with_a_sentence(api: httpx.Client) -> None:
    answer = api.post("/api/conversations", json={}, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (403, "Another web site may not change anything here.")


@pytest.mark.parametrize("path", ["/config/save", "/api/config/save", "/api/create-locrit"])
def test_what_is_no_json_is_400(api: httpx.Client, path: str) -> None:
    answer = api.post(path, data={"default_model": "x"})
    assert (answer.status_code, answer.json()["error"]) == (400, "The request must be JSON.")


def test_no_body_is_an_empty_one_where_nothing_has_to_be_said(api: httpx.Client, conversation_id: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert api.patch(f"/api/conversations/{conversation_id}", headers=headers).status_code == 200
    assert api.patch(f"/api/v2/conversations/{conversation_id}", headers=headers).status_code == 400
    missing = api.post("/api/locrits/nobody/chat", headers=headers)
    assert (missing.status_code, missing.json()["error"]) == (400, "message is missing.")


@pytest.mark.parametrize("path", ["/api/trash", "/api/jobs", "/api/generations/1", "/api/openapi.json", "/api/models"])
def test_what_no_older_client_asks_for_is_not_there_and_an_old_page_is_told_to_reload(
    api: httpx.Client, path: str
) -> None:
    """A page tries again what the server could not do, and would ask its person what to do with what it refused."""
    assert api.get(path).status_code == 404
    told = api.get(path, headers=BROWSER)
    assert (told.status_code, told.json()["code"]) == (503, "outdated_page")
    assert "Reload the page" in told.json()["hint"]
    assert api.get("/api/nothing", headers=BROWSER).status_code == 404
