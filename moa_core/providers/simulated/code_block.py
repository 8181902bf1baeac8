"""The short block of code that simulated models write when code is asked for."""

import re

from moa_core.providers.simulated.question import Question

_PYTHON = '''\
def {name}(items):
    """{topic}."""
    result = []
    for item in items:
        if item not in result:  # the rule of your question belongs in this line
            result.append(item)
    return result


assert {name}([]) == []
assert {name}([1, 1, 2]) == [1, 2]'''
_JAVASCRIPT = """\
function {name}(items) {{
  // the rule of your question belongs in this line
  return items.filter((item, index) => items.indexOf(item) === index);
}}

console.assert({name}([]).length === 0);
console.assert({name}([1, 1, 2]).length === 2);"""
_SQL = """\
-- {topic}
SELECT item, COUNT(*) AS times
FROM {name}
GROUP BY item          -- the rule of your question belongs here
ORDER BY times DESC;"""
_BASH = """\
#!/usr/bin/env bash
# {topic}
set -euo pipefail
sort -- "${{1:?which file?}}" | uniq   # the rule of your question belongs here"""
_TEMPLATES = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "sql": _SQL,
    "bash": _BASH,
}


def code_block(question: Question) -> str:
    """A fenced block in the language that the question names, Python otherwise."""
    language = question.language if question.language in _TEMPLATES else "python"
    words = [re.sub(r"[^a-z0-9]", "", term.lower()) for term in question.terms]
    words = [word for word in words if word and not word[0].isdigit()]
    named = [word for word in words if word not in {language, "function", "code"}]
    code = _TEMPLATES[language].format(
        name="_".join(named[:2]) or "answer",
        topic=question.topic.replace('"', "'").replace("\\", ""),
    )
    return f"```{language}\n{code}\n```"
