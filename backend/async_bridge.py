"""The one door from sync code (request handlers, scripts) to async services.

All coroutines run on one loop, whoever calls: services hold state that is bound to it. Under the server that is the
hub's loop, shared with the greenlets; without one (scripts, tests) the bridge owns a loop in a native thread.
"""

import asyncio
import concurrent.futures
import contextvars
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from backend.heartbeat import Heartbeat
from src import awake
from src.errors import TimedOut

if TYPE_CHECKING:  # scripts and tests use the bridge without eventlet
    from backend.runtime import Runtime

T = TypeVar("T")
Work = Coroutine[Any, Any, T]

ALIVE_WITHIN_S = 5.0
GETS_GOING_S = 0.1


class AsyncBridge:
    def __init__(self, runtime: "Runtime | None" = None) -> None:
        self._runtime = runtime
        self._loop = runtime.loop if runtime is not None else _loop_in_a_thread()
        self.heartbeat = Heartbeat(self._loop)

    def run(self, work: Work[T], timeout: float | None = None, context: contextvars.Context | None = None) -> T:
        """Runs a coroutine to its outcome, in `context` or a copy of the caller's; other greenlets go on meanwhile.

        Raises what the coroutine raises, `TimedOut` after `timeout` seconds, `concurrent.futures.CancelledError` when
        it was cancelled from within, and RuntimeError from inside a coroutine. A timeout, or a greenlet killed while it
        waits, cancels the coroutine and then waits until it has ended: work that must not be torn awaits its outcome
        before it lets the cancellation through.
        """
        runtime = self._runtime if self._runtime is not None and self._runtime.in_greenlet() else None
        if runtime is None:
            self._refuse_what_would_hang(work)
        if timeout is not None:
            work = _within(work, timeout)
        try:
            if runtime is not None:
                return runtime.wait(self._loop.create_task(work, context=context))
            return self._outcome_for_thread(work if context is None else _in_context(work, context))
        except asyncio.CancelledError:  # a BaseException, which means nothing to sync code
            raise concurrent.futures.CancelledError from None

    def stream(self, items: AsyncIterator[T]) -> Generator[T, None, None]:
        """The items one by one, each asked for when it is wanted; closing or leaving it early closes `items`.

        Each step is a task of its own in one shared context, so `items` must not yield inside an `asyncio.timeout`.
        """
        context = contextvars.copy_context()
        try:
            while True:
                try:
                    item = self.run(_next(items), context=context)
                except StopAsyncIteration:
                    return
                yield item
        finally:
            self.run(_close(items), context=context)

    def alive(self, within_s: float = ALIVE_WITHIN_S) -> bool:
        """Whether the loop has turned in the last `within_s` seconds; a process that was stopped turns it first."""
        if self.heartbeat.age_s() >= within_s:
            time.sleep(GETS_GOING_S)
        return self.heartbeat.age_s() < within_s

    def _refuse_what_would_hang(self, work: Work[Any]) -> None:
        if _runs_a_loop():
            work.close()
            raise RuntimeError("AsyncBridge was called from inside a coroutine, which would block the loop: await it")
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("the loop of AsyncBridge has ended")

    def _outcome_for_thread(self, work: Work[T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise


def _loop_in_a_thread() -> asyncio.AbstractEventLoop:
    """It turns until the process ends."""
    loop = asyncio.new_event_loop()

    def turn() -> None:
        try:
            loop.run_forever()
        finally:
            loop.close()

    threading.Thread(target=turn, name="locrit-loop", daemon=True).start()
    return loop


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _within(work: Work[T], timeout_s: float) -> T:
    limit: asyncio.Timeout | None = None
    try:
        async with awake.timeout(timeout_s) as limit:
            return await work
    except TimeoutError as error:
        if limit is None or not limit.expired():
            raise
        raise TimedOut(f"This took longer than {timeout_s:g} seconds and was stopped.") from error


async def _in_context(work: Work[T], context: contextvars.Context) -> T:
    return await asyncio.get_running_loop().create_task(work, context=context)


async def _next(items: AsyncIterator[T]) -> T:
    return await anext(items)


async def _close(items: AsyncIterator[Any]) -> None:
    if hasattr(items, "aclose"):
        await items.aclose()
