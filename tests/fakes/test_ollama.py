"""The fake as other processes use it."""

import subprocess
import sys
import threading
from pathlib import Path

import ollama

from tests.fakes.ollama import FakeOllama, Hold

ROOT = Path(__file__).parents[2]


def test_it_runs_as_a_process_and_speaks_at_the_wanted_pace() -> None:
    command = [sys.executable, "-m", "tests.fakes.ollama", "--tokens-per-second", "1000", "--reply-chars", "300"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            with ollama.Client(process.stdout.readline().strip()) as client:
                parts = list(client.chat("llama3.2:1b", [{"role": "user", "content": "hello"}], stream=True))
        finally:
            process.kill()
    text = "".join(part.message.content or "" for part in parts)
    assert text.startswith("You said: hello")
    assert len(text) >= 300


def test_a_held_reply_goes_on_when_the_test_says_so() -> None:
    go_on = threading.Event()
    with FakeOllama() as fake, ollama.Client(fake.url) as client:
        fake.enqueue(["Hel", Hold(go_on), "lo"])
        parts = client.chat("llama3.2:1b", [{"role": "user", "content": "hello"}], stream=True)
        assert next(parts).message.content == "Hel"
        go_on.set()
        assert next(parts).message.content == "lo"
        assert next(parts).done
        parts.close()
