#!/usr/bin/env python3
"""Holds the recorded answers (tests/data/recorded) against the types of the providers' own libraries, which are made from
what the providers publish of their interfaces: every field that has to be there is, and none is there that they do not
know. `packaging/formats.sh` installs the libraries and runs this.
"""

import json
import sys
import typing
from pathlib import Path

import pydantic
from anthropic.types import ErrorResponse, Message, RawMessageStreamEvent
from google.genai.types import GenerateContentResponse
from groq.types.chat import ChatCompletion as GroqCompletion
from groq.types.chat import ChatCompletionChunk as GroqChunk
from mistralai.client.models import ChatCompletionResponse, CompletionChunk
from ollama import ChatResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from openrouter.components import ChatResult, ChatStreamChunk

# Per folder: what a piece of a stream is, and what a whole answer is.
TYPES = {
    "openai": (ChatCompletionChunk, ChatCompletion),
    "azure": (ChatCompletionChunk, ChatCompletion),
    "responses": (ResponseStreamEvent, Response),
    "anthropic": (RawMessageStreamEvent, Message),
    "gemini": (GenerateContentResponse, GenerateContentResponse),
    "ollama": (ChatResponse, ChatResponse),
    "mistral": (CompletionChunk, ChatCompletionResponse),
    "groq": (GroqChunk, GroqCompletion),
    "openrouter": (ChatStreamChunk, ChatResult),
    # They say that theirs are OpenAI's, and add to them.
    "deepseek": (ChatCompletionChunk, ChatCompletion),
    "xai": (ChatCompletionChunk, ChatCompletion),
    "litellm": (ChatCompletionChunk, ChatCompletion),
    "llamacpp": (ChatCompletionChunk, ChatCompletion),
    "lmstudio": (ChatCompletionChunk, ChatCompletion),
    "vllm": (ChatCompletionChunk, ChatCompletion),
}

# What the libraries do not know and the servers do send, with where that is said.
KNOWN = {
    "anthropic": {
        "no event is called 'ping'",  # docs.claude.com, Streaming messages
        "no event is called 'message_weather'",  # ours: they may add events, as the same page says
        "unknown: .error.details",  # platform.claude.com, Errors: enforced_spend_limit_reached
    },
    # learn.microsoft.com, Content filtering: the results, and pieces that have nothing else.
    "azure": {
        "object: Input should be 'chat.completion.chunk'",
        "choices.0.delta: Field required",
        "unknown: .choices[].content_filter_results",
        "unknown: .prompt_filter_results",
    },
    # api-docs.deepseek.com, Create chat completion.
    "deepseek": {
        "choices.0.finish_reason: Input should be 'stop', 'length', 'tool_calls', 'content_filter' or 'function_call'",
        "unknown: .choices[].delta.reasoning_content",
        "unknown: .choices[].message.reasoning_content",
        "unknown: .usage.prompt_cache_hit_tokens",
        "unknown: .usage.prompt_cache_miss_tokens",
    },
    "groq": {"unknown: .choices[].delta.channel"},  # gpt-oss, as seen on the wire
    "litellm": {"unknown: .choices[].message.provider_specific_fields"},  # docs.litellm.ai
    "llamacpp": {  # tools/server/README.md
        "unknown: .choices[].delta.reasoning_content",
        "unknown: .choices[].message.reasoning_content",
        "unknown: .timings",
    },
    "lmstudio": {"unknown: .stats"},  # lmstudio.ai/docs
    # platform.openai.com, Streaming events: obfuscation; Create a model response: store.
    "responses": {"unknown: .obfuscation", "unknown: .response.store", "unknown: .store"},
    "vllm": {  # docs.vllm.ai; reasoning_content is called reasoning since 0.12
        "unknown: .stop_reason",
        "unknown: .choices[].delta.reasoning",
        "unknown: .choices[].message.reasoning_content",
        "unknown: .prompt_logprobs",
        "unknown: .kv_transfer_params",
    },
    "xai": {  # docs.x.ai
        "unknown: .choices[].delta.reasoning_content",
        "unknown: .choices[].message.reasoning_content",
        "unknown: .citations",
        "unknown: .usage.num_sources_used",
    },
}


def member(kind, value):
    """Of a union the one that is named by the value's `type`."""
    members = typing.get_args(typing.get_args(kind)[0]) if typing.get_origin(kind) is typing.Annotated else ()
    members = members or (typing.get_args(kind) if typing.get_origin(kind) is typing.Union else ())
    for one in members:
        field = getattr(one, "model_fields", {}).get("type")
        if field and value.get("type") in typing.get_args(field.annotation):
            return one
    return None if members else kind


def unknown(value, place=""):
    """Fields that no type has."""
    if isinstance(value, pydantic.BaseModel):
        extra = value.model_extra or {}
        for name in extra:
            yield f"{place}.{name}"
        for name in value.model_fields_set - set(extra):
            yield from unknown(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, list):
        for one in value:
            yield from unknown(one, place + "[]")


def check(kind, value):
    kind = member(kind, value)
    if kind is None:
        return [f"no event is called {value.get('type')!r}"]
    try:
        return [f"unknown: {name}" for name in unknown(pydantic.TypeAdapter(kind).validate_python(value))]
    except pydantic.ValidationError as error:
        # Of a union within, only what concerns the member that was meant.
        errors = error.errors()
        others = [one["loc"][:-1] for one in errors if one["loc"][-1:] == ("type",) and one["type"] == "literal_error"]
        meant = [one for one in errors if not any(one["loc"][: len(other)] == other for other in others)]
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in meant or errors]


def answers(text):
    """Status, form and body."""
    _, answer = text.split("\n\n", 1)
    head, body = answer.split("\n\n", 1)
    form = next((line for line in head.splitlines() if line.lower().startswith("content-type:")), "")
    return int(head.split()[1]), form, body


def pieces(form, body):
    if "event-stream" in form:
        lines = (line[5:].strip() for line in body.splitlines() if line.startswith("data:"))
    elif "ndjson" in form:
        lines = body.splitlines()
    else:
        lines = [body]
    for line in filter(None, lines):
        if line == "[DONE]":
            continue
        try:
            value = json.loads(line)
        except ValueError:
            continue  # Cut on purpose.
        # Gemini without `alt=sse` sends a list.
        yield from value if isinstance(value, list) else [value]


def main():
    found = 0
    for path in sorted(Path("tests/data/recorded").glob("*/*.http")):
        of_stream, whole = TYPES[path.parent.name]
        status, form, body = answers(path.read_text())
        said = []
        for value in pieces(form, body):
            is_error = "error" in value and not value.get("choices") and value.get("object") != "response"
            if status != 200 or (is_error and path.parent.name != "responses"):
                if path.parent.name == "anthropic":
                    said += check(ErrorResponse, value)
                continue
            said += check(whole if "application/json" in form else of_stream, value)
        for line in dict.fromkeys(line for line in said if line not in KNOWN.get(path.parent.name, ())):
            found += 1
            print(f"{path.relative_to('tests/data/recorded')}: {line}")
    print(f"{found} differences that are not known")
    return 1 if found else 0


sys.exit(main())
