"""Public pages: what a visitor sees, says and does not reach."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import socketio

from backend.app import create_app
from src.config import Settings
from src.ids import new_id
from tests.clients.visitor import VisitorClient
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

PUBLIC_NAME = "public.example"
SECRET = "Zanzibar"
PER_MINUTE, PER_DAY = 3, 5

Visit = Callable[[str], VisitorClient]


@pytest.fixture(scope="module")
def public_server(tmp_path_factory: pytest.TempPathFactory, shared_ollama: FakeOllama) -> Iterator[LocritServer]:
    env = {
        "OLLAMA_HOST": shared_ollama.url,
        "LOCRIT_LLM": "ollama",
        "LOCRIT_PUBLIC_HOSTS": PUBLIC_NAME,
        "LOCRIT_PUBLIC_PER_MINUTE": str(PER_MINUTE),
        "LOCRIT_PUBLIC_PER_DAY": str(PER_DAY),
    }
    running = LocritServer(tmp_path_factory.mktemp("public"), env)
    yield running
    running.kill()
    assert "Traceback" not in running.log, running.log


@pytest.fixture
def owner(public_server: LocritServer) -> Iterator[httpx.Client]:
    with public_server.client() as client:
        yield client


@pytest.fixture
def name(owner: httpx.Client) -> str:
    """Of a Locrit that is open to the internet."""
    name = f"Zoé {new_id()}"
    made = {"name": name, "model": "llama3.2:1b", "description": "Aide", "welcome_message": "Entrez !", "avatar": "🦊"}
    owner.post("/api/v2/locrits", json=made | {"open_to": {"internet": True}}).raise_for_status()
    return name


@pytest.fixture
def visit(public_server: LocritServer) -> Iterator[Visit]:
    """Each visitor comes by an address of his own."""
    clients: list[httpx.Client] = []

    def come(name: str) -> VisitorClient:
        clients.append(public_server.client())
        clients[-1].headers["X-Forwarded-For"] = f"203.0.113.7, {new_id()}"
        return VisitorClient(clients[-1], name)

    yield come
    for client in clients:
        client.close()


def test_a_locrit_that_is_not_open_shows_nothing(owner: httpx.Client, name: str, visit: Visit) -> None:
    visitor = visit(name)
    assert name in visitor.listed()
    for closing in ({"open_to": {"internet": False}}, {"active": False, "open_to": {"internet": True}}):
        owner.patch(f"/api/v2/locrits/{name}", json=closing).raise_for_status()
        assert name not in visitor.listed()
        for answer in (owner.get(f"/public/{name}"), visitor.say("Salut")):
            assert (answer.status_code, answer.json()["success"]) == (403, False)
        page = owner.get(f"/public/{name}", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert visit("nobody").say("Salut").status_code == 404
    assert owner.get("/public/nobody").status_code == 404


def test_a_new_locrit_is_not_public(owner: httpx.Client, visit: Visit) -> None:
    assert visit("Pixie Assistant").say("Salut").status_code == 403


def test_what_is_told_of_it(owner: httpx.Client, name: str, visit: Visit) -> None:
    told = visit(name).information()
    assert told.keys() == {"name", "description", "model", "public_address", "active", "page_config"}
    assert (told["name"], told["description"], told["model"], told["active"]) == (name, "Aide", "llama3.2:1b", True)
    page = told["page_config"]
    assert (page["title"], page["welcome_message"], page["avatar"]) == (name, "Entrez !", "🦊")
    owner.patch(f"/api/v2/locrits/{name}", json={"access_to": {"llm_info": False}}).raise_for_status()
    assert visit(name).information()["model"] == ""


def test_the_page_has_the_look_that_was_set(owner: httpx.Client, name: str, visit: Visit) -> None:
    wanted = {"title": "Chez <Zoé>", "welcome_message": "Bienvenue", "theme": "dark"}
    put = owner.put(f"/public/{name}/settings", json={"page_config": wanted}).json()
    assert (put["success"], put["page_config"]["title"]) == (True, "Chez <Zoé>")
    assert visit(name).information()["page_config"] == put["page_config"]
    page = visit(name).page()
    assert all(part in page for part in ("<h1>Chez &lt;Zoé&gt;</h1>", 'data-theme="dark"', "Bienvenue"))
    assert owner.get(f"/api/v2/locrits/{name}").json()["welcome_message"] == "Entrez !"


def test_who_reads_what_a_page_says_to_change_it_is_no_visitor(owner: httpx.Client, name: str) -> None:
    read = owner.get(f"/public/{name}")
    assert "set-cookie" not in read.headers
    page = read.json()["locrit"]["page_config"] | {"title": "Zoé"}
    assert owner.put(f"/public/{name}/settings", json={"page_config": page}).json()["page_config"]["title"] == "Zoé"


@pytest.mark.parametrize("kept", [5, {"title": 5, "theme": "dark"}, {"title": "", "theme": "dark", "what": {}}])
def test_what_a_page_cannot_have_or_is_empty_is_as_the_locrit_has_it(
    owner: httpx.Client, name: str, visit: Visit, kept: Any
) -> None:
    owner.patch(f"/api/v2/locrits/{name}", json={"metadata": {"page_config": kept}}).raise_for_status()
    page = visit(name).information()["page_config"]
    assert (page["title"], page["theme"]) == (name, "auto" if kept == 5 else "dark")
    assert owner.put(f"/public/{name}/settings", json={"page_config": {"title": "Zoé"}}).status_code == 200
    assert visit(name).information()["page_config"]["title"] == "Zoé"


def test_the_person_reads_how_much_visitors_may_say(owner: httpx.Client) -> None:
    limits = owner.get("/api/v2/visitor-limits").json()
    assert limits == {"per_minute": PER_MINUTE, "per_day": PER_DAY}


def test_each_visitor_has_a_conversation_of_his_own_and_its_owner_sees_it(
    owner: httpx.Client, name: str, visit: Visit, shared_ollama: FakeOllama
) -> None:
    one, other = visit(name), visit(name)
    shared_ollama.enqueue(["Bon", "jour"])
    answer = one.say("Je suis Ada").json()
    assert answer.keys() == {"success", "response", "locrit_name", "timestamp"}
    assert (answer["response"], answer["locrit_name"]) == ("Bonjour", name)
    shared_ollama.enqueue(["Oui", " !"])
    assert one.stream("Ça va ?") == "Oui !"
    assert all(said in one.page() for said in ("Je suis Ada", "Bonjour", "Ça va ?", "Oui !"))
    assert "Je suis Ada" not in other.page()
    [seen] = owner.get("/api/v2/conversations", params={"locrit_name": name}).json()["conversations"]
    assert (seen["user_id"].partition(":")[0], seen["message_count"]) == ("visitor", 4)
    shared_ollama.enqueue(["Non"])
    other.say("Et moi ?", conversation_id=seen["conversation_id"]).raise_for_status()
    assert owner.get(f"/api/v2/conversations/{seen['conversation_id']}").json()["message_count"] == 4
    for cookie in one._http.cookies.jar:
        assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/public", True)
        assert str(cookie.value) not in str(owner.get("/api/v2/conversations").json())


def test_an_invitation_opens_one_locrit_to_one_guest_wherever_he_opens_it(
    owner: httpx.Client, name: str, visit: Visit, shared_ollama: FakeOllama
) -> None:
    owner.patch(f"/api/v2/locrits/{name}", json={"open_to": {"internet": False}}).raise_for_status()
    ann, ben = _invited(owner, name), _invited(owner, name)
    guest, elsewhere, other = (visit(f"invitation/{one['token']}") for one in (ann, ann, ben))
    shared_ollama.enqueue(["Bonjour"])
    assert guest.information()["name"] == name
    assert guest.say("Je suis Ada").json()["response"] == "Bonjour"
    shared_ollama.enqueue(["Oui", " !"])
    assert elsewhere.stream("Ça va ?") == "Oui !"
    assert all(said in guest.page() for said in ("Je suis Ada", "Ça va ?", "Oui !"))
    assert "Je suis Ada" not in other.page()
    assert visit(name).say("Salut").status_code == 403
    [seen] = owner.get("/api/v2/conversations", params={"locrit_name": name}).json()["conversations"]
    assert (seen["user_id"].partition(":")[0], seen["message_count"]) == ("visitor", 4)
    assert seen["metadata"] == {"guest": "Ada"}
    for told in (seen, owner.get(f"/api/v2/locrits/{name}/invitations").json()):
        assert ann["token"] not in str(told)


def test_an_invitation_that_does_not_hold_is_refused(owner: httpx.Client, name: str, visit: Visit) -> None:
    ann, ben = _invited(owner, name), _invited(owner, name)
    for path in (name, "Pixie Assistant"):
        revoked = owner.delete(f"/api/v2/locrits/{path}/invitations/{ann['id']}")
        assert revoked.status_code == (200 if path == name else 404)
    for token in (ann["token"], "never-was"):
        guest = visit(f"invitation/{token}")
        assert (guest.say("Salut").status_code, guest.say("Salut").json()["code"]) == (403, "forbidden")
        page = owner.get(f"/public/invitation/{token}", headers={"Accept": "text/html"})
        assert page.status_code == 403
        assert "This invitation does not hold any more" in page.text
    other = visit(f"invitation/{ben['token']}")
    assert other.say("Salut").status_code == 200
    for closing in ({"open_to": {"invitations": False}}, {"active": False, "open_to": {"invitations": True}}):
        owner.patch(f"/api/v2/locrits/{name}", json=closing).raise_for_status()
        assert other.say("Salut").status_code == 403


def test_a_guest_may_say_as_much_as_a_visitor(owner: httpx.Client, name: str, visit: Visit) -> None:
    guest = visit(f"invitation/{_invited(owner, name)['token']}")
    assert [guest.say("Salut").status_code for _ in range(PER_MINUTE + 1)] == [200] * PER_MINUTE + [429]


def _invited(owner: httpx.Client, name: str) -> dict[str, Any]:
    made: dict[str, Any] = owner.post(f"/api/v2/locrits/{name}/invitations", json={"label": "Ada"}).json()
    return made


def test_people_may_be_kept_out_of_what_the_public_may_enter(owner: httpx.Client, name: str, visit: Visit) -> None:
    owner.patch(f"/api/v2/locrits/{name}", json={"open_to": {"humans": False}}).raise_for_status()
    assert visit(name).say("Salut").status_code == 200
    assert owner.post(f"/api/v2/locrits/{name}/chat", json={"message": "Salut"}).status_code == 403


def test_a_visitor_is_answered_without_the_tools_that_read_what_is_not_his(
    owner: httpx.Client, name: str, visit: Visit, shared_ollama: FakeOllama
) -> None:
    model = "zz-tooled:1b"
    shared_ollama.models.append(model)
    shared_ollama.capabilities[model] = ["completion", "tools"]
    tools = {tool["name"]: "always" for tool in owner.get("/api/v2/tools").json()["tools"]}
    owner.patch(f"/api/v2/locrits/{name}", json={"model": model, "tools": tools}).raise_for_status()
    owner.post(f"/api/v2/locrits/{name}/memory/memories", json={"content": SECRET}).raise_for_status()
    shared_ollama.enqueue(["Non"])
    visit(name).say("Que sais-tu ?").raise_for_status()
    asked = shared_ollama.requests[-1]
    assert not asked.get("tools")
    assert SECRET not in str(asked)


def test_too_much_is_refused_with_a_sentence(name: str, visit: Visit) -> None:
    hasty = visit(name)
    assert [hasty.say("Salut").status_code for _ in range(PER_MINUTE)] == [200] * PER_MINUTE
    refused = hasty.say("Salut")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_messages")
    assert refused.json()["error"].startswith("You have sent many messages")
    assert [visit(name).say("Salut").status_code for _ in range(PER_DAY - PER_MINUTE + 1)] == [200, 200, 429]
    assert "for today" in visit(name).say("Salut").json()["error"]


@pytest.mark.parametrize("body", [{"message": " "}, {"message": ""}, {}, {"message": "x" * 4001}, {"message": 5}])
def test_nothing_to_say_is_refused_and_costs_nothing(public_server: LocritServer, name: str, body: Any) -> None:
    with public_server.client() as client:
        answers = [client.post(f"/public/{name}/chat", json=body) for _ in range(PER_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [400] * (PER_MINUTE + 1)
    assert isinstance(answers[0].json()["error"], str)


AS_VISITOR = [
    {"Host": PUBLIC_NAME},
    {"X-Forwarded-Host": f"{PUBLIC_NAME}:443"},
    {"Cookie": "locrit_visitor=x"},
    {"Cookie": f"a=b; locrit_visitor={'x' * 43}"},
]
"""By a public name, with a cookie or without, or with a visitor's cookie by any name."""


