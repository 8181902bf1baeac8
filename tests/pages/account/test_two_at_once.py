"""Whatever each of three people opens, asks or exports is theirs alone."""

import pytest

from storage.transfer import export_to
from tests.pages.account.installation import (
    ADA,
    BOB,
    ROOT,
    everything_in,
    services_of,
    visit,
)

PAGES = (
    *("chat.py", "compare.py", "evaluate.py", "history.py", "spend.py"),
    *("presets.py", "settings.py", "people.py"),
)


def of_others(belongings, email):
    others = [each for owner, each in belongings.items() if owner != email]
    return [text for each in others for text in each.tell_tales]


@pytest.mark.parametrize("email", [ROOT, ADA, BOB])
@pytest.mark.parametrize("file", PAGES)
def test_no_page_tells_of_others(people_here, email, file):
    page = visit(email, file)
    assert not page.exception
    told = everything_in(page)
    assert email.partition("@")[0] in told
    assert [each for each in of_others(people_here, email) if each in told] == []


@pytest.mark.parametrize("email", [ROOT, ADA, BOB])
def test_an_export_holds_ones_own_and_nothing_else(people_here, email, tmp_path):
    export_to(services_of(email).database, tmp_path / "export.json")
    text = (tmp_path / "export.json").read_text("utf-8")
    assert people_here[email].word in text
    assert [each for each in of_others(people_here, email) if each in text] == []
