"""What the memory explorer shows beside the conversations: all Locrits at a glance, and recall."""

from backend.protocol.fields import Done
from backend.protocol.memory import (
    AskedMemory,
    AskedThing,
    AskQuery,
    Days,
    ExportQuery,
    MemorySummary,
    RecallLog,
    RecallLogQuery,
)
from backend.routes.memory import MEMORY
from backend.routing import SentPieces, endpoint
from src.application import Application
from src.operations import Caller
from src.services.exporting import MEDIA_TYPES
from src.services.memory_recall import cost
from src.services.reminders import TOKENS

LOOKED_AT = 4
"""So many times as much as fits is shown."""
MOST_TOKENS = 4000
EXPORTS = tuple(type_.partition(";")[0] for type_ in MEDIA_TYPES.values())


class ExplorerRoutes:
    noun = "explorer"

    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits
        self._memory = application.memory
        self._recall = application.recall
        self._memories = application.memory_recall

    @endpoint("GET", "/api/v2/memory/summary", MemorySummary, query=Days)
    async def summary_of_all(self, caller: Caller, query: Days) -> MemorySummary:
        """Counts, the newest messages and sessions of all Locrits."""
        return MemorySummary.of(await self._memory.summary_of_all(caller, query.tz))

    @endpoint("GET", f"{MEMORY}/ask", AskedMemory, query=AskQuery)
    async def ask_memory(self, caller: Caller, name: str, query: AskQuery) -> AskedMemory:
        """What would be recalled for a question, and why; also what would not fit."""
        level = (await self._locrits.get(caller, name)).recall
        tokens = query.tokens or TOKENS[level] or TOKENS["full"]
        memories = await self._memories.recall(caller, name, query.q, tokens)
        fitting = await self._recall.recall(caller, name, query.q, tokens - cost(memories))
        fits = {(one.message_id, one.start) for one in fitting}
        best = await self._recall.recall(caller, name, query.q, min(tokens * LOOKED_AT, MOST_TOKENS))
        found = {(one.message_id, one.start): one for one in (*best, *fitting)}
        results = [AskedThing(**dict(one), fits=place in fits) for place, one in found.items()]
        return AskedMemory(results=sorted(results, key=lambda one: -one.score), memories=memories)

    @endpoint("GET", f"{MEMORY}/recalls", RecallLog, query=RecallLogQuery)
    async def list_recalls(self, caller: Caller, name: str, query: RecallLogQuery) -> RecallLog:
        """For which replies what was recalled, the newest first."""
        entries, next_cursor = await self._memory.recall_log(caller, name, query.cursor, query.limit)
        return RecallLog(entries=entries, next_cursor=next_cursor)

    @endpoint("GET", f"{MEMORY}/export", Done, query=ExportQuery, downloads=EXPORTS)
    async def export_memory(self, caller: Caller, name: str, query: ExportQuery) -> SentPieces:
        """Everything of a kind that is not in the trash, as a file."""
        pieces = await self._memory.export(caller, name, query.what, query.format)
        return SentPieces(pieces, MEDIA_TYPES[query.format], f"{name} {query.what}.{query.format}")
