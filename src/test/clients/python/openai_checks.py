"""OpenAI's PyPI client: reference scenario 4 over completions, with the values that the model was made with."""

import json
import math

import openai
from checks import check, equal, expected, failure, near, post, run, urls, within

TEXT = expected["dice"]["text"]


def client(server, **options):
    return openai.OpenAI(**{"base_url": urls[server] + "/v1", "api_key": "k", "max_retries": 0, **options})


def complete(server="dice", **more):
    return client(server).completions.create(**{"model": "any", "temperature": 0, "prompt": TEXT["prompt"], **more})


def chat(server, **more):
    ask = {"model": "gpt-4", "temperature": 0, "max_tokens": 20, "messages": [{"role": "user", "content": "hi"}]}
    return client(server).chat.completions.create(**{**ask, **more})


@check("R4-3..R4-7 A72: four lists of one length, text that starts after the prompt")
def scenario4():
    prompt = "The capital of Michigan is "
    response = client("prose").completions.create(model="any", prompt=prompt, logprobs=3, max_tokens=16, temperature=0)
    [choice] = response.choices
    rows = choice.logprobs
    if choice.finish_reason == "length":
        equal({len(rows.tokens), len(rows.token_logprobs), len(rows.text_offset), len(rows.top_logprobs)}, {16})
    equal(rows.text_offset[0], 27)
    equal("".join(rows.tokens), choice.text)
    at = 27
    for token, offset, logprob, top in zip(rows.tokens, rows.text_offset, rows.token_logprobs, rows.top_logprobs):
        equal(offset, at)
        at += len(token)
        assert logprob <= 0
        near(top[token], logprob, 0)
        equal(list(top.values()), sorted(top.values(), reverse=True))


@check("R4-8..R4-10 A76 A81: the values are the designed ones")
def designed():
    [choice] = complete(max_tokens=16, logprobs=3).choices
    equal(choice.logprobs.tokens, TEXT["tokens"][:16])
    equal(choice.logprobs.text_offset, TEXT["offsets"][:16])
    for i in range(16):
        near(choice.logprobs.token_logprobs[i], TEXT["logprobs"][i])
        top = choice.logprobs.top_logprobs[i]
        equal(list(top), [text for text, _ in TEXT["top"][i][:3]])
        for text, logprob in TEXT["top"][i][:3]:
            near(top[text], logprob)


@check("R4-9: a token beyond the first three is added")
def sampled_outside():
    sizes = set()
    for seed in range(5):
        rows = complete(max_tokens=16, logprobs=3, temperature=1, seed=seed).choices[0].logprobs
        for token, logprob, top in zip(rows.tokens, rows.token_logprobs, rows.top_logprobs):
            near(top[token], logprob, 0)
            sizes.add(len(top))
    equal(sizes, {3, 4})


@check("R4-11 A78: the first row is raw, whatever the sampling")
def raw_rows():
    for more in {"temperature": 0.7}, {"temperature": 1.5}, {"extra_body": {"top_k": 2}}, {"top_p": 0.01}, {"frequency_penalty": 2}:
        top = complete(max_tokens=2, logprobs=3, **more).choices[0].logprobs.top_logprobs[0]
        for text, logprob in TEXT["top"][0][:3]:
            near(top[text], logprob, 1e-4)


@check("R4-12 R4-15 R4-17 A35 A37: temperature 0, top_k 1 and a tiny top_p agree")
def greedy():
    whole = complete(max_tokens=16, logprobs=3).choices
    for more in {"extra_body": {"top_k": 1}, "temperature": 1.7}, {"top_p": 0.01, "temperature": 0.7}, {"top_p": 0}:
        equal(complete(max_tokens=16, logprobs=3, **more).choices, whole, str(more))


@check("R4-14 A79: top_k 2 still reports three")
def top_k_two():
    rows = complete(max_tokens=16, logprobs=3, temperature=1, extra_body={"top_k": 2}).choices[0].logprobs
    for token, top in zip(rows.tokens, rows.top_logprobs):
        equal(len(top), 3)
        assert token in list(top)[:2], (token, top)


@check("A76: all probabilities sum to one")
def whole_distribution():
    top = complete(max_tokens=1, logprobs=TEXT["vocabulary"]).choices[0].logprobs.top_logprobs[0]
    near(sum(math.exp(value) for value in top.values()), 1, 1e-3)


