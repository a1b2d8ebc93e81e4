"""Finding what was said, in every Locrit."""

from backend.protocol.search import SearchQuery, SearchResult
from backend.routing import endpoint
from src.application import Application
from src.entities import Filters
from src.operations import Caller


class SearchRoutes:
    noun = "search"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory

    @endpoint("GET", "/api/v2/search", SearchResult, query=SearchQuery)
    async def search(self, caller: Caller, query: SearchQuery) -> SearchResult:
        """Messages with every word of `q`, words by their start, that pass the filters: best first, then newest."""
        filters = Filters(
            None,
            query.conversation_id,
            query.role,
            query.after,
            query.before,
            query.is_,
            model=query.model,
            hour=None if query.hour is None else (query.hour, query.tz),
        )
        found = await self._memory.search(
            caller, query.q, filters, query.limit, locrit_name=query.locrit, cursor=query.cursor
        )
        next_cursor = str(found.next) if found.next else None
        return SearchResult(hits=found.hits, more=found.more, waiting=found.waiting, next_cursor=next_cursor)
