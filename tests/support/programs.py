"""A program that asks through the API, and waits for each answer."""

import time

from moa_core.mixture import DEFAULT_PRESET
from moa_core.openai_wire import read_request
from storage.api import ApiQuestion
from storage.recording import Order


class Program:
    """Asks with a key of its own, in conversations of its own."""

    def __init__(self, app, name="An editor") -> None:
        self.app = app
        self.key, self.secret = app.api_keys.create(name)

    def ask(self, *messages, preset=DEFAULT_PRESET):
        """Ask, and give what was stored, when it has been answered."""
        request = read_request({"model": "polyphony/x", "messages": list(messages)})
        begun = self.app.api_runs.begin(
            ApiQuestion.of(request, self.key.uid),
            Order(config=preset.config, preset_name=preset.title),
        )
        self.app.asking().start(begun, preset.config)
        while self.app.live.get(begun.run_uid):
            time.sleep(0.005)
        return begun

    def answer_to(self, begun):
        """The answer, as the program sends it back."""
        state = self.app.runs.load(begun.run_uid).state
        return {"role": "assistant", "content": state.synthesis.text}


def user(text):
    return {"role": "user", "content": text}


def system(text):
    return {"role": "system", "content": text}
