"""The Messages protocol with the PyPI client, whose newer versions no longer declare temperature: it goes by extra_body."""

import json
import os

import anthropic
from checks import check, equal, expected, failure, run, urls, within

MODEL = "claude-3-haiku-20240307"


def client(server, **options):
    return anthropic.Anthropic(**{"base_url": urls[server], "api_key": "k", "max_retries": 0, **options})


def ask(server, max_tokens=10, content="hi", **more):
    messages = more.pop("messages", [{"role": "user", "content": content}])
    return client(server).messages.create(model=MODEL, max_tokens=max_tokens, messages=messages, **more)


@check("R0-1 R1-1 A01: a client from the environment, and one with a key")
def environment():
    os.environ.update(ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=urls["locked"])
    for made in anthropic.Anthropic(), anthropic.Anthropic(api_key="k"), anthropic.Anthropic(auth_token="k"):
        message = made.messages.create(model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Write me a poem"}])
        equal(message.content[0].text, "hello")
    for name in "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL":
        del os.environ[name]


@check("A01: a wrong key is an AuthenticationError")
def wrong_key():
    create = client("locked", api_key="wrong").messages.create
    error = failure(anthropic.AuthenticationError, create, model=MODEL, max_tokens=1, messages=[{"role": "user", "content": "hi"}])
    equal(error.body["error"]["type"], "authentication_error")
    assert error.request_id and str(error).startswith("Error code: 401 - {'type': 'error'"), str(error)


@check("R0-3 R0-4 R0-8 A04: ten tokens")
def ten_tokens():
    response = ask("loop", 10, "Write me a poem")
    equal(response.content[0].text, "hello hello ")
    equal((response.stop_reason, response.stop_sequence), ("max_tokens", None))
    equal(response.usage.output_tokens, 10)
    real = ask("prose", 10, "Write me a poem")
    assert real.content[0].text and 1 <= real.usage.output_tokens <= 10


@check("R0-5 R0-7 A05: it ends by itself")
def ends():
    response = ask("hello", 500, "Write me a poem")
    equal((response.content[0].text, response.stop_reason, response.usage.output_tokens), ("hello", "end_turn", 4))


@check("R0-9 R1-7 A11: 100, 1000 and 4096 tokens")
def speed():
    for tokens in 100, 1000, 4096:
        equal(ask("loop", tokens, "poem").usage.output_tokens, tokens)


@check("R1-2 A03: the message prints as in the scenario")
def printed():
    message = ask("prose", 10, "Write me a poem")
    text = repr(message)
    for part in (f"model='{MODEL}'", "role='assistant'", "type='message'", "stop_sequence=None", "TextBlock(citations=None"):
        assert part in text, text
    assert message.id.startswith("msg_") and len(message.id) == 28
    equal((message.usage.cache_creation_input_tokens, message.usage.cache_read_input_tokens), (0, 0))
    assert message._request_id


@check("R1-3 A13: input_tokens does not depend on what ran before")
def input_tokens():
    counts = {ask("prose", tokens, "Write me a poem").usage.input_tokens for tokens in (5, 20, 5, 20)}
    counts.add(client("prose").messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "Write me a poem"}]).input_tokens)
    equal(len(counts), 1)


@check("R1-9 R1-10 R1-11 A20: a stop sequence")
def stops():
    response = ask("loop", 20, stop_sequences=["o h"])
    equal((response.content[0].text, response.stop_reason, response.stop_sequence), ("hell", "stop_sequence", "o h"))


@check("R1-12 R1-13: several stops")
def several_stops():
    for stops, text, matched in (["b", "e"], "h", "e"), (["o", "c"], "hell", "o"), (["E"], "hello " * 4, None):
        response = ask("loop", 20, stop_sequences=stops)
        equal((response.content[0].text, response.stop_sequence), (text, matched))


@check("R1-14: temperature 0, an int, three times")
def repeats():
    answers = {
        ask("prose", 20, "Come up with a name for an alien planet. Respond with a single word.", extra_body={"temperature": 0}).content[0].text
        for _ in range(3)
    }
    equal(len(answers), 1)


@check("R1-15 A31: temperature 1 varies")
def varies():
    assert len({ask("dice", 16, extra_body={"temperature": 1}).content[0].text for _ in range(10)}) >= 9


