import pytest

from moa_core.errors import ConfigError
from services.server_settings import ServerSettings


def read(**variables):
    return ServerSettings.from_mapping(
        {f"POLYPHONY_{name}": value for name, value in variables.items()}
    )


def test_nothing_is_set_and_nothing_is_open():
    settings = ServerSettings.from_mapping({})
    assert settings == read(FRAME_ANCESTORS="", LOG="", METRICS_TOKEN=" ", NOTICE="")
    assert settings.frame_ancestors == ()
    assert settings.metrics_token == ""


def test_what_is_set_is_read():
    settings = read(
        FRAME_ANCESTORS=" https://Huggingface.co http://localhost:8080 ",
        LOG="JSON",
        METRICS_TOKEN="0123456789abcdef",
        NOTICE="A demo.\nEverybody sees it.",
    )
    assert settings.frame_ancestors == (
        "https://huggingface.co",
        "http://localhost:8080",
    )
    assert settings.log_format == "json"
    assert settings.notice == "A demo. Everybody sees it."
    assert "0123456789abcdef" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FRAME_ANCESTORS", "*"),
        ("FRAME_ANCESTORS", "https:"),
        ("FRAME_ANCESTORS", "huggingface.co"),
        ("FRAME_ANCESTORS", "https://a.example; script-src *"),
        ("FRAME_ANCESTORS", "https://a.example/path"),
        ("FRAME_ANCESTORS", "https://*"),
        ("LOG", "xml"),
        ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "sixteen letters ä"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_the_name_of_its_variable(name, value):
    with pytest.raises(ConfigError, match=f"POLYPHONY_{name}: ") as refused:
        read(**{name: value})
    assert name != "METRICS_TOKEN" or value not in str(refused.value)
