"""A sentence of whoever runs the app stands above every page, as they wrote it."""

import services


def test_no_notice_stands_anywhere_by_default(app, open_page):
    assert list(open_page().info) == []


def test_a_notice_stands_above_every_page_and_is_no_markup(app, environment, open_page):
    environment.setenv(
        "POLYPHONY_NOTICE", "A demo: [see](https://evil.example) **all**"
    )
    services.server_settings.cache_clear()
    (notice,) = open_page().info
    assert notice.value.replace("\\", "").startswith("A demo: [see](")
    assert "\\[see\\]" in notice.value
    services.server_settings.cache_clear()
