"""What people who save wait for while something else is done that touches much."""

import asyncio
from typing import Any

from tests.bench.figures import Report
from tests.bench.forgetting import USUAL_S, fill, save_until, saves_during
from tests.bench.places import LOCRIT, application, directory
from tests.callers import OnePersons

MESSAGES = 10_000
CONVERSATIONS = 1_000
AT_ONCE = 32
"""Renamed by as many clients."""


def measure(size: float) -> list[Report]:
    return asyncio.run(_measured(int(MESSAGES * size), int(CONVERSATIONS * size)))


async def _measured(messages: int, count: int) -> list[Report]:
    with directory() as data_dir:
        async with application(data_dir) as app:
            opened, _ = await app.memory.open_conversation(LOCRIT)
            await fill(app, opened.conversation_id, messages)
            [*_, last] = (await app.memory.get_conversation_history(opened.conversation_id, limit=1))[0]
            talks = [(await app.memory.open_conversation(LOCRIT))[0].conversation_id for _ in range(count)]
            usual_ms = await save_until(app, asyncio.create_task(asyncio.sleep(USUAL_S)))
            works: dict[str, Any] = {
                f"{count:,} conversations are renamed": _rename(app, talks),
                f"the Locrit of {count:,} conversations is renamed": app.locrits.edit(LOCRIT, {"name": "Bob"}),
                f"{messages:,} messages are copied into a fork": app.history.fork(last.message_id),
                "counters and index are repaired": app.history.verify(repair=True),
            }
            reports = [await saves_during(app, what, work, usual_ms) for what, work in works.items()]
            clearing = app.memory.clear("Bob")
            reports.append(await saves_during(app, f"{count:,} conversations are cleared", clearing, usual_ms))
            emptying = app.history.empty_trash()
            reports.append(await saves_during(app, "the trash with all of that is emptied", emptying, usual_ms))
            return reports


async def _rename(app: OnePersons, talks: list[str]) -> None:
    async def client(number: int) -> None:
        for id_ in talks[number::AT_ONCE]:
            await app.memory.edit_conversation(id_, {"title": f"Renamed {id_}"})

    await asyncio.gather(*(client(number) for number in range(AT_ONCE)))
