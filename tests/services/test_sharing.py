"""Between people: a link opens one chat of one person, and presets are for all."""

from contextlib import closing
from dataclasses import replace

import pytest

import services
from moa_core.messages import Question
from moa_core.mixture.shipped import DEFAULT_PRESET
from services import build_services, services_of_link
from services.api import preset_models
from services.people import Administration, OpenDatabases
from services.sharing import open_link, opened_link
from services.sharing.guesses import Guesses
from storage.sharing import NewLink
from tests.support.waiting import eventually

OURS = replace(DEFAULT_PRESET, name="Ours", title="Ours")


@pytest.fixture(autouse=True)
def of_this_process(databases, monkeypatch):
    """Links are looked up in them; nobody has guessed."""
    monkeypatch.setattr(services, "_databases", lambda: databases)
    monkeypatch.setattr(opened_link, "_guesses", Guesses())


def shared(app):
    """Ask, and share it; gives the run's uid, the link and its token."""
    begun = app.asking().start_question(Question("Why?"), DEFAULT_PRESET.config)
    eventually(lambda: not app.live.get(begun.run_uid))
    new = NewLink(
        conversation_uid=begun.conversation_uid,
        kind="chat",
        runs=[begun.run_uid],
        title="Why",
        days=7,
    )
    return begun.run_uid, *app.shared_links.create(new)


def test_a_link_opens_the_chat_of_whom_it_names(databases, root, ada, bob):
    tokens = {}
    for person in (root, ada, bob):
        uid, link, token = shared(databases.of(person))
        tokens[person.uid] = token
        assert token.startswith(f"{person.uid}.") == (person is not root)
        opened = open_link(token, "")
        assert opened.link == link
        assert [turn.run.uid for turn in opened.turns(0, 9)] == [uid]
    secret = tokens[ada.uid].rpartition(".")[2]
    for foreign in (secret, f"{bob.uid}.{secret}", f"nobody.{secret}", f".{secret}"):
        assert open_link(foreign, "") is None
    assert open_link(f"{ada.uid}.{tokens[root.uid]}", "") is None


def test_a_link_of_somebody_who_was_blocked_or_removed_opens_nothing(
    databases, ada, bob
):
    administration = Administration(databases)
    _, _, adas = shared(databases.of(ada))
    _, _, bobs = shared(databases.of(bob))
    administration.block(ada.uid)
    assert open_link(adas, "") is None
    administration.unblock(ada.uid)
    assert open_link(adas, "") is not None
    administration.remove(bob.uid)
    assert open_link(bobs, "") is None
    assert services_of_link(bobs) is None


def test_presets_are_shared_between_people_and_go_with_their_owner(
    databases, root, ada, bob
):
    uid = databases.of(ada).presets.save(OURS).uid
    databases.of(ada).presets.share(uid)
    for person in (root, bob):
        presets = databases.of(person).presets
        assert [each.shared_by for each in presets.of_others()] == ["ada"]
        assert preset_models(presets)["polyphony/ours"].config == OURS.config
        assert presets.all() == []
    assert databases.of(ada).presets.of_others() == []
    roots = databases.of(root).presets
    roots.share(roots.save(replace(OURS, name="Root's")).uid)
    [of_root] = databases.of(ada).presets.of_others()
    assert (of_root.shared_by, of_root.preset.name) == ("root", "Root's")
    Administration(databases).remove(ada.uid)
    assert databases.of(bob).presets.of_others() == [of_root]


def test_who_becomes_the_first_administrator_goes_on_sharing(databases):
    before = databases.people.signed_in("proxy:root", "root", "user")
    app = databases.of(before)
    uid = app.presets.save(OURS).uid
    app.presets.share(uid)
    after = databases.people.signed_in("proxy:root", "root", "administrator")
    presets = databases.of(after).presets
    assert presets.shared() == {uid}
    assert presets.of_others() == []


def test_where_nobody_signs_in_there_is_nobody_to_share_with(settings):
    alone = replace(settings, sign_in=type(settings.sign_in)())
    with closing(OpenDatabases(build_services(alone))) as alone_there:
        assert not alone_there.main.presets.can_share