@check("§2.4: echo scores the prompt")
def echo():
    score = expected["dice"]["score"]
    for tokens in 0, 3:
        [choice] = complete(prompt=score["prompt"], max_tokens=tokens, echo=True, logprobs=1).choices
        rows = choice.logprobs
        count = len(score["tokens"])
        assert choice.text.startswith(score["prompt"]) and (tokens or choice.text == score["prompt"])
        equal(rows.tokens[:count], score["tokens"])
        equal((rows.token_logprobs[0], rows.top_logprobs[0]), (None, None))
        for actual, wanted in zip(rows.token_logprobs[1:count], score["logprobs"]):
            near(actual, wanted)
        equal(len(rows.tokens), count + tokens)
        for token, offset in zip(rows.tokens, rows.text_offset):
            equal(choice.text[offset : offset + len(token)], token)


@check("A43: n and a seed")
def several():
    ask = {"n": 3, "seed": 11, "temperature": 1, "max_tokens": 8}
    first, again = complete(**ask), complete(**ask)
    equal([choice.index for choice in first.choices], [0, 1, 2])
    equal(len({choice.text for choice in first.choices}), 3)
    equal(first.usage.completion_tokens, 24)
    equal([choice.text for choice in again.choices], [choice.text for choice in first.choices])
    failure(openai.BadRequestError, complete, n=2, best_of=3)


@check("A75: offsets in characters, streamed or not")
def offsets():
    prompt = "日 😀 é "
    whole = complete(prompt=prompt, max_tokens=12, logprobs=0).choices[0].logprobs
    equal(whole.text_offset[0], len(prompt))
    streamed = []
    for chunk in complete(prompt=prompt, max_tokens=12, logprobs=0, stream=True):
        for choice in chunk.choices:
            streamed += choice.logprobs.text_offset if choice.logprobs else []
    equal(streamed, whole.text_offset)


@check("prompts as tokens")
def token_prompts():
    ids = TEXT["promptIds"]
    wanted = complete(max_tokens=8).choices[0].text
    equal(complete(prompt=ids, max_tokens=8).choices[0].text, wanted)
    equal([choice.text for choice in complete(prompt=[ids, ids], max_tokens=8).choices], [wanted, wanted])
    failure(openai.BadRequestError, complete, prompt=[10**9])


@check("completions stream, with usage at the end")
def completions_stream():
    chunks = list(complete(max_tokens=8, stream=True, stream_options={"include_usage": True}))
    equal("".join(choice.text for chunk in chunks for choice in chunk.choices), complete(max_tokens=8).choices[0].text)
    equal((chunks[-1].choices, chunks[-1].usage.completion_tokens), ([], 8))


@check("R2-3 A40: the chat call of scenario 2")
def scenario2():
    response = client("prose").chat.completions.create(
        model="gpt-4",
        messages=[{"role": "user", "content": "Explain quantum computing in simple terms."}],
        temperature=0.7,
        frequency_penalty=1.0,
        max_tokens=150,
    )
    assert isinstance(response.choices[0].message.content, str)
    assert response.choices[0].finish_reason in ("stop", "length") and response.usage.completion_tokens <= 150


@check("A42: chat log-probabilities")
def chat_logprobs():
    [choice] = chat("dice", logprobs=True, top_logprobs=2).choices
    joined = bytes(byte for token in choice.logprobs.content for byte in token.bytes)
    equal(joined, choice.message.content.encode())
    equal([token.token for token in choice.logprobs.content], expected["dice"]["chat"]["tokens"][:20])


@check("A44: response_format json_schema")
def schema():
    person = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "person", "strict": True, "schema": person}}
    question = [{"role": "user", "content": "Describe a person as JSON."}]
    [choice] = chat("prose", max_tokens=200, response_format=form, messages=question).choices
    if choice.finish_reason == "stop":
        answer = json.loads(choice.message.content)
        assert isinstance(answer["name"], str) and isinstance(answer["age"], int), answer


@check("errors have their classes")
def errors():
    failure(openai.AuthenticationError, client("locked", api_key="wrong").models.list)
    error = failure(openai.BadRequestError, chat, "hello", temperature=2.1)
    equal((error.param, error.type, error.code), ("temperature", "invalid_request_error", None))
    assert error.request_id
    error = failure(openai.BadRequestError, complete, prompt="too long " * 9000)
    equal((error.code, error.param), ("context_length_exceeded", "prompt"))
    failure(openai.NotFoundError, client("hello").get, "/nowhere", cast_to=object)
    status, body = post("hello", "/v1/completions", b"\xff\xfe")
    equal((status, sorted(body["error"])), (400, ["code", "message", "param", "type"]))


@check("A49: a stream left early frees its place within a second")
def left_early():
    stream = within(5, 429, lambda: chat("busy", stream=True, max_tokens=30000))
    for chunk in stream:
        if chunk.choices[0].delta.content:
            equal(failure(openai.RateLimitError, chat, "busy").type, "rate_limit_error")
            break
    stream.close()
    equal(within(1, 429, lambda: chat("busy")).usage.completion_tokens, 20)


run()
