"""A browser's end of the wire, as docs/run-stream.md says it must behave."""

import json


def units(text):
    """How long JavaScript says that a text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Browser:
    """What one browser knows of a run, grown from the messages it was sent."""

    def __init__(self):
        self.state, self.layers, self.seats = {}, [], []
        self.texts, self.thoughts = {}, {}
        self.messages, self.ended, self.growth = 0, None, ""
        self.received, self.whole, self.frames = [], 0, []

    @staticmethod
    def name_in(text):
        return json.loads(text)["run"]

    def take(self, text):
        news = json.loads(text)
        self.messages += 1
        self.frames.append(text)
        self.ended = news.get("end", self.ended)
        if "v" in news:
            self.layers, self.seats = news["layers"], news["seats"]
            self.whole += 1
            self.state, self.growth = news["state"], news.get("of", "")
        self.state = news.get("r", self.state)
        for index, layer in news.get("l", {}).items():
            self.layers[int(index)] = layer
        for index, told in news.get("s", {}).items():
            stays = ("place", "role", "name", "model", "endpoint")
            seat = self.seats[int(index)]
            self.seats[int(index)] = {name: seat[name] for name in stays} | told
        for grown, kept in (
            (news.get("d"), self.texts),
            (news.get("t"), self.thoughts),
        ):
            for index, more, *anew in grown or []:
                kept[index] = ("" if anew else kept.get(index, "")) + more
                self.received.append(more)

    def text(self, index):
        return self.texts.get(index, "")

    def reasoning(self, index):
        return self.thoughts.get(index, "")

    def have(self):
        return [
            [seat["page"], units(self.text(at)), units(self.reasoning(at))]
            for at, seat in enumerate(self.seats)
        ]
