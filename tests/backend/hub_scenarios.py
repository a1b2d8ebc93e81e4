"""What the bridge promises to greenlets. `python -m tests.backend.hub_scenarios` runs all scenarios under the hub
and prints, as JSON, the traceback of each that failed."""

from backend.runtime import install

runtime = install()

import _queue  # noqa: E402
import asyncio  # noqa: E402
import json  # noqa: E402
import queue  # noqa: E402
import threading  # noqa: E402
import traceback  # noqa: E402
from collections.abc import AsyncIterator  # noqa: E402

import eventlet  # noqa: E402
import pytest  # noqa: E402

from backend.async_bridge import AsyncBridge  # noqa: E402
from tests.backend.bridge_scenarios import SCENARIOS, Scenario, answer, scenario, write_durably, write_later  # noqa: E402


async def endless(log: list[str]) -> None:
    log.append("started")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        log.append("cancelled")
        raise


@scenario
def native_threads_keep_their_queues_and_locks(_bridge: AsyncBridge) -> None:
    assert queue.SimpleQueue is _queue.SimpleQueue
    assert type(threading.RLock()).__module__ == "_thread"


@scenario
def greenlets_wait_beside_each_other(bridge: AsyncBridge) -> None:
    barrier = asyncio.Barrier(200)

    async def all_have_arrived(number: int) -> int:
        await barrier.wait()
        return number

    waiting = [eventlet.spawn(bridge.run, all_have_arrived(n)) for n in range(200)]
    assert [greenlet.wait() for greenlet in waiting] == list(range(200))


@scenario
def killing_a_greenlet_cancels_its_coroutine(bridge: AsyncBridge) -> None:
    log: list[str] = []
    greenlet = eventlet.spawn(bridge.run, endless(log))
    eventlet.sleep(0.01)
    greenlet.kill()
    with pytest.raises(eventlet.greenlet.GreenletExit):
        greenlet.wait()
    assert log == ["started", "cancelled"]


@scenario
def killing_a_greenlet_waits_for_the_write_it_started(bridge: AsyncBridge) -> None:
    log: list[str] = []

    async def save() -> None:
        await write_durably(asyncio.ensure_future(write_later(log, "committed")), log)

    greenlet = eventlet.spawn(bridge.run, save())
    eventlet.sleep(0.01)
    greenlet.kill()
    with pytest.raises(eventlet.greenlet.GreenletExit):
        greenlet.wait()
    assert log == ["committed", "written"]


@scenario
def a_second_kill_does_not_wait(bridge: AsyncBridge) -> None:
    log: list[str] = []
    release = asyncio.Event()

    async def stubborn() -> None:
        try:
            await endless(log)
        finally:
            await release.wait()
            log.append("ended")

    greenlet = eventlet.spawn(bridge.run, stubborn())
    eventlet.sleep(0.01)
    greenlet.kill()
    greenlet.kill()
    with pytest.raises(eventlet.greenlet.GreenletExit):
        greenlet.wait()
    assert log == ["started", "cancelled"]
    release.set()
    bridge.run(asyncio.sleep(0.01))
    assert log == ["started", "cancelled", "ended"]


@scenario
def an_eventlet_timeout_cancels_the_coroutine(bridge: AsyncBridge) -> None:
    log: list[str] = []
    with pytest.raises(eventlet.Timeout), eventlet.Timeout(0.01):
        bridge.run(endless(log))
    assert log == ["started", "cancelled"]


@scenario
def killing_a_greenlet_in_a_stream_closes_the_iterator(bridge: AsyncBridge) -> None:
    log: list[str] = []

    async def silence() -> AsyncIterator[int]:
        yield 1
        await endless(log)

    greenlet = eventlet.spawn(lambda: list(bridge.stream(silence())))
    eventlet.sleep(0.01)
    greenlet.kill()
    assert log == ["started", "cancelled"]
    assert bridge.run(answer("still serving")) == "still serving"


@scenario
def a_greenlet_is_woken_only_by_what_it_waits_for(bridge: AsyncBridge) -> None:
    """The future is done and the greenlet is thrown out in one turn of the loop: the wake-up must not hit later."""
    future: asyncio.Future[None] = runtime.loop.create_future()
    log: list[str] = []

    def wait() -> None:
        try:
            runtime.wait(future)
        except ValueError:
            eventlet.sleep(0.02)
            log.append("slept undisturbed")

    greenlet = eventlet.spawn(wait)
    eventlet.sleep(0.01)
    future.set_result(None)
    started = runtime.loop.time()
    greenlet.kill(ValueError)
    greenlet.wait()
    assert log == ["slept undisturbed"]
    assert runtime.loop.time() - started >= 0.01


def outcome(test: Scenario, bridge: AsyncBridge) -> str:
    try:
        test(bridge)
    except BaseException:  # noqa: BLE001  # a failed assertion is data here, whatever its type
        return traceback.format_exc()
    return ""


if __name__ == "__main__":
    shared = AsyncBridge(runtime)
    print(json.dumps({name: outcome(test, shared) for name, test in SCENARIOS.items()}))
