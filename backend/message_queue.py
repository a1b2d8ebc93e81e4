"""The message queue between processes, through Redis or Valkey. Without it a process still serves its own clients.

python-socketio gives an event to the clients of this process and then publishes it for the other processes, which takes
as long as the queue takes to answer. Here a greenlet of its own publishes, so that nobody waits for a queue that hangs.
What is published is a hint: when some of it may be lost, the clients concerned are told to look for what they missed,
by the same `connected` that greets them.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import redis
from redis import RedisError
from redis.backoff import NoBackoff
from redis.client import PubSub
from redis.retry import Retry
from socketio import RedisManager

ANSWER_WITHIN_S = 5.0
TRY_AGAIN_AFTER_S = 1.0
MAX_WAITING_CHARS = 8_000_000
MAX_BATCH = 256
CHANNEL = "locrit"

log = logging.getLogger("locrit.queue")

Payload = dict[str, Any]


class MessageQueue(RedisManager):  # type: ignore[misc]  # python-socketio has no types
    """`greeting` is the payload of `connected`."""

    def __init__(self, url: str, greeting: Payload, namespaces: Sequence[str]) -> None:
        once = Retry(NoBackoff(), 0)  # what was perhaps published must not be published again
        options = {"socket_timeout": ANSWER_WITHIN_S, "socket_connect_timeout": ANSWER_WITHIN_S, "retry": once}
        super().__init__(url.replace("valkey", "redis", 1), channel=CHANNEL, redis_options=options)
        self._redis_connect()  # once, for a client that is let go ends all its connections, those in use as well
        self._greeting = greeting
        self._namespaces = namespaces
        self._waiting_chars = 0
        self._answers = True

    def set_server(self, server: Any) -> None:
        super().set_server(server)
        self._waiting: Any = server.eio.create_queue()
        self._is_publishing = False

    def _publish(self, data: Payload) -> None:
        if not self._is_publishing:
            self._is_publishing = True
            self.server.start_background_task(self._publish_waiting)
        if self._waiting_chars > MAX_WAITING_CHARS:
            self._drop_waiting()
        message = self.json.dumps(data)
        self._waiting_chars += len(message)
        self._waiting.put(message)

    def _publish_waiting(self) -> NoReturn:
        while True:
            batch = self._take()
            try:
                with self.redis.pipeline(transaction=False) as pipeline:
                    for message in batch:
                        pipeline.publish(self.channel, message)
                    pipeline.execute()
                self._noted(None)
            except RedisError as error:
                self._noted(error)
                time.sleep(TRY_AGAIN_AFTER_S)
                self._drop_waiting()

    def _take(self) -> list[str]:
        batch = [self._waiting.get()]
        while len(batch) < MAX_BATCH and not self._waiting.empty():
            batch.append(self._waiting.get())
        self._waiting_chars -= sum(map(len, batch))
        return batch

    def _drop_waiting(self) -> None:
        """The clients of other processes look by themselves, as soon as they can be told."""
        while not self._waiting.empty():
            self._waiting.get()
        self._waiting_chars = 0
        for hint in self._hints():
            self._publish(hint)

    def _listen(self) -> Iterator[bytes]:
        """What other processes publish; ends never."""
        while True:
            try:
                with self.redis.pubsub() as pubsub:
                    pubsub.subscribe(self.channel)
                    yield from self._heard(pubsub)
            except RedisError as error:
                self._noted(error)
                time.sleep(TRY_AGAIN_AFTER_S)

    def _heard(self, pubsub: PubSub) -> Iterator[bytes]:
        """Raises RedisError when nothing is heard although it was asked for."""
        is_asked = True
        while True:
            message = pubsub.get_message(timeout=ANSWER_WITHIN_S)
            if message is None and is_asked:
                raise redis.TimeoutError("It was asked, and said nothing.")
            is_asked = message is None
            if message is None:
                pubsub.ping()
            elif message["type"] == "message":
                yield message["data"]
            elif message["type"] == "subscribe":
                self._noted(None)
                for hint in self._hints():  # of what was published before, nothing came here
                    self._handle_emit(hint)

    def _hints(self) -> Iterator[Payload]:
        for namespace in self._namespaces:
            yield {
                "method": "emit",
                "event": "connected",
                "data": [self._greeting],
                "namespace": namespace,
                "host_id": self.host_id,
            }

    def _noted(self, error: RedisError | None) -> None:
        if error is not None and self._answers:
            log.error("The message queue does not answer; clients of other processes are told later: %s", error)
        if error is None and not self._answers:
            log.warning("The message queue answers again")
        self._answers = error is None
