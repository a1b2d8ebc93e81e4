"""A reply calls tools: each is a row at once, runs when it may, and the model is asked again with what came of it."""

import asyncio
from pathlib import Path

import pytest

from src.errors import Conflict
from tests.eventually import eventually
from tests.fakes.ollama import Calls, FakeOllama, Item, Part, Silence, Thought
from tests.services.tooled import ALL, CALCULATE, REMEMBER, results, told, waiting, with_tools
from tests.talk import LOCRIT


def test_it_runs_what_the_model_asks_for_and_asks_again(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, _):
            ollama.enqueue([Thought("Hm."), "Let me see.", Calls(CALCULATE)])
            ollama.enqueue(["It is 42."])
            reply = await talk.said("6 * 7?")
            [row] = await results(talk, reply)
            assert (reply.status, reply.content) == ("complete", "Let me see.\n\nIt is 42.")
            assert [part.type for part in reply.parts or ()] == ["reasoning", "text", "tool_call", "text"]
            assert (row.name, row.arguments, row.status) == ("calculate", CALCULATE[1], "done")
            assert row.result == {"expression": "6 * 7", "value": "42"}
            assert row.duration_ms is not None
            assert {tool["function"]["name"] for tool in ollama.requests[0]["tools"]} == {*ALL}
            asked = [{"function": {"name": "calculate", "arguments": CALCULATE[1]}}]
            assert told(ollama) == [
                {"role": "user", "content": "6 * 7?"},
                {"role": "assistant", "content": "Let me see.", "tool_calls": asked},
                {"role": "tool", "content": '{"expression": "6 * 7", "value": "42"}', "tool_name": "calculate"},
            ]
            await talk.said("Sure?")
            assert told(ollama)[1:] == [
                *told(ollama, 1)[1:],
                {"role": "assistant", "content": "It is 42."},
                {"role": "user", "content": "Sure?"},
            ]

    asyncio.run(scenario())


CALLS: dict[str, tuple[Item, list[tuple[str, str, str]]]] = {
    "several in one delta": (Calls(CALCULATE, "look"), [("calculate", "done", ""), ("look", "done", "")]),
    "without arguments": (Calls("look"), [("look", "done", "")]),
    "null for arguments": (Calls(("look", None)), [("look", "done", "")]),
    "arguments as the text of their JSON": (Calls(("look", '{"what": "a"}')), [("look", "done", "")]),
    "a name that there is not": (Calls(("fly", {})), [("fly", "failed", "unknown_tool")]),
    "a tool that is switched off": (Calls(REMEMBER), [("remember", "failed", "unknown_tool")]),
    "broken JSON": (Calls(("look", '{"what": ')), [("look", "failed", "invalid_input")]),
    "arguments that do not fit": (Calls(("look", {"what": 3})), [("look", "failed", "invalid_input")]),
    "arguments that are no object": (Calls(("look", [1])), [("look", "failed", "invalid_input")]),
    "arguments that nobody asked for": (Calls(("look", {"who": "x"})), [("look", "failed", "invalid_input")]),
    "what raises": (Calls("break"), [("break", "failed", "tool_failed")]),
    "what refuses": (Calls(("calculate", {"expression": "9**9**9"})), [("calculate", "failed", "invalid_input")]),
    "one more than may be asked for at once": (
        Calls(*["look"] * 33),
        [*[("look", "done", "")] * 32, ("look", "failed", "too_many_calls")],
    ),
    "far more than may be asked for at once": (
        Calls(*["look"] * 500),
        [*[("look", "done", "")] * 32, ("look", "failed", "too_many_calls")],
    ),
    "what is no list of calls": (
        Part({"message": {"role": "assistant", "content": "", "tool_calls": {"function": {"name": "look"}}}}),
        [("look", "done", "")],
    ),
    "a hostile name": (Calls(("<img src=x onerror=alert(1)>\ud83d\x00", {})), [("<img", "failed", "unknown_tool")]),
}


@pytest.mark.parametrize("case", CALLS)
def test_whatever_it_asks_for_is_a_row_and_it_is_told_what_came_of_it(
    case: str, tmp_path: Path, ollama: FakeOllama
) -> None:
    script, expected = CALLS[case]

    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, _):
            ollama.enqueue([script])
            ollama.enqueue(["So it is."])
            reply = await talk.said("Well?")
            rows = await results(talk, reply)
            assert [
                (row.name.split(" ")[0], row.status, row.error.code if row.error else "") for row in rows
            ] == expected
            assert (reply.status, reply.content) == ("complete", "So it is.")
            assert "private details" not in str([row.wire() for row in rows])
            answers = [message for message in told(ollama) if message["role"] == "tool"]
            assert [bool(one["content"].startswith("Error: ")) for one in answers] == [
                status == "failed" for _, status, _ in expected
            ]

    asyncio.run(scenario())


