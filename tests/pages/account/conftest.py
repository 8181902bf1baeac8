import pytest

import services
from tests.pages.account.installation import (
    ADA,
    BOB,
    EVE,
    ROOT,
    VARIABLES,
    furnish,
    sign_in,
)
from tests.pages.conftest import use_folder


@pytest.fixture(scope="module")
def people_here(tmp_path_factory, new_file):
    """Four people: an administrator, two who have the same things, one blocked."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        use_folder(monkeypatch, tmp_path_factory.mktemp("several"), new_file)
        for name, value in VARIABLES.items():
            monkeypatch.setenv(name, value)
        for email in (ROOT, ADA, BOB, EVE):
            sign_in(email)
        belongings = {
            email: furnish(email, word)
            for email, word in ((ROOT, "rhubarb"), (ADA, "zebra"), (BOB, "walrus"))
        }
        services.administration().block(sign_in(EVE).uid)
        yield belongings
        services.close_services()
