"""Forks servers that have imported everything already: each is `web_app.py` from its first line on.

Reads commands from its standard input: `start` forks one and prints its process id, `wait` prints its exit status.
"""

import asyncio
import os
import runpy
import select
import sys
import warnings

wait = os.waitpid  # eventlet's starts the hub
os.environ["EVENTLET_HUB"] = "asyncio"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import eventlet

poll = select.poll
eventlet.monkey_patch(thread=False)  # as backend.runtime does; the hub itself must be made after the fork
select.poll = poll  # type: ignore[misc]

import backend.app  # noqa: E402
import backend.command_line  # noqa: E402, F401


def main() -> None:
    log = sys.argv.pop(1)
    pid = 0
    for command in sys.stdin:
        if command.strip() == "start":
            pid = os.fork()
            if pid == 0:
                _become_a_server(log)
            print(pid, flush=True)
        else:
            print(os.waitstatus_to_exitcode(wait(pid, 0)[1]), flush=True)


def _become_a_server(log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    del eventlet.hubs._threadlocal.hub  # it makes a hub and a loop of its own
    asyncio._set_running_loop(None)
    runpy.run_path("web_app.py", run_name="__main__")


if __name__ == "__main__":
    main()
