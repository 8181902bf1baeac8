"""Reads environment variables that hold one value each, and prices (pydantic)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from moa_core.errors import ConfigError

_Switch = Annotated[bool, Field(description="on or off")]
_Seconds = Annotated[
    float,
    Field(gt=0, allow_inf_nan=False, description="a number of seconds, for example 30"),
]
_AMOUNT = TypeAdapter[Decimal](Annotated[Decimal, Field(ge=0, allow_inf_nan=False)])


class _Variables(BaseModel):
    """What may be set; a description says what to write. Defaults are not ours."""

    database_url: str = Field("", alias="DATABASE_URL")
    first_token_s: _Seconds = Field(1, alias="POLYPHONY_FIRST_TOKEN_S")
    idle_s: _Seconds = Field(1, alias="POLYPHONY_IDLE_S")
    call_s: _Seconds = Field(1, alias="POLYPHONY_CALL_S")
    cut_draft_tokens: int = Field(
        0, alias="POLYPHONY_CUT_DRAFT_TOKENS", ge=0, description="a number of tokens"
    )
    concurrent_calls: int = Field(
        1,
        alias="POLYPHONY_CONCURRENT_CALLS",
        ge=1,
        lt=1_000_000_000,
        description="a whole number of at least 1",
    )
    probe_local: _Switch = Field(default=True, alias="POLYPHONY_LOCAL_SERVERS")
    demo_models: _Switch = Field(default=True, alias="POLYPHONY_DEMO_MODELS")
    remember_keys: Literal["auto", "keyring", "file", "off"] = Field(
        "auto",
        alias="POLYPHONY_REMEMBER_KEYS",
        description="auto, keyring, file or off",
    )
    titles: Literal["question", "model"] = Field(
        "question", alias="POLYPHONY_TITLES", description="question or model"
    )
    simulated_pace: float = Field(
        1,
        alias="POLYPHONY_SIMULATED_PACE",
        ge=0,
        allow_inf_nan=False,
        description="1, or 0 for no waiting",
    )


def read_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    """The values that are set, by field of ``Settings`` or ``Deadlines``.

    Raises:
        ConfigError: One cannot be understood; the message names its variable.
    """
    try:
        return _Variables.model_validate(variables).model_dump(exclude_unset=True)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        fields = _Variables.model_fields.values()
        hint = next(each.description for each in fields if each.alias == name)
        raise ConfigError(f"{name}: write {hint}.") from None


def read_amount(text: str) -> Decimal:
    """An amount of money, which is finite and not negative.

    Raises:
        ValueError: It is none.
    """
    return _AMOUNT.validate_python(text)
