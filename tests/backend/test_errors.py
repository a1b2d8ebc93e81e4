"""One table from errors to the wire."""

import httpx
import pytest

from backend.errors import STATUS
from src import errors
from src.errors import LocritError


def test_every_error_has_a_status() -> None:
    tree = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, LocritError)]
    assert {error.code for error in tree} <= set(STATUS)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v2/nothing", 404, "unknown_path"),
        ("GET", "/api/v2", 404, "unknown_path"),
        ("DELETE", "/api/v2/locrits", 405, "method_not_allowed"),
        ("GET", "/api/v2/locrits/nobody", 404, "not_found"),
        ("POST", "/api/v2/health", 405, "method_not_allowed"),
    ],
)
def test_errors_are_objects_with_a_code(api: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


def test_a_body_that_is_not_json_is_of_the_wrong_type(api: httpx.Client) -> None:
    answer = api.post("/api/v2/locrits", data={"name": "form"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_a_body_without_a_type_is_taken_as_json(api: httpx.Client) -> None:
    assert api.post("/api/v2/conversations", content=b'{"locrit_name": "nobody"}').status_code == 404


def test_a_request_of_a_megabyte_is_too_large(api: httpx.Client, locrit: str, conversation_id: str) -> None:
    message = "x" * 2**20
    answer = api.post(f"/api/v2/conversations/{conversation_id}/turns", json={"message": message})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    answer = api.post(f"/api/v2/locrits/{locrit}/chat", json={"message": message})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_what_is_wrong_is_named_by_its_field(api: httpx.Client) -> None:
    answer = api.post("/api/v2/locrits", json={"name": "n" * 101, "message_limit": "many", "open_to": {"humans": 5}})
    error = answer.json()["error"]
    assert error["code"] == "invalid_input"
    assert "name must have at most 100 characters" in error["message"]
    assert error["fields"]["message_limit"] == "must be a whole number"
    assert error["fields"]["open_to.humans"] == "must be true or false"


def test_refusals_are_not_cached_and_say_so_in_json(api: httpx.Client) -> None:
    answer = api.get("/api/nothing")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
