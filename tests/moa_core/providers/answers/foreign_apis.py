"""Streams of other APIs than chat completions, as their references have them.

Each says the same: it thinks "hm", answers, and took 9 tokens in and 5 out.
"""

from tests.moa_core.providers.answers.reading import PIECES, TEXT

FOREIGN = {
    "Anthropic": [
        {"type": "message_start", "message": {"usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "delta": {"thinking": "hm"}},
        *(
            {"type": "content_block_delta", "delta": {"type": "text_delta", "text": p}}
            for p in PIECES
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 5},
        },
        {"type": "message_stop"},
    ],
    "Gemini": [
        {"candidates": [{"content": {"parts": [{"text": "hm", "thought": True}]}}]},
        *({"candidates": [{"content": {"parts": [{"text": p}]}}]} for p in PIECES),
        {
            "candidates": [{"content": {}, "finishReason": "STOP"}],
            "usageMetadata": {
                "promptTokenCount": 9,
                "candidatesTokenCount": 3,
                "thoughtsTokenCount": 2,
                "totalTokenCount": 14,
            },
        },
    ],
    "Responses": [
        {"type": "response.created", "response": {"id": "r", "status": "in_progress"}},
        {"type": "response.reasoning_text.delta", "delta": "hm"},
        *({"type": "response.output_text.delta", "delta": p} for p in PIECES),
        {"type": "response.output_text.done", "text": TEXT},
        {
            "type": "response.completed",
            "response": {"usage": {"input_tokens": 9, "output_tokens": 5}},
        },
    ],
    "Ollama": [
        {"message": {"role": "assistant", "thinking": "hm"}, "done": False},
        *({"message": {"content": p}, "done": False} for p in PIECES),
        {
            "message": {"content": ""},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 9,
            "eval_count": 5,
        },
    ],
    "Cohere": [
        {
            "type": "content-delta",
            "delta": {"message": {"content": {"type": "thinking", "thinking": "hm"}}},
        },
        *(
            {"type": "content-delta", "delta": {"message": {"content": {"text": p}}}}
            for p in PIECES
        ),
        {
            "type": "message-end",
            "delta": {
                "finish_reason": "COMPLETE",
                "usage": {"billed_units": {"input_tokens": 9, "output_tokens": 5}},
            },
        },
    ],
    "Bedrock": [
        {"contentBlockDelta": {"delta": {"reasoningContent": {"text": "hm"}}}},
        *({"contentBlockDelta": {"delta": {"text": p}}} for p in PIECES),
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": {"inputTokens": 9, "outputTokens": 5}}},
    ],
}
