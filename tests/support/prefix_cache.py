"""A model server's memory of what prompts began with, as providers have one."""

import os
from typing import Any

from moa_core.tokens import estimate_tokens

BLOCK_TOKENS, LEAST_TOKENS = 128, 1024
"""What OpenAI documents: so long a beginning is cached, and in such steps."""


class PrefixCache:
    """Counts the tokens of calls, and which of them were read from the cache.

    Args:
        tells: Whether what was cached is reported.
        least_tokens: From how long a beginning on it is cached.

    Attributes:
        cached_tokens: Of all calls until now.
    """

    def __init__(self, *, tells: bool = True, least_tokens: int = LEAST_TOKENS) -> None:
        self._tells, self._prompts = tells, list[str]()
        self._least_tokens = least_tokens
        self.cached_tokens = 0

    def __call__(self, body: dict[str, Any], answer: str) -> dict[str, Any]:
        """The usage event of a call that is answered so."""
        prompt = "\n".join(f"{m['role']}\n{m['content']}" for m in body["messages"])
        alike = [os.path.commonprefix([prompt, each]) for each in self._prompts]  # noqa: RUF071 - of texts
        known = estimate_tokens(max(alike, key=len, default=""))
        cached = known // BLOCK_TOKENS * BLOCK_TOKENS
        cached = cached if cached >= self._least_tokens else 0
        self._prompts.append(prompt)
        self.cached_tokens += cached
        details = {"prompt_tokens_details": {"cached_tokens": cached}}
        return {
            "prompt_tokens": estimate_tokens(prompt),
            "completion_tokens": estimate_tokens(answer),
            **(details if self._tells else {}),
        }
