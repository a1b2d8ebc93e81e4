"""What the bridge promises, whoever calls: run by pytest on the bridge's own loop, and under the real hub."""

import asyncio
import concurrent.futures
import contextvars
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from backend.async_bridge import AsyncBridge
from src.errors import NotFound, TimedOut

Scenario = Callable[[AsyncBridge], None]
SCENARIOS: dict[str, Scenario] = {}

person = contextvars.ContextVar("person", default="nobody")


def scenario(function: Scenario) -> Scenario:
    SCENARIOS[function.__name__] = function
    return function


async def answer(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


async def fail() -> None:
    await asyncio.sleep(0)
    raise NotFound("There is no such Locrit.")


async def write_durably(outcome: "asyncio.Future[None]", done: list[str]) -> None:
    """As the store writes: a cancelled caller still waits for the outcome."""
    try:
        await asyncio.shield(outcome)
    except asyncio.CancelledError:
        await asyncio.wait([outcome])
        done.append("written")
        raise


async def write_later(done: list[str], name: str = "written") -> None:
    await asyncio.sleep(0.05)
    done.append(name)


@scenario
def run_returns_the_result(bridge: AsyncBridge) -> None:
    assert bridge.run(answer(42)) == 42


@scenario
def run_raises_what_the_coroutine_raised(bridge: AsyncBridge) -> None:
    with pytest.raises(NotFound, match="no such Locrit"):
        bridge.run(fail())


@scenario
def every_call_uses_the_same_loop(bridge: AsyncBridge) -> None:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    assert bridge.run(loop()) is bridge.run(loop())


@scenario
def the_coroutine_sees_the_callers_context_and_cannot_change_it(bridge: AsyncBridge) -> None:
    async def rename() -> str:
        before = person.get()
        person.set("someone else")
        return before

    token = person.set("Ada")
    assert bridge.run(rename()) == "Ada"
    assert person.get() == "Ada"
    person.reset(token)


@scenario
def a_run_that_takes_too_long_is_cancelled_and_raises_timed_out(bridge: AsyncBridge) -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    with pytest.raises(TimedOut, match=r"longer than 0\.01 seconds"):
        bridge.run(endless(), timeout=0.01)
    assert ended == ["cancelled"]


@scenario
def a_timeout_of_the_coroutines_own_keeps_its_type(bridge: AsyncBridge) -> None:
    async def own_timeout() -> None:
        raise TimeoutError("of the model")

    with pytest.raises(TimeoutError, match="of the model"):
        bridge.run(own_timeout(), timeout=5)


@scenario
def a_timed_out_run_waits_for_the_write_it_started(bridge: AsyncBridge) -> None:
    done: list[str] = []

    async def save() -> None:
        await write_durably(asyncio.ensure_future(write_later([])), done)

    with pytest.raises(TimedOut):
        bridge.run(save(), timeout=0.01)
    assert done == ["written"]


@scenario
def a_shielded_write_finishes_even_if_nobody_waits_for_it(bridge: AsyncBridge) -> None:
    done: list[str] = []
    writes: list[asyncio.Task[None]] = []

    async def save() -> None:
        writes.append(asyncio.create_task(write_later(done)))
        await asyncio.shield(writes[0])

    async def outcome() -> None:
        await writes[0]

    with pytest.raises(TimedOut):
        bridge.run(save(), timeout=0.01)
    bridge.run(outcome())
    assert done == ["written"]


@scenario
def a_coroutine_cancelled_from_within_raises_an_ordinary_exception(bridge: AsyncBridge) -> None:
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(concurrent.futures.CancelledError):
        bridge.run(cancelled())


@scenario
def inside_a_coroutine_every_call_raises_at_once_and_says_what_to_do(bridge: AsyncBridge) -> None:
    async def blocking(call: Callable[[], Any]) -> None:
        call()

    with pytest.raises(RuntimeError, match="await it"):
        bridge.run(blocking(lambda: bridge.run(answer(1), timeout=5)))
    with pytest.raises(RuntimeError, match="await it"):
        bridge.run(blocking(lambda: next(bridge.stream(numbers(1)))))


@scenario
def a_native_thread_may_call_while_the_loop_goes_on(bridge: AsyncBridge) -> None:
    async def where() -> tuple[int, str]:
        return threading.get_ident(), person.get()

    def work() -> tuple[int, str]:
        person.set("thread")
        return bridge.run(where())

    expected, _ = bridge.run(where())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        calls = [asyncio.wrap_future(pool.submit(work), loop=bridge._loop) for _ in range(32)]
        assert bridge.run(gathered(calls)) == [(expected, "thread")] * 32


async def gathered(calls: "list[asyncio.Future[Any]]") -> list[Any]:
    return await asyncio.gather(*calls)


async def numbers(count: int, log: list[Any] | None = None) -> AsyncIterator[int]:
    log = [] if log is None else log
    token = person.set("stream")
    try:
        for number in range(count):
            log.append(number)
            yield number
            await asyncio.sleep(0)
            assert person.get() == "stream"
    finally:
        person.reset(token)
        log.append("closed")


@scenario
def a_stream_yields_everything_in_order(bridge: AsyncBridge) -> None:
    log: list[Any] = []
    assert list(bridge.stream(numbers(100, log))) == list(range(100))
    assert log == [*range(100), "closed"]


@scenario
def a_stream_asks_for_an_item_only_when_it_is_wanted(bridge: AsyncBridge) -> None:
    log: list[Any] = []
    stream = bridge.stream(numbers(100, log))
    assert [next(stream), next(stream)] == [0, 1]
    assert bridge.run(answer(tuple(log))) == (0, 1)
    stream.close()
    assert log == [0, 1, "closed"]


@scenario
def a_stream_that_fails_has_delivered_what_came_before(bridge: AsyncBridge) -> None:
    async def cut() -> AsyncIterator[int]:
        yield 1
        raise NotFound("gone")

    stream = bridge.stream(cut())
    assert next(stream) == 1
    with pytest.raises(NotFound, match="gone"):
        next(stream)


@scenario
def the_loop_is_alive(bridge: AsyncBridge) -> None:
    bridge.run(asyncio.sleep(0.1))
    assert bridge.alive()
    assert bridge.heartbeat.age_s() < bridge.heartbeat.longest_stall_s + 5
