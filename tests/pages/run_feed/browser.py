"""A browser's end of the wire, as docs/run-stream.md says it must behave."""

import json


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
            for index, anew, pieces, more in grown or []:
                before = "" if anew else kept.get(index, (0, ""))[1]
                kept[index] = pieces, before + more
                self.received.append(more)

    def text(self, index):
        return self.texts.get(index, (0, ""))[1]

    def reasoning(self, index):
        return self.thoughts.get(index, (0, ""))[1]

    def have(self):
        return [
            [
                seat["page"],
                self.texts.get(i, (0, ""))[0],
                self.thoughts.get(i, (0, ""))[0],
            ]
            for i, seat in enumerate(self.seats)
        ]