def test_a_result_of_a_megabyte_is_kept_whole_and_cut_visibly_for_the_model(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, deeds):
            deeds.result = "word " * 200_000
            ollama.enqueue([Calls("look")])
            ollama.enqueue(["Long."])
            reply = await talk.said("Well?")
            assert [row.result for row in await results(talk, reply)] == [deeds.result]
            assert "[The middle of this is left out here.]" in told(ollama)[-1]["content"]
            assert ollama.count(ollama.requests[-1]) < ollama.context_length
            await talk.said("And?")
            assert told(ollama)[2] == told(ollama, 1)[-1], "it is cut in the same way whenever it is shown"

    asyncio.run(scenario())


def test_a_tool_that_hangs_has_failed_after_a_while(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, tool_timeout=0.2) as (talk, _):
            ollama.enqueue([Calls("hang")])
            ollama.enqueue(["It hangs."])
            reply = await talk.said("Well?")
            [row] = await results(talk, reply)
            assert (row.status, row.error and row.error.code, reply.content) == ("failed", "tool_timeout", "It hangs.")

    asyncio.run(scenario())


def test_a_model_that_calls_for_ever_is_asked_eight_times_and_may_go_on(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, deeds):
            for _ in range(8):
                ollama.enqueue([Calls("look")])
            reply = await talk.said("Well?")
            assert len(ollama.requests) == 8
            assert (reply.status, reply.error and reply.error.code) == ("interrupted", "too_many_rounds")
            assert [row.status for row in await results(talk, reply)] == ["done"] * 7 + ["pending"]
            ollama.enqueue(["There."])
            reply = await talk.answer(await talk.chat.continue_(reply.message_id))
            assert (reply.status, reply.content, len(deeds.done)) == ("complete", "There.", 8)

    asyncio.run(scenario())


def test_a_model_that_cannot_call_tools_and_a_locrit_without_any_are_sent_none(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, _):
            ollama.enqueue([Calls("look")])
            ollama.enqueue(["Seen."])
            await talk.said("Look!")
            await talk.locrits.edit(LOCRIT, {"tools": {}})
            await talk.said("And now?")
            assert "tools" not in ollama.requests[-1]
            assert [message["role"] for message in told(ollama)] == ["user", "assistant", "tool", "assistant", "user"]
            await talk.locrits.edit(LOCRIT, {"tools": {"look": "always"}, "model": "another"})
            ollama.models.append("another")
            await talk.said("And you?")
            assert "tools" not in ollama.requests[-1]
            assert {message["role"] for message in told(ollama)} == {"user", "assistant"}
            assert not any("tool_calls" in message for message in told(ollama))

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", ["once", "always", "refuse"])
def test_what_changes_something_asks_first(answer: str, tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {"act": "ask"}, model_timeout=0.3) as (talk, deeds):
            ollama.enqueue([Calls(("act", {"what": "a"}), ("act", {"what": "b"}))])
            ollama.enqueue(["Well."])
            turn = await talk.ask("Do it!")
            asked = await waiting(talk, turn)
            await asyncio.sleep(0.5)  # nobody is silent: the limit of the model does not count
            assert (deeds.done, (await talk.chat.state(turn.generation_id)).status) == ([], "streaming")
            answered = await talk.tool_results.answer(asked.id, answer, "the answer")
            assert answered.answer == answer
            assert await talk.tool_results.answer(asked.id, answer, "the answer") == await talk.tool_results.get(
                asked.id
            )
            with pytest.raises(Conflict):
                await talk.tool_results.answer(asked.id, "once" if answer != "once" else "refuse")
            if answer != "always":
                await talk.tool_results.answer((await waiting(talk, turn)).id, answer)
            reply = await talk.answer(turn)
            assert deeds.done == ([] if answer == "refuse" else ["act a", "act b"])
            statuses = ["refused" if answer == "refuse" else "done"] * 2
            assert [row.status for row in await results(talk, reply)] == statuses
            locrit = await talk.locrits.get(LOCRIT)
            assert locrit.tools == {"act": "always" if answer == "always" else "ask"}
            assert ("did not allow" in told(ollama)[-1]["content"]) == (answer == "refuse")

    asyncio.run(scenario())


STOPS: dict[str, list[Item]] = {
    "before the first word": [Silence()],
    "while it speaks": ["Let me see.", Silence()],
    "behind a call": [Calls("look"), Silence()],
    "while one waits for the person": [Calls("act")],
    "while one runs": [Calls("hang")],
}


