"""Every failure a caller can meet, as one tree.

LocritError
├── InvalidInput          the request cannot be understood; nothing was done
│   └── UnusableFile      nothing here can read it, or it is too large
├── NotFound              no such Locrit, conversation, message, ...
├── Conflict              the same id with other content, or a stale revision
├── Forgotten             it was destroyed on request and cannot come back
├── Forbidden             known, but not open to this caller
├── Inactive              the Locrit is switched off
├── Postponed             a part of it cannot be done now, and is tried again
├── SyncOff               the server takes nothing from browsers now
├── TimedOut              no answer in time; repeating it has no further effect
├── StoreUnavailable      the database cannot be read or written now; nothing was acknowledged
│   └── StoreReplaced     its file is no longer the one that was opened
└── ModelError            the language model could not answer; what was said is saved
    ├── ModelUnreachable
    ├── ModelMissing
    ├── ModelCannotChat
    ├── ModelCannotSee       a picture was given to it
    ├── ThinkingRefused      it is asked again without
    ├── ToolsRefused         and so is that one
    ├── ContextExceeded
    ├── ModelTimeout
    ├── ModelCut
    ├── PullFailed           a model could not be installed
    │   └── PullCut          it goes on from what has arrived
    ├── LimitReached      it had more to say
    ├── TooManyRounds     it asked for tools again and again
    └── NothingSaid       no word for the person
        ├── OnlyThought
        └── OnlyToolCall
"""

from typing import Any, ClassVar


class LocritError(Exception):
    """A failure with a stable `code`, a sentence for people and a hint what to do about it."""

    code: ClassVar[str] = "internal_error"
    hint: ClassVar[str] = "Try again; if it happens again, look into the server's log."

    def __init__(self, message: str, *, hint: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.action = self.hint if hint is None else hint
        self.details = details

    def as_body(self) -> dict[str, Any]:
        """The wire form, shared by REST bodies and socket acknowledgements."""
        return {"code": self.code, "message": self.message, "hint": self.action, **self.details}


class InvalidInput(LocritError):
    code = "invalid_input"
    hint = "Correct the request and send it again."


class TooManyMessages(LocritError):
    code = "too_many_messages"
    hint = "Wait, and send it again."


class UnusableFile(InvalidInput):
    code = "unusable_file"
    hint = "Remove it, or attach another one."


class NotFound(LocritError):
    code = "not_found"
    hint = "Check the name or id; it may have been deleted."


class Conflict(LocritError):
    """`details["current"]` holds the row as it is now, where there is one."""

    code = "conflict"
    hint = "Look at the current version and decide which one to keep."


class Forgotten(LocritError):
    code = "forgotten"
    hint = "It was forgotten on purpose; discard your copy."


class Forbidden(LocritError):
    code = "forbidden"
    hint = "Ask the owner of this Locrit to open it."


class Inactive(LocritError):
    code = "inactive"
    hint = "Switch the Locrit on in its settings."


class Postponed(LocritError):
    code = "postponed"
    hint = "The rest is done. It is tried again by itself; ask again to have it tried now."


class TimedOut(LocritError):
    code = "timed_out"
    hint = "It may still have been done. Try again: repeating it has no further effect."


class SyncOff(LocritError):
    code = "sync_off"
    hint = "What you write is kept in this browser, and sent when LOCRIT_SYNC is on again."

    def __init__(self) -> None:
        super().__init__("Syncing is switched off on this server.")


class StoreUnavailable(LocritError):
    code = "store_unavailable"
    hint = "Check free disk space and the database, then try again; nothing unsaved was acknowledged."


class StoreReplaced(StoreUnavailable):
    code = "store_replaced"
    hint = "Put the files of the database back where they were, or stop the server, put them in order and start it."

    def __init__(self) -> None:
        super().__init__("The database was moved, deleted or replaced while the server runs; nothing can be saved.")


class ModelError(LocritError):
    code = "model_error"
    hint = "Your message is saved. Retry, or choose another model."


class ModelUnreachable(ModelError):
    code = "model_unreachable"
    hint = "Your message is saved. Start Ollama, then retry."


class ModelMissing(ModelError):
    code = "model_missing"
    hint = "Your message is saved. Pull the model or choose an installed one, then retry."


class ModelCannotChat(ModelError):
    code = "model_cannot_chat"
    hint = "Your message is saved. Choose a model that can chat, then retry."


class ModelCannotSee(ModelError):
    code = "model_cannot_see"
    hint = "Your message is saved. Choose a model that sees pictures, then retry."


class ThinkingRefused(ModelError):
    code = "thinking_refused"


class ToolsRefused(ModelError):
    code = "tools_refused"


class ContextExceeded(ModelError):
    code = "context_exceeded"
    hint = "Your message is saved. Shorten it, or give this Locrit a larger context window in its settings, then retry."


class ModelTimeout(ModelError):
    code = "model_timeout"
    hint = "Your message is saved. The model may still be loading: retry, or allow it a longer time."


class ModelCut(ModelError):
    code = "model_cut"
    hint = "What arrived is saved. Retry."


class PullFailed(ModelError):
    code = "pull_failed"
    hint = "See whether Ollama runs and has room, then try again."


class PullCut(PullFailed):
    code = "pull_cut"
    hint = "What has arrived is kept: try again, and it goes on from there."


class LimitReached(ModelError):
    code = "length"
    hint = "Continue to have the rest. The model's num_predict and its window set the limit."


class TooManyRounds(ModelError):
    code = "too_many_rounds"
    hint = "What was found is saved. Continue to let it go on, or put the question differently."


class NothingSaid(ModelError):
    code = "empty_reply"
    hint = "Your message is saved. Retry, or put it differently."


class OnlyThought(NothingSaid):
    code = "only_thought"
    hint = "Your message is saved. Retry; if it stopped at a limit, raise num_predict."


class OnlyToolCall(NothingSaid):
    code = "only_tool_call"
    hint = "Your message is saved. Retry, or ask for the answer in words."
