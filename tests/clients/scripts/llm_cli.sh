#!/bin/sh
# simonw/llm: llm_cli.sh URL KEY, with llm on the path; the last line is "ok".
set -eu
export LLM_USER_PATH="$(mktemp -d)"
trap 'rm -rf "$LLM_USER_PATH"' EXIT
for name in quick all-fail; do
cat >> "$LLM_USER_PATH/extra-openai-models.yaml" <<Y
- model_id: $name
  model_name: polyphony/$name
  api_base: $1
  api_key_name: polyphony
  supports_tools: true
  supports_schema: true
Y
done
cat > "$LLM_USER_PATH/tools.py" <<P
def get_weather(city: str) -> str:
    "The weather of a city."
    return "18 degrees in " + city
P
llm keys set polyphony --value "$2"
llm -m quick 'Why is the sea salty?' | grep -q word29
llm -m quick --no-stream 'Why is the sea salty?' | grep -q word29
llm -c 'And lakes?' | grep -q word29
llm -m quick --schema 'answer str' 'Hi' | grep -q 'forty two'
llm -m quick --functions "$LLM_USER_PATH/tools.py" --td 'Weather?' 2>&1 | grep -q '18 degrees in Paris'
if llm -m all-fail 'Hi' 2> "$LLM_USER_PATH/said"; then exit 1; fi
grep -q 'No model of layer 1 answered' "$LLM_USER_PATH/said"
echo ok
