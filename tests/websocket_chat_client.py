"""Talks with a Locrit over Socket.IO, prints the reply as it is written, then checks that all of it was remembered.

    python tests/websocket_chat_client.py --url http://127.0.0.1:5000 --locrit "Bob Technique" "What is a socket?"

Exits with 0 when the memory summary holds question and reply, 1 when it does not, 2 when the chat failed.
"""

import argparse
import sys
import threading
import uuid
from typing import Any
from urllib.parse import quote

import requests
import socketio

CONNECT_WITHIN_S = 10
REPLY_WITHIN_S = 180
QUESTION = "Hello! Please answer in one short sentence: who are you?"


class Chat:
    """One question and its reply, in a session of its own."""

    def __init__(self, url: str, locrit: str) -> None:
        self.reply = ""
        self.problem = ""
        self._locrit = locrit
        self._session_id = f"script-{uuid.uuid4()}"
        self._ended = threading.Event()
        self._io = socketio.Client(reconnection=False)
        self._io.on("chat_chunk", self._on_chunk)
        self._io.on("chat_complete", self._on_complete)
        self._io.on("error", self._on_error)
        self._io.connect(url, wait_timeout=CONNECT_WITHIN_S)

    def ask(self, question: str) -> None:
        """Returns when the reply has ended, well or not: then `problem` says why."""
        chat = {"locrit_name": self._locrit, "session_id": self._session_id}
        joined = self._io.call("join_chat", chat)
        if joined.get("ok") is False:
            self.problem = joined["error"]["message"]
            return
        accepted = self._io.call("chat_message", {**chat, "message": question})
        if not accepted["ok"]:
            self.problem = accepted["error"]["message"]
        elif not self._ended.wait(REPLY_WITHIN_S):
            self.problem = f"no complete reply within {REPLY_WITHIN_S} s"
        print()

    def close(self) -> None:
        self._io.disconnect()

    def _on_chunk(self, chunk: dict[str, Any]) -> None:
        self.reply += chunk["content"]
        print(chunk["content"], end="", flush=True)

    def _on_complete(self, end: dict[str, Any]) -> None:
        if end["error"]:
            self.problem = end["error"]["message"]
        self._ended.set()

    def _on_error(self, error: dict[str, Any]) -> None:
        self.problem = error["message"]


def remembered(url: str, locrit: str) -> dict[str, str]:
    """The contents of the newest messages, each with its role."""
    answer = requests.get(f"{url}/api/v2/locrits/{quote(locrit, safe='')}/memory/summary", timeout=CONNECT_WITHIN_S)
    answer.raise_for_status()
    summary = answer.json()
    print(f"{locrit} remembers {summary['total_messages']} messages.")
    return {message["content"]: message["role"] for message in summary["recent_messages"]}


def main() -> int:
    arguments = _arguments()
    print(f"{arguments.locrit} ← {arguments.question}")
    try:
        chat = Chat(arguments.url, arguments.locrit)
        chat.ask(arguments.question)
        chat.close()
        if chat.problem:
            print(f"The chat failed: {chat.problem}", file=sys.stderr)
            return 2
        memory = remembered(arguments.url, arguments.locrit)
    except (socketio.exceptions.SocketIOError, requests.RequestException) as error:
        print(f"The server at {arguments.url} cannot be used: {error}", file=sys.stderr)
        return 2
    if memory.get(arguments.question) == "user" and memory.get(chat.reply) == "assistant":
        print("Question and reply are in its memory.")
        return 0
    print("Question or reply is missing in its memory.", file=sys.stderr)
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", nargs="?", default=QUESTION)
    parser.add_argument("--url", default="http://127.0.0.1:5000")
    parser.add_argument("--locrit", default="Bob Technique")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
