"""What a summary costs follows from the days there were words on, not from how many messages there are."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine

from src.stores import locrits, summary
from tests.bench.library import spread
from tests.bench.places import application
from tests.callers import ME
from tests.stores.cost import steps

FEW, MANY = "Pixie Assistant", "Marie Recherche"
DAYS = 20


async def _filled(data_dir: Path) -> None:
    async with application(data_dir) as app:
        await spread(app, FEW, 200, DAYS)
        await spread(app, MANY, 10_000, DAYS)
        assert (await app.memory.statistics(MANY)).total_messages == 10_000


def test_a_summary_of_fifty_times_as_many_messages_is_as_much_work(tmp_path: Path) -> None:
    asyncio.run(_filled(tmp_path))
    engine = create_engine(f"sqlite:///{tmp_path / 'locrit.db'}")
    work: dict[str, int] = {}
    with engine.connect() as connection:
        for name in (FEW, MANY):
            locrit_id = locrits.require(connection, ME.user_id, name).id
            with steps(connection) as counted:
                summary.overview(connection, ME.user_id, locrit_id, ZoneInfo("Europe/Paris"))
            work[name] = counted[0]
    engine.dispose()
    assert work[FEW] > 0
    assert work[MANY] <= 1.1 * work[FEW], work
