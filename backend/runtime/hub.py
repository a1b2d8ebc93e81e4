"""Eventlet's asyncio hub: patching, waiting greenlets, signals and the graceful stop.

Request handlers are greenlets and services are coroutines; both run in one native thread on one event loop.
Native threads stay native: `threading` and `queue` are not patched.
"""

import asyncio
import gc
import logging
import os
import queue
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, NoReturn, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its notice that it is in maintenance would greet everyone at every start
    import eventlet
import eventlet.wsgi
from eventlet.hubs.asyncio import Hub

from backend.runtime.listener import listen
from backend.runtime.strict_http import StrictHttp

T = TypeVar("T")
log = logging.getLogger("locrit.runtime")

GRACE_S = 4.0
DRAIN_S = 1.0
MAX_CONNECTIONS = 10_000
IDLE_S = 60.0
"""A connection on which nothing is asked for that long is closed."""
STUCK_S = 60.0
"""So is one on which a request does not go on, or an answer is not taken."""
GARBAGE_AFTER = 20_000, 5, 5
"""New objects until the youngest are looked through for garbage, and how often that is until the next older are. By
Python's 700, 10, 10 all that 200 running replies hold was looked through 30 times in 20 seconds."""


def install() -> "Runtime":
    """Patches the standard library. Must run before anything but this module is imported."""
    gc.disable()  # until it serves: loading makes no garbage, and looking for some takes a third of a second
    os.umask(0o077)  # what this process writes is for nobody else on the machine
    os.environ["EVENTLET_HUB"] = "asyncio"
    poll, simple_queue, rlock = select.poll, queue.SimpleQueue, threading.RLock
    eventlet.monkey_patch(thread=False)  # with patched threads the hub and native threads deadlock
    # for patched threads alone it puts Python's own in the place of C's, which hand on what is saved ten times as fast
    queue.SimpleQueue, threading.RLock = simple_queue, rlock  # type: ignore[misc]
    # eventlet removes it; httpx asks it, without waiting, whether a connection that it kept is alive
    select.poll = poll  # type: ignore[misc]
    hub = eventlet.hubs.get_hub()
    if type(hub) is not Hub:
        raise RuntimeError("eventlet was used before backend.runtime.install(): it is too late to choose its hub")
    return Runtime(hub)


class Runtime:
    """The hub's thread: where greenlets can wait for what the event loop does."""

    def __init__(self, hub: Hub) -> None:
        self.loop: asyncio.AbstractEventLoop = hub.loop
        self._hub = hub
        self.thread_id = threading.get_ident()

    def in_greenlet(self) -> bool:
        """Whether the caller may wait. Inside a coroutine or a callback of the loop it may not: it *is* the hub."""
        return threading.get_ident() == self.thread_id and eventlet.getcurrent() is not self._hub.greenlet

    def wait(self, future: "asyncio.Future[T]") -> T:
        """Suspends the calling greenlet until `future` is done.

        When the greenlet is killed or timed out from outside, the future is cancelled and what it does about that
        (finishing a write) is awaited before the exception goes on; a second such exception does not wait.
        """
        try:
            self._sleep_until_done(future)
        finally:
            if future.cancel():
                self._sleep_until_done(future)
        return future.result()

    def serve(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        *,
        on_listening: Callable[[int], None],
        on_shutdown: Callable[[], None],
        grace_s: float = GRACE_S,
        idle_s: float = IDLE_S,
    ) -> NoReturn:
        """Serves until SIGTERM or SIGINT, then ends the process; a second signal ends it at once.

        `on_listening` gets the real port, also when `port` is 0. On stop: no new connections, up to one second for
        requests being answered, `on_shutdown` in a greenlet, exit. `grace_s` after the signal the process ends anyway.
        Connections on which nothing was asked for `idle_s` are closed.
        Raises SystemExit with a sentence when the address cannot be had.
        """
        listener = listen(host, port)
        requests = _RequestsInFlight(app)
        stop = _StopSignal(self.loop, grace_s)
        acceptor = eventlet.spawn(
            eventlet.wsgi.server,
            listener,
            requests,
            log=logging.getLogger("locrit.wsgi"),
            log_output=False,
            debug=False,  # else clients are sent tracebacks
            max_size=MAX_CONNECTIONS,
            minimum_chunk_size=1,  # else streamed replies are held back until there are 4 KB
            protocol=StrictHttp,
            keepalive=idle_s,
            socket_timeout=STUCK_S,
        )
        gc.freeze()  # what is loaded by now stays: looking through it for garbage held everyone up for 50 ms and more
        gc.set_threshold(*GARBAGE_AFTER)
        gc.enable()
        on_listening(listener.getsockname()[1])
        self.wait(stop.requested)
        acceptor.kill()
        listener.close()
        requests.drain(DRAIN_S)
        _exit_after(on_shutdown)

    def _sleep_until_done(self, future: "asyncio.Future[Any]") -> None:
        wake = _Wake(eventlet.getcurrent().switch)
        future.add_done_callback(wake)
        try:
            while not future.done():
                self._hub.switch()
        finally:
            wake.switch = None


class _Wake:
    """Switches to a greenlet, unless it has stopped waiting: a callback already scheduled cannot be taken back."""

    __slots__ = ("switch",)

    def __init__(self, switch: Callable[[], object]) -> None:
        self.switch: Callable[[], object] | None = switch

    def __call__(self, _future: "asyncio.Future[Any]") -> None:
        if self.switch is not None:
            self.switch()


class _RequestsInFlight:
    """Counts the requests being answered. WebSockets are not waited for: they have no end."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._count = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_UPGRADE" not in environ:
            self._count += 1
            environ["eventlet.posthooks"].append((self._answered, (), {}))
        return self._app(environ, start_response)

    def drain(self, at_most_s: float) -> None:
        deadline = time.monotonic() + at_most_s
        while self._count and time.monotonic() < deadline:
            eventlet.sleep(0.01)

    def _answered(self, _environ: WSGIEnvironment) -> None:
        self._count -= 1


class _StopSignal:
    """The first SIGTERM or SIGINT asks, the second insists, and a native thread sees to it that asking is enough."""

    def __init__(self, loop: asyncio.AbstractEventLoop, grace_s: float) -> None:
        self.requested: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._deadline = threading.Timer(grace_s, self._give_up)
        self._deadline.daemon = True
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._asked:
            os._exit(128 + number)
        self._asked = True
        self._deadline.start()
        self._loop.call_soon_threadsafe(self.requested.set_result, None)

    def _give_up(self) -> None:
        log.error("did not stop in %g s and is ended now; what was shown as saved is safe", self._deadline.interval)
        os._exit(1)


def _exit_after(on_shutdown: Callable[[], None]) -> NoReturn:
    """Ends the process without unwinding the greenlets that still wait for clients: their services are closed."""
    status = 0
    try:
        on_shutdown()
    except Exception:
        log.exception("the shutdown failed")
        status = 1
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
