"""A small server on the real runtime, for tests: `python -m tests.backend.bridge_server PORT GRACE_S SHUTDOWN`.

SHUTDOWN is what on_shutdown does: `save` finishes a write, `hang` never ends, `fail` raises.
"""

from backend.runtime import install

runtime = install()

import asyncio  # noqa: E402
import contextvars  # noqa: E402
import logging  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
from collections.abc import AsyncIterator  # noqa: E402

from flask import Flask, Response  # noqa: E402
from flask_socketio import SocketIO  # noqa: E402

from backend.async_bridge import AsyncBridge  # noqa: E402

IDLE_S = 2.0

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet")
bridge = AsyncBridge(runtime)
asked_for = contextvars.ContextVar[int]("asked_for")
released = asyncio.Event()


async def doubled() -> int:
    await asyncio.sleep(random.random() / 10)
    return 2 * asked_for.get()


async def lines(start: int) -> AsyncIterator[str]:
    for number in range(start, start + 50):
        await asyncio.sleep(random.random() / 100)
        yield f"{number}\n"


@app.get("/double/<int:number>")
def double(number: int) -> str:
    asked_for.set(number)
    return str(bridge.run(doubled()))


@app.get("/stream/<int:start>")
def stream(start: int) -> Response:
    return Response(bridge.stream(lines(start)), mimetype="text/plain")


@app.get("/piecemeal")
def piecemeal() -> Response:
    async def pieces() -> AsyncIterator[str]:
        yield "first\n"
        await released.wait()
        yield "second\n"

    return Response(bridge.stream(pieces()), mimetype="text/plain")


@app.post("/release")
def release() -> str:
    released.set()
    return "released"


@app.get("/slow/<int:milliseconds>")
def slow(milliseconds: int) -> str:
    print("answering", flush=True)
    bridge.run(asyncio.sleep(milliseconds / 1000))
    return "answered"


@socketio.on("echo")
def echo(text: str) -> str:
    return text


def on_shutdown(manner: str) -> None:
    print("shutting down", flush=True)
    bridge.run({"save": lambda: asyncio.sleep(0.05), "hang": asyncio.Event().wait, "fail": failing}[manner]())
    print("everything is saved", flush=True)


async def failing() -> None:
    raise OSError("the disk is full")


if __name__ == "__main__":
    logging.basicConfig()
    port, grace_s, manner = sys.argv[1:]
    runtime.serve(
        app,
        "127.0.0.1",
        int(port),
        on_listening=lambda listening_on: print(listening_on, flush=True),
        on_shutdown=lambda: on_shutdown(manner),
        grace_s=float(grace_s),
        idle_s=IDLE_S,
    )