@pytest.mark.parametrize("headers", AS_VISITOR)
def test_a_visitor_reaches_no_other_address(
    public_server: LocritServer, owner: httpx.Client, tmp_path_factory: pytest.TempPathFactory, headers: dict[str, str]
) -> None:
    rules = create_app(Settings(data_dir=tmp_path_factory.mktemp("map"))).flask.url_map.iter_rules()
    before = owner.get("/api/v2/users/me/events", params={"since": 2**50}).json()["head_seq"]
    tried = 0
    with public_server.client() as client:
        client.headers.update(headers)
        for rule in rules:
            if rule.rule.startswith("/public") and "settings" not in rule.rule:
                continue
            for method in sorted(rule.methods or ()):
                path = rule.rule.replace("<outside_api:path>", "index.html").replace("<name>", "Pixie Assistant")
                answer = client.request(method, path, json={"message": "Hi", "name": "x", "confirm": True})
                assert answer.status_code == 404, (method, path)
                assert "Pixie" not in answer.text
                tried += 1
        for path in ("/assets/x.js", "//api/v2/locrits", "/public/../api/v2/locrits", "/nothing"):
            assert client.get(path).status_code == 404
        assert client.get("/socket.io/?EIO=4&transport=polling").status_code == 404
    assert tried > 150
    assert owner.get("/api/v2/users/me/events", params={"since": 2**50}).json()["head_seq"] == before


def test_a_guest_reaches_no_other_address_with_the_cookie_that_he_got(
    public_server: LocritServer, owner: httpx.Client, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with public_server.client() as client:
        link = f"/public/invitation/{_invited(owner, name)['token']}"
        client.get(link, headers={"Accept": "text/html"}).raise_for_status()
        [cookie] = client.cookies.jar
    assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == ("/public", True)
    as_guest = {"Cookie": f"{cookie.name}={cookie.value}"}
    test_a_visitor_reaches_no_other_address(public_server, owner, tmp_path_factory, as_guest)


@pytest.mark.parametrize("headers", AS_VISITOR)
def test_a_visitor_has_no_socket_and_so_no_event_and_no_scope(
    public_server: LocritServer, headers: dict[str, str]
) -> None:
    for transport in ("websocket", "polling"):
        for namespace in ("/", "/chat"):
            io = socketio.Client(reconnection=False)
            with pytest.raises(socketio.exceptions.ConnectionError):
                io.connect(public_server.url, headers, transports=[transport], namespaces=[namespace])
