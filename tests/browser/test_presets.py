import asyncio

from moa_core.mixture.files import presets_from_json
from storage.conversations.conversation_store import Conversations
from storage.database.sessions import Database
from storage.history.conversation_list import ConversationList
from storage.presets.preset_store import Presets
from tests.browser.app.running_app import QUICK
from tests.browser.pages.chat_page import ChatPage
from tests.browser.pages.hand import click
from tests.browser.pages.presets_page import PresetsPage


async def test_a_mixture_is_made_saved_exported_deleted_imported_and_run(
    launch_app, page, tmp_path
):
    app = launch_app(QUICK)
    chat = await ChatPage(page).open(app.url)
    editor = await PresetsPage(page).open()
    await editor.mixture.change_layer(2, "Duplicate layer")
    for before, now in (("analyst", "brief"), ("thinker", "builder")):
        await editor.mixture.remove(3, before)
        await editor.mixture.add(3, now)
    await editor.save_as("Three layers")
    exported = await editor.export(tmp_path)
    await editor.delete()
    await editor.import_file(exported)
    await click(page.get_by_role("link", name="Chat", exact=True))
    await chat.ask("Why is the sky blue?")
    await chat.answered()

    [preset] = presets_from_json(exported.read_text()).presets
    layers = [[a.model for a in layer.proposers] for layer in preset.config.layers]
    assert layers == [
        ["explainer", "sceptic", "builder"],
        ["analyst", "thinker"],
        ["brief", "builder"],
    ]
    await asyncio.to_thread(same_as_stored, app, preset)


def same_as_stored(app, preset):
    """The run's stored mixture, and the imported preset, are the exported one."""
    database = Database.open(f"sqlite:///{app.database}")
    try:
        [listed] = ConversationList(database).newest(limit=1)
        newest = Conversations(database).load(listed.uid)
        assert newest.turns[-1].run.state.config == preset.config
        [kept] = Presets(database).all()
        assert kept.preset.config == preset.config
        assert kept.preset.name == "Three layers"
    finally:
        database.close()
