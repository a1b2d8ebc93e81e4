"""Tools for what was said and what is remembered, as far as the person who talks may see it."""

from collections.abc import Mapping, Sequence
from typing import Any

from src.entities import Filters, iso
from src.entities.parts import gist
from src.services.memory import MemoryService
from src.services.tools.plain import PLAIN
from src.services.tools.tool import Tool, ToolContext

MOST_HITS = 20
MOST_MESSAGES = 50
MARKS = str.maketrans("", "", "\x02\x03")
"""Around the matches of a snippet."""

_TEXT = {"type": "string", "minLength": 1, "maxLength": 2_000}
_ID = {"type": "string", "minLength": 1, "maxLength": 200}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": MOST_MESSAGES}


class OwnTools:
    """Those of this server."""

    def __init__(self, memory: MemoryService) -> None:
        self._memory = memory
        self._tools = (
            Tool(
                "search_conversations",
                "Finds messages of earlier conversations that have every one of these words, and what is remembered.",
                self._search,
                {"query": _TEXT, "limit": _LIMIT},
                ["query"],
            ),
            Tool(
                "read_conversation",
                "Gives the newest messages of a conversation, or those before a place in it.",
                self._read,
                {"conversation_id": _ID, "before": {"type": "integer", "minimum": 1}, "limit": _LIMIT},
                ["conversation_id"],
            ),
            Tool(
                "list_conversations",
                "Lists the newest conversations with you: their ids, titles and when something was said last.",
                self._list,
                {"limit": _LIMIT},
            ),
            Tool(
                "remember",
                "Keeps a fact about the person or their world for later conversations.",
                self._remember,
                {"content": _TEXT, "importance": {"type": "number", "minimum": 0, "maximum": 1}},
                ["content"],
                changes=True,
            ),
            Tool(
                "forget_memory",
                "Throws a remembered fact away, by its id. The person can bring it back from the trash.",
                self._forget,
                {"memory_id": _ID},
                ["memory_id"],
                changes=True,
            ),
        )

    async def tools(self) -> Sequence[Tool]:
        return *self._tools, *PLAIN

    async def _search(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        limit = min(arguments.get("limit", 10), MOST_HITS)
        found = await self._memory.search(context.caller, arguments["query"], Filters(), limit)
        hits = [
            {
                "conversation_id": hit.conversation_id,
                "seq": hit.seq,
                "with": hit.locrit_name,
                "said_by": hit.role,
                "at": iso(hit.created_at),
                "passage": hit.snippet.translate(MARKS),
                **({"in_file": hit.file_name} if hit.file_name else {}),
            }
            for hit in found.hits
        ]
        memories = await self._memory.memories(context.caller, context.locrit.id, MOST_HITS, "valid")
        return {"found": hits, "remembered": [{"memory_id": one.id, "content": one.content} for one in memories]}

    async def _read(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        messages, has_more, _ = await self._memory.get_conversation_history(
            context.caller,
            arguments["conversation_id"],
            before=arguments.get("before"),
            limit=arguments.get("limit", 20),
        )
        said = [
            {
                "seq": one.seq,
                "said_by": one.role,
                "at": iso(one.created_at),
                "text": gist(one.content, one.parts),
            }
            for one in messages
        ]
        return {"messages": said, "has_older": has_more}

    async def _list(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        found, _ = await self._memory.conversations(
            context.caller, locrit_name=context.locrit.id, limit=arguments.get("limit", 20)
        )
        listed = [
            {
                "conversation_id": one.conversation_id,
                "title": one.title,
                "last": iso(one.updated_at),
                "messages": one.message_count,
            }
            for one in found
        ]
        return {"conversations": listed}

    async def _remember(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        saved = await self._memory.save_memory(
            context.caller,
            context.locrit.id,
            arguments["content"],
            arguments.get("importance", 0.5),
            metadata={"tool_result": context.op_id},
            op_id=context.op_id,
        )
        return {"memory_id": saved.id, "content": saved.content}

    async def _forget(self, context: ToolContext, arguments: Mapping[str, Any]) -> dict[str, Any]:
        gone = await self._memory.delete_memory(
            context.caller, context.locrit.id, arguments["memory_id"], op_id=context.op_id
        )
        return {"memory_id": gone.id, "in_trash": True}
