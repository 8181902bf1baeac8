"""An installation of several people: what each of them has, and how each comes in."""

from dataclasses import dataclass, replace

from streamlit.testing.v1 import AppTest

import services
from moa_core.messages import Question
from moa_core.mixture import DEFAULT_PRESET
from pages.tickets import Tickets
from tests.pages.app_page import SHELL
from tests.support.waiting import eventually

SECRET = "0123456789abcdef0123456789abcdef"
VARIABLES = {
    "POLYPHONY_TRUSTED_HEADER": "X-Forwarded-Email",
    "POLYPHONY_TRUSTED_PROXIES": "127.0.0.2",
    "POLYPHONY_ADMINISTRATORS": "root@example.org",
    "POLYPHONY_COOKIE_SECRET": SECRET,
}
ROOT, ADA, BOB, EVE = (f"{name}@example.org" for name in ("root", "ada", "bob", "eve"))


@dataclass(frozen=True)
class Belongings:
    """What one person has: uids by kind, and a word that stands in all its texts."""

    word: str
    conversation: str
    run: str
    turn: str
    duel: str
    preset: str
    key: str
    key_uid: str

    @property
    def tell_tales(self):
        """What nobody else may ever be shown."""
        return (
            *(self.word, self.conversation, self.run, self.turn, self.duel),
            *(self.preset, self.key_uid),
        )


def person_of(email):
    """The person of an e-mail address, as the registry knows it."""
    return next(
        each.person for each in services.people().list() if each.person.shown == email
    )


def services_of(email):
    return services.services(person_of(email))


def sign_in(email):
    """Come in once by the proxy, so that the registry knows who it is."""
    role = "administrator" if email == ROOT else "user"
    return services.people().signed_in(f"proxy:{email}", email, role)


def ticket_of(email):
    return Tickets(SECRET).issue(person_of(email).uid)


def furnish(email, word):
    """Let a person ask, compare, keep a preset and create a key."""
    app = services_of(email)
    asking = app.asking()
    question = Question(f"What is a {word}?")
    begun = asking.start_question(question, DEFAULT_PRESET.config)
    duel = asking.start_duel(
        Question(f"Which {word}?"), [(DEFAULT_PRESET.config, None)] * 2, blind=False
    )
    preset = app.presets.save(replace(DEFAULT_PRESET, name=f"Preset {word}"))
    key, secret = app.api_keys.create(f"key {word}")
    eventually(lambda: not app.live.under_way)
    return Belongings(
        word=word,
        conversation=begun.conversation_uid,
        run=begun.run_uid,
        turn=begun.turn_uid,
        duel=duel,
        preset=preset.uid,
        key=secret,
        key_uid=key.uid,
    )


def visit(email, file="chat.py", **query):
    """Open a page as somebody, or as nobody, whom no proxy has signed in."""
    page = AppTest.from_file(SHELL, default_timeout=60)
    page.user = {"name": email}
    if file != "chat.py":
        page.switch_page(file)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def everything_in(page):
    """All that the browser is told: each element and each container, whole."""
    nodes = getattr(page, "_tree", page)
    return "\n".join(str(getattr(node, "proto", "")) for node in nodes)
