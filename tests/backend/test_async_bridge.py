"""The bridge on a loop of its own, under the real hub, and under a real server."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from backend.async_bridge import AsyncBridge
from tests.backend.bridge_scenarios import SCENARIOS
from tests.backend.server_process import started
from tests.eventually import wait_until

HUB_SCENARIOS = [
    "native_threads_keep_their_queues_and_locks",
    "greenlets_wait_beside_each_other",
    "killing_a_greenlet_cancels_its_coroutine",
    "killing_a_greenlet_waits_for_the_write_it_started",
    "a_second_kill_does_not_wait",
    "an_eventlet_timeout_cancels_the_coroutine",
    "killing_a_greenlet_in_a_stream_closes_the_iterator",
    "a_greenlet_is_woken_only_by_what_it_waits_for",
]


@pytest.fixture
def bridge() -> Iterator[AsyncBridge]:
    bridge = AsyncBridge()
    yield bridge
    if not bridge._loop.is_closed():
        bridge._loop.call_soon_threadsafe(bridge._loop.stop)
    wait_until(bridge._loop.is_closed)


@pytest.fixture(scope="module")
def under_the_hub() -> dict[str, str]:
    """The traceback of every scenario that failed, "" of the others."""
    command = [sys.executable, "-m", "tests.backend.hub_scenarios"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    outcomes: dict[str, str] = json.loads(result.stdout)
    return outcomes


@pytest.mark.parametrize("name", SCENARIOS)
def test_without_a_hub(name: str, bridge: AsyncBridge) -> None:
    SCENARIOS[name](bridge)


@pytest.mark.parametrize("name", [*SCENARIOS, *HUB_SCENARIOS])
def test_under_the_hub(name: str, under_the_hub: dict[str, str]) -> None:
    assert under_the_hub[name] == ""


def test_every_scenario_ran_under_the_hub(under_the_hub: dict[str, str]) -> None:
    assert set(under_the_hub) == {*SCENARIOS, *HUB_SCENARIOS}


def test_200_calls_and_20_streams_at_once_are_all_correct() -> None:
    with started() as server, ThreadPoolExecutor(220) as pool:
        streams = [pool.submit(requests.get, f"{server.url}/stream/{n}", timeout=60) for n in range(20)]
        calls = [pool.submit(requests.get, f"{server.url}/double/{n}", timeout=60) for n in range(200)]
        assert [call.result().text for call in calls] == [str(2 * n) for n in range(200)]
        for n, stream in enumerate(streams):
            assert stream.result().text.split() == [str(number) for number in range(n, n + 50)]


def test_a_streamed_answer_is_sent_piece_by_piece() -> None:
    with started() as server, requests.get(f"{server.url}/piecemeal", stream=True, timeout=60) as answer:
        pieces = answer.iter_lines(chunk_size=1, decode_unicode=True)
        assert next(pieces) == "first"
        requests.post(f"{server.url}/release", timeout=60)
        assert list(pieces) == ["second"]


def test_a_client_that_leaves_does_not_disturb_the_server() -> None:
    with started() as server:
        with requests.get(f"{server.url}/piecemeal", stream=True, timeout=60) as answer:
            assert next(answer.iter_lines(chunk_size=1, decode_unicode=True)) == "first"
        requests.post(f"{server.url}/release", timeout=60)
        assert requests.get(f"{server.url}/double/21", timeout=60).text == "42"


def test_a_loop_that_is_blocked_is_not_alive_until_it_turns_again(bridge: AsyncBridge) -> None:
    release = threading.Event()
    bridge._loop.call_soon_threadsafe(release.wait)
    wait_until(lambda: not bridge.alive(within_s=0.2))
    release.set()
    wait_until(lambda: bridge.alive(within_s=0.2))
    assert bridge.heartbeat.longest_stall_s > 0.1


def test_a_loop_that_ended_is_not_alive_and_refuses_work(bridge: AsyncBridge) -> None:
    bridge._loop.call_soon_threadsafe(bridge._loop.stop)
    wait_until(lambda: not bridge.alive(within_s=0.2))
    with pytest.raises(RuntimeError, match="ended"):
        bridge.run(asyncio.sleep(0))
