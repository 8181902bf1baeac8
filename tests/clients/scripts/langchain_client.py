"""LangChain as a client: langchain_client.py URL KEY; the last line is "ok"."""

import sys

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openai import APIStatusError
from pydantic import BaseModel

url, key = sys.argv[1:]
model = ChatOpenAI(
    model="polyphony/quick", base_url=url, api_key=key, stream_usage=True
)

answer = model.invoke("Why is the sea salty?")
assert answer.content.endswith(" word29"), answer
assert answer.usage_metadata["total_tokens"] == 4 * 18, answer.usage_metadata

added = None
for chunk in model.stream("Why is the sea salty?"):
    added = chunk if added is None else added + chunk
assert added.content.endswith(" word29"), added
assert added.usage_metadata["total_tokens"] == 4 * 18, added.usage_metadata


class Form(BaseModel):
    answer: str


filled = model.with_structured_output(Form, method="json_schema").invoke("Hi")
assert filled == Form(answer="forty two"), filled


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"18 degrees in {city}"


bound = model.bind_tools([get_weather])
asked = HumanMessage("What is the weather like in Paris?")
calling = bound.invoke([asked])
[call] = calling.tool_calls
assert call["args"] == {"city": "Paris"}, call
result = ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"])
assert bound.invoke([asked, calling, result]).content.endswith(" word29")

said = ""
try:
    model.bind(model="polyphony/all-fail").invoke("Hi")
except APIStatusError as error:
    said = str(error)
assert "No model of layer 1 answered" in said, said
print("ok")
