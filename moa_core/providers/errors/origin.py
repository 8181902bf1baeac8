"""Which endpoint and model an answer or an error comes from, in words for users."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from moa_core.errors import ProviderError
from moa_core.settings import SIMULATED, EndpointSettings
from moa_core.text import redact

LABELS: Mapping[str, str] = {
    "openai": "OpenAI",
    "together": "Together",
    "ollama": "Ollama",
    "lm-studio": "LM Studio",
    "llama-cpp": "llama.cpp",
    "vllm": "vLLM",
    "groq": "Groq",
    "openrouter": "OpenRouter",
    SIMULATED: "Simulated",
}


def label_of(name: str) -> str:
    """What users call the endpoint ``name``."""
    return LABELS.get(name, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTarget:
    """Where one call goes.

    Attributes:
        endpoint: Name of the endpoint.
        model: Model as the endpoint spells it.
        address: Host and port, without credentials.
        secrets: Values that must not appear in any text.
    """

    endpoint: str
    model: str
    address: str
    key_variable: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, endpoint: EndpointSettings, model: str) -> Self:
        """The origin of a call to ``model`` at ``endpoint``."""
        return cls(
            endpoint=endpoint.name,
            model=model,
            address=urlsplit(endpoint.base_url).netloc.rpartition("@")[2],
            key_variable=endpoint.key_variable,
            secrets=(endpoint.api_key,) if endpoint.api_key else (),
        )

    @property
    def label(self) -> str:
        """What users call the endpoint."""
        return label_of(self.endpoint)

    def clean(self, text: str) -> str:
        """``text`` without secrets, as part of a sentence."""
        return redact(text, self.secrets).rstrip(". ")

    def failed(
        self, kind: type[ProviderError], sentence: str, http_status: int | None = None
    ) -> ProviderError:
        """An error of this call."""
        return kind(
            sentence,
            endpoint=self.endpoint,
            model=self.model,
            http_status=http_status or None,
        )
