"""What the switches of a Locrit open and close, at every address that names one."""

import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.access import NAMED, needs_of
from backend.app import create_app
from src.config import Settings

MESSAGES = 7
MEMORY = r"/api/(v2/)?locrits/<name>/memory/"
CHAT = r"/api/(v1/|v2/)?locrits/<name>/chat(/stream)?"
EXPLORED = "summary|sessions|messages|memories|extraction|clear|concepts/|concept-graph|ask|recalls|export"
FULL = rf"{MEMORY}({EXPLORED}).*|/api/v1/.*/sessions/.*|/api/v2/.*<name>/artifacts"
REFUSED: dict[str, tuple[dict[str, Any], dict[int, str]]] = {
    "active": (
        {"active": False},
        {
            400: rf"{CHAT}|/api/v1/.*<name>/(info|memory/store-conversation)",
            403: "/public/(<name>|invitation).*",
        },
    ),
    "humans": ({"open_to": {"humans": False}}, {403: CHAT}),
    "locrits": ({"open_to": {"locrits": False}}, {403: "/api/v1/locrits/<name>/.*"}),
    "internet": ({"open_to": {"internet": False}}, {403: "/public/<name>.*"}),
    "invitations": ({"open_to": {"invitations": False}}, {403: "/public/invitation/.*"}),
    "logs": ({"access_to": {"logs": False}}, {403: "/api/v2/conversations/<conversation_id>/interactions"}),
    "full_memory": ({"access_to": {"full_memory": False}}, {403: FULL}),
    "memory": ({"access_to": {"full_memory": False, "quick_memory": False}}, {403: rf"{MEMORY}.*|{FULL}"}),
}
"""With which switches off which addresses refuse, and how."""
CARED_FOR = re.compile(
    r"/api/v2/locrits/<name>(/restore|/forget|/invitations(/<invitation_id>)?)?|/api/locrits/<name>/(config|toggle|toggle-edit|rename|delete)"
    r"|/public/<name>/settings"
)
"""By who looks after the Locrit, whatever it shows; no switch closes them."""
BODY = {"message": "Hi", "messages": [{"role": "user", "content": "Hi"}], "content": "Hi", "confirm": True}
FULL_READS = [
    "summary",
    "sessions",
    "sessions/s1",
    "sessions/s1/messages",
    "memories",
    "messages/x",
    "ask?q=x",
    "recalls",
]


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


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """The method and the rule of all that the server answers that names a Locrit; pages show nothing by themselves."""
    rules = create_app(Settings(data_dir=Path(tmp_path_factory.mktemp("map")))).flask.url_map.iter_rules()
    found = [(method, rule.rule) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    return [one for one in found if NAMED.search(one[1]) and not CARED_FOR.fullmatch(one[1])]


@pytest.mark.parametrize("switch", REFUSED)
def test_each_switch_closes_what_it_names_and_nothing_else(
    api: httpx.Client, locrit: str, addresses: list[tuple[str, str]], switch: str
) -> None:
    opened = {"name": locrit, "conversation_id": _conversation(api, locrit)}
    opened["token"] = api.post(f"/api/v2/locrits/{locrit}/invitations", json={}).json()["token"]
    settings, closed = REFUSED[switch]
    _set(api, locrit, {"open_to": {"internet": switch != "internet"}})
    _set(api, locrit, settings)
    assert addresses
    for method, rule in addresses:
        answer = api.request(method, _filled(rule, opened), json=BODY)
        refused = next((status for status, rules in closed.items() if re.fullmatch(rules, rule)), None)
        told = (answer.status_code, _code(answer))
        if refused is not None:
            assert told == (refused, {400: "inactive", 403: "forbidden"}[refused]), (method, rule)
        else:
            assert told[0] not in (403, 500), (method, rule)
            assert told[1] != "inactive", (method, rule)


def test_an_address_that_names_a_locrit_needs_a_decision() -> None:
    with pytest.raises(LookupError):
        needs_of("/api/v2/locrits/<name>/something-new")


def test_what_a_locrit_says_of_its_model_is_not_told_to_others(api: httpx.Client, locrit: str) -> None:
    _open(api, locrit, llm_info=False)
    info = api.get(f"/api/v1/locrits/{locrit}/info").json()["locrit"]
    listed = next(one for one in api.get("/api/v1/locrits").json()["locrits"] if one["name"] == locrit)
    asked = api.post(f"/api/v1/locrits/{locrit}/chat", json={"message": "Hi"}).json()
    assert (info["model"], info["ollama_model"], listed["model"], asked["model"]) == ("", "", "", "")


def _conversation(api: httpx.Client, locrit: str) -> str:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "session_id": "s1"}).raise_for_status()
    return str(opened.json()["conversation_id"])


def _filled(rule: str, opened: dict[str, str]) -> str:
    return re.sub(r"<(\w+)>", lambda match: opened.get(match[1], "none"), rule)


def _code(answer: httpx.Response) -> str | None:
    """Of either form of an error."""
    if answer.status_code < 400:
        return None
    body = answer.json()
    return str(body["error"]["code"] if isinstance(body["error"], dict) else body["code"])


def _set(api: httpx.Client, locrit: str, changes: dict[str, Any]) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json=changes).raise_for_status()


def _open(api: httpx.Client, locrit: str, **access: Any) -> None:
    api.patch(f"/api/v2/locrits/{locrit}", json={"access_to": access}).raise_for_status()
