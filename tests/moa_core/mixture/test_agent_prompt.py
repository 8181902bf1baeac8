"""Hashes of prompts stand in databases and exports: they never change."""

from moa_core.messages import Message, Question
from moa_core.mixture.agent_prompt import prompt_sha256


def test_text_only_prompts_keep_the_hashes_that_earlier_versions_stored():
    assert prompt_sha256((Question("Why?").message,)) == (
        "8ebc0118da86957eeed740ad2fdfb7dd0624c37132560b772bbf4ad34c7d852d"
    )
    prompt = (
        Message.from_text("system", "Be brief."),
        Message.from_text("user", 'Why is the sky blue? – "Why"\n\nReally?'),
        Message.from_text("assistant", "Scattering. \U0001f30c"),
        Message.from_text("user", ""),
    )
    assert prompt_sha256(prompt) == (
        "a8ea07b115975e7e112416aebda8ba170380a1142a4eb59d959290e41574a0bd"
    )