@pytest.mark.parametrize("point", STOPS)
def test_it_stops_at_every_point(point: str, tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {**ALL, "act": "ask"}) as (talk, deeds):
            ollama.enqueue(STOPS[point])
            turn = await talk.ask("Well?")
            await talk.asked(1)
            if point == "while one waits for the person":
                await waiting(talk, turn)
            elif point == "while one runs":
                await eventually(lambda: "hang" in deeds.done)
            elif point != "before the first word":
                await eventually(lambda: bool(talk.chunks()))
            state = await talk.chat.stop(turn.generation_id)
            reply = await talk.memory.message(turn.reply.message_id)
            assert (state.status, reply.status) == ("stopped", "stopped")
            assert not {"running"} & {row.status for row in await results(talk, reply)}
            assert "act" not in deeds.done
            assert len(ollama.requests) == 1

    asyncio.run(scenario())


def test_what_was_stopped_while_it_ran_has_an_unknown_outcome_and_is_not_done_again_unasked(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama) as (talk, deeds):
            ollama.enqueue([Calls("hang")])
            turn = await talk.ask("Well?")
            await eventually(lambda: "hang" in deeds.done)
            await talk.chat.stop(turn.generation_id)
            ollama.enqueue([Calls("hang")])  # it tries the same again
            again = await talk.chat.continue_(turn.reply.message_id)
            asked = await waiting(talk, again)
            assert (asked.name, deeds.done) == ("hang", ["hang"])
            assert "is not known" in told(ollama)[-1]["content"]
            first, _ = await results(talk, await talk.memory.message(turn.reply.message_id))
            assert (first.status, first.error and first.error.code) == ("failed", "unknown_outcome")
            await talk.tool_results.answer(asked.id, "refuse")
            await talk.answer(again)

    asyncio.run(scenario())


@pytest.mark.parametrize("answers", ["before it goes on", "when it asks again"])
def test_a_question_outlives_its_server(answers: str, tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, {"act": "ask", "look": "always"}) as (talk, deeds):
            ollama.enqueue([Calls("look"), Calls("act")])
            turn = await talk.ask("Do it!")
            await waiting(talk, turn)
            await eventually(lambda: deeds.done == ["look"])
        async with with_tools(tmp_path, ollama, {"act": "ask", "look": "always"}) as (talk, deeds):
            reply = await talk.memory.message(turn.reply.message_id)
            assert reply.status == "interrupted"
            ollama.enqueue(["Done."])
            if answers == "before it goes on":
                await talk.tool_results.answer((await results(talk, reply))[1].id, "once")
            again = await talk.chat.continue_(reply.message_id)
            if answers == "when it asks again":
                await talk.tool_results.answer((await waiting(talk, again)).id, "once")
            reply = await talk.answer(again)
            assert (reply.status, reply.content, deeds.done) == ("complete", "Done.", ["act"])

    asyncio.run(scenario())


def test_what_a_tool_reads_and_writes_is_the_persons(tmp_path: Path, ollama: FakeOllama) -> None:
    names = ("search_conversations", "read_conversation", "list_conversations", "remember", "forget_memory", "now")

    async def scenario() -> None:
        async with with_tools(tmp_path, ollama, dict.fromkeys(names, "always")) as (talk, _):
            conversation_id = (await talk.memory.open_conversation(LOCRIT, session_id="before", title="The sea"))[
                0
            ].conversation_id
            await talk.memory.save_message(conversation_id, "user", "the ocelot likes the sea")
            await talk.app.history.finish_jobs()
            ollama.enqueue([Calls(("remember", {"content": "likes tea"}), ("list_conversations", {}), ("now", {}))])
            ollama.enqueue([Calls(("read_conversation", {"conversation_id": conversation_id}))])
            ollama.enqueue(["So."])
            rows = await results(talk, await talk.said("Well?"))
            [memory] = await talk.memory.memories(LOCRIT)
            assert memory.content == "likes tea"
            assert [row.status for row in rows] == ["done"] * 4
            assert conversation_id in str(rows[1].result)
            assert "ocelot" in str(rows[3].result)
            ollama.enqueue(
                [Calls(("forget_memory", {"memory_id": memory.id}), ("read_conversation", {"conversation_id": "x"}))]
            )
            ollama.enqueue(["Gone."])
            rows = await results(talk, await talk.said("Forget it."))
            assert [row.status for row in rows] == ["done", "failed"]
            assert await talk.memory.memories(LOCRIT) == []

    asyncio.run(scenario())
