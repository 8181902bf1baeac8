"""LiteLLM as a client: litellm_client.py URL KEY; the last line is "ok"."""

import json
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks GitHub for prices

import litellm

url, key = sys.argv[1:]
litellm.suppress_debug_info = True
WHERE = {"api_base": url, "api_key": key, "model": "openai/polyphony/quick"}
ASKED = [{"role": "user", "content": "Why is the sea salty?"}]
USAGE = {"include_usage": True}

whole = litellm.completion(messages=ASKED, **WHERE)
assert whole.choices[0].message.content.endswith(" word29"), whole
assert whole.usage.total_tokens == 4 * 18, whole.usage

chunks = list(
    litellm.completion(messages=ASKED, stream=True, stream_options=USAGE, **WHERE)
)
pieces = [each.choices[0].delta.content or "" for each in chunks if each.choices]
assert "".join(pieces).endswith(" word29"), pieces
assert [each.usage for each in chunks if getattr(each, "usage", None)], chunks[-1]

drafts = {"polyphony": {"expose": "full"}}
chunks = litellm.completion(messages=ASKED, stream=True, extra_body=drafts, **WHERE)
deltas = [each.choices[0].delta for each in chunks if each.choices]
assert any(getattr(delta, "reasoning_content", None) for delta in deltas)

tool = {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}
tools = [{"type": "function", "function": tool}]
called = litellm.completion(messages=ASKED, tools=tools, **WHERE)
[call] = called.choices[0].message.tool_calls
assert json.loads(call.function.arguments) == {"city": "Paris"}, call

for name, kind, words in (
    ("none", litellm.NotFoundError, "There is no model"),
    ("all-fail", litellm.APIError, "No model of layer 1 answered"),
):
    said = ""
    try:
        litellm.completion(
            messages=ASKED, **{**WHERE, "model": f"openai/polyphony/{name}"}
        )
    except kind as error:
        said = str(error)
    assert words in said, (name, said)
print("ok")