@check("R1-16 A32: the range of temperature")
def temperature_range():
    for value in -0.1, 1.1, "hot":
        error = failure(anthropic.BadRequestError, ask, "hello", extra_body={"temperature": value})
        assert "temperature" in error.body["error"]["message"]
    equal(ask("hello", extra_body={"temperature": 0.5}).content[0].text, "hello")


@check("R1-18 A14: a system text, as text and as blocks")
def system_text():
    words = "You are a helpful foreign language tutor that always responds in German."
    plain = ask("prose", 5, "Hello, how are you?", extra_body={"temperature": 0})
    text = ask("prose", 5, "Hello, how are you?", system=words, extra_body={"temperature": 0})
    blocks = ask("prose", 5, "Hello, how are you?", system=[{"type": "text", "text": words}], extra_body={"temperature": 0})
    assert plain.usage.input_tokens != text.usage.input_tokens
    equal((blocks.usage.input_tokens, blocks.content[0].text), (text.usage.input_tokens, text.content[0].text))


@check("R1-20 A06: an empty text is a block")
def empty_text():
    equal([block.text for block in ask("loop", stop_sequences=["h"]).content], [""])


@check("A46: errors have their classes")
def errors():
    error = failure(anthropic.BadRequestError, ask, "hello", content="too long " * 3000)
    equal(error.body["error"]["type"], "invalid_request_error")
    equal(error.status_code, 400)
    failure(anthropic.NotFoundError, client("hello").get, "/v1/messages/unknown", cast_to=object)


@check("A48: the stream and its helpers")
def stream():
    with client("hello").messages.stream(model=MODEL, max_tokens=20, messages=[{"role": "user", "content": "hi"}]) as events:
        text = "".join(events.text_stream)
        final = events.get_final_message()
    equal((text, final.content[0].text, final.stop_reason, final.usage.output_tokens), ("hello", "hello", "end_turn", 4))
    raw = client("hello").messages.create(model=MODEL, max_tokens=20, messages=[{"role": "user", "content": "hi"}], stream=True)
    types = [event.type for event in raw if event.type != "ping"]
    equal((types[0], types[-1]), ("message_start", "message_stop"))


def opened():
    events = client("busy").messages.create(model=MODEL, max_tokens=30000, messages=[{"role": "user", "content": "hi"}], stream=True)
    for event in events:
        if event.type == "content_block_delta":
            return events


@check("R1-6: a server without a free place")
def overloaded():
    events = opened()
    try:
        error = failure(anthropic.APIStatusError, ask, "busy")
        equal(error.status_code, 529)
        request_id = error.body.pop("request_id")
        equal(error.body, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
        assert request_id == error.request_id
        text = "Error code: 529 - {'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}"
        assert str(error).startswith(text), str(error)
        equal(type(error).__name__, "OverloadedError")
    finally:
        events.close()


@check("A49: a stream left early frees its place within a second")
def left_early():
    for _ in range(3):
        within(5, 529, opened).close()
        equal(within(1, 529, lambda: ask("busy", 20)).usage.output_tokens, 20)


TOOL = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris"]}}, "required": ["city"]},
}


@check("tools: a call and its result")
def tools():
    question = [{"role": "user", "content": "What is the weather in Paris?"}]
    for choice in {"type": "any"}, {"type": "tool", "name": "get_weather"}:
        once = {**choice, "disable_parallel_tool_use": True}
        first = ask("tools", 400, messages=question, tools=[TOOL], tool_choice=once)
        [call] = [block for block in first.content if block.type == "tool_use"]
        equal((call.name, call.input, first.stop_reason), ("get_weather", {"city": "Paris"}, "tool_use"))
    result = {"type": "tool_result", "tool_use_id": call.id, "content": json.dumps({"degrees": 18})}
    turns = [*question, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    equal(ask("tools", 50, messages=turns, tools=[TOOL]).content[0].text, "hello")


@check("R1-17: at a temperature near 0 always the likeliest")
def likeliest():
    [best, _] = expected["dice"]["chat"]["top"][0][0]
    equal({ask("dice", 1, extra_body={"temperature": value}).content[0].text for value in (0, 0.01, 0.01)}, {best})


run()
