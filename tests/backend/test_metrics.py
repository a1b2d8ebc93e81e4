"""What Prometheus reads, and who may read it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.eventually import wait_until
from tests.fakes.ollama import Cut, FakeOllama
from tests.faults.test_processes import Places, serving
from tests.fixtures.server import LocritServer
from tests.fixtures.sockets import ChatClient

Sample = tuple[str, tuple[tuple[str, str], ...]]


def read(client: httpx.Client) -> dict[Sample, float]:
    told = client.get("/metrics").raise_for_status()
    assert told.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(told.text)
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for each in families for one in each.samples}


def value(client: httpx.Client, name: str, **labels: str) -> float:
    return read(client)[name, tuple(labels.items())]


def chat(server: LocritServer, message: str = "Hi") -> None:
    with server.client() as client:
        client.post("/api/v2/locrits/Bob Technique/chat", json={"message": message})


def test_what_is_saved_and_answered_is_counted_and_timed(server: LocritServer, ollama: FakeOllama) -> None:
    with server.client() as client:
        before = value(client, "locrit_saves_total", outcome="saved")
        chat(server)
        ollama.enqueue(["Half", Cut()])
        chat(server)
        assert client.patch("/api/v2/conversations/unknown", json={"title": "x"}).status_code == 404
        wait_until(lambda: value(client, "locrit_replies_total", outcome="failed") == 1)
        assert value(client, "locrit_replies_total", outcome="complete") == 1
        assert value(client, "locrit_first_token_seconds_count") >= 1
        saved = value(client, "locrit_saves_total", outcome="saved")
        assert saved >= before + 4
        assert value(client, "locrit_save_seconds_count") >= saved
        assert value(client, "locrit_saves_total", outcome="refused") == 1
        assert value(client, "locrit_saves_total", outcome="failed") == 0
        assert value(client, "locrit_restore_seconds") > 0
        assert value(client, "locrit_database_bytes") > 10_000
        assert value(client, "locrit_hub_stall_seconds") >= 0
        storage = client.get("/api/v2/storage").json()
        assert storage["replies"] == {"complete": 1, "interrupted": 0, "failed": 1, "stopped": 0}
        assert storage["saves"]["saved"] >= saved


def test_nothing_that_people_name_is_a_label(server: LocritServer) -> None:
    with server.client() as client:
        names = set(read(client))
        for name in ("Secret Locrit", "Another"):
            client.post("/api/v2/locrits", json={"name": name}).raise_for_status()
            client.post(f"/api/v2/locrits/{name}/chat", json={"message": name}).raise_for_status()
        assert set(read(client)) == names
        assert {key for _, labels in names for key, _ in labels} == {"outcome", "le"}


def test_a_browser_says_how_long_its_outbox_has_waited(server: LocritServer) -> None:
    browsers = [ChatClient(server.url, namespace) for namespace in ("/", "/chat")]
    with server.client() as client:
        assert value(client, "locrit_outbox_oldest_seconds") == 0
        for browser, oldest_ms in zip(browsers, (60_000, 3_600_000), strict=True):
            browser.call("report_outbox", {"oldest_ms": oldest_ms})
        assert 3600 <= value(client, "locrit_outbox_oldest_seconds") < 3700
        browsers[1].close()
        wait_until(lambda: 60 <= value(client, "locrit_outbox_oldest_seconds") < 160)
        browsers[0].call("report_outbox", {})
        assert value(client, "locrit_outbox_oldest_seconds") == 0
        browsers[0].emit("report_outbox", {"oldest_ms": -1})
        assert browsers[0].wait_for("error")["code"] == "invalid_input"
        browsers[0].close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:5000"}, 200),
        ({"Host": "[::1]:5000"}, 200),
        ({"Host": "chat.example"}, 403),
        ({"Host": "metrics.example:443", "X-Forwarded-For": "192.0.2.1"}, 200),
        ({"X-Forwarded-For": "192.0.2.1"}, 403),
        ({"Forwarded": "for=192.0.2.1"}, 403),
        ({"Host": "chat.example", "X-Forwarded-Host": "metrics.example"}, 403),
    ],
)
def test_only_this_machine_and_who_is_named_reads_them(
    named: httpx.Client, headers: dict[str, str], status: int
) -> None:
    answer = named.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("locrit_saves" in answer.text) == (status == 200)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    names = {"LOCRIT_TRUSTED_HOSTS": "chat.example,metrics.example", "LOCRIT_METRICS_HOSTS": "metrics.example"}
    server = LocritServer(
        tmp_path_factory.mktemp("named"), {**names, "LOCRIT_LLM": "ollama", "OLLAMA_HOST": "127.0.0.1:9"}
    )
    with server.client() as client:
        yield client
    server.kill()


def test_each_of_several_processes_tells_of_itself(tmp_path: Path, postgresql_url: str, ollama: FakeOllama) -> None:
    serve = serving(tmp_path, {"LOCRIT_DATABASE_URL": postgresql_url}, ollama)
    places: Places = next(serve)
    one, other = places.start(), places.start()
    chat(one)
    with one.client() as busy, other.client() as idle:
        wait_until(lambda: value(busy, "locrit_replies_total", outcome="complete") == 1)
        assert value(idle, "locrit_replies_total", outcome="complete") == 0
        assert value(idle, "locrit_database_bytes") > 0
    assert next(serve, None) is None
