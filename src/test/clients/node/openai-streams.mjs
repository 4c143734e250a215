// Streams and tools of the npm client of OpenAI, and completions without a chat.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, collect, expected, failure, near, sdk, urls, within } from './checks.mjs';

const ASK = { model: 'gpt-4', temperature: 0, max_tokens: 20, messages: [{ role: 'user', content: 'hi' }] };
const chat = (server, change) => client(server).chat.completions.create({ ...ASK, ...change });
const complete = (server, change) =>
  client(server).completions.create({ model: 'any', temperature: 0, prompt: expected.dice.text.prompt, ...change });

test('A41: role, text, reason, usage', async () => {
  const whole = await chat('hello');
  const chunks = await collect(await chat('hello', { stream: true, stream_options: { include_usage: true } }));
  assert.equal(new Set(chunks.map((chunk) => [chunk.id, chunk.created, chunk.model].join())).size, 1);
  assert.ok(chunks.every((chunk) => chunk.object === 'chat.completion.chunk'));
  assert.deepEqual(chunks[0].choices[0].delta, { role: 'assistant', content: '' });
  assert.deepEqual([chunks.at(-2).choices[0].delta, chunks.at(-2).choices[0].finish_reason], [{}, 'stop']);
  assert.deepEqual([chunks.at(-1).choices, chunks.at(-1).usage], [[], whole.usage]);
  assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
  assert.ok(chunks.slice(0, -2).every((chunk) => chunk.choices[0].finish_reason === null));
  assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), 'hello');
});

test('A41: without include_usage there is no usage', async () => {
  const chunks = await collect(await chat('hello', { stream: true }));
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
  assert.ok(chunks.every((chunk) => chunk.usage == null));
});

test('A41: the raw stream ends with [DONE] and names no events', async () => {
  const response = await fetch(`${urls.hello}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ASK, stream: true }),
  });
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const text = await response.text();
  assert.ok(text.endsWith('data: [DONE]\n\n'), text);
  assert.ok(!text.includes('event:'));
});

test('A27: streamed text is the whole text', async () => {
  for (const [server, change] of [['loop', { stop: 'o h' }], ['loop', { max_tokens: 4, stop: 'lo§' }], ['dice', {}], ['split', { max_tokens: 4 }]]) {
    const whole = (await chat(server, change)).choices[0];
    const stream = client(server).chat.completions.stream({ ...ASK, ...change });
    const streamed = (await stream.finalChatCompletion()).choices[0];
    assert.deepEqual([streamed.message.content, streamed.finish_reason], [whole.message.content, whole.finish_reason], server);
  }
});

test('log-probabilities arrive with their text', async () => {
  const chunks = await collect(await chat('dice', { stream: true, max_tokens: 8, logprobs: true, top_logprobs: 2 }));
  const tokens = chunks.flatMap((chunk) => chunk.choices[0].logprobs?.content ?? []);
  assert.deepEqual(tokens.map((token) => token.token), expected.dice.chat.tokens.slice(0, 8));
  tokens.forEach((token, i) => near(token.logprob, expected.dice.chat.logprobs[i]));
  for (const { choices: [choice] } of chunks.filter((chunk) => chunk.choices[0].logprobs)) {
    assert.equal(choice.logprobs.content.map((token) => token.token).join(''), choice.delta.content);
  }
});

test('n streams beside each other', async () => {
  const ask = { n: 3, temperature: 1, seed: 5 };
  const whole = (await chat('dice', ask)).choices.map((choice) => choice.message.content);
  const texts = ['', '', ''];
  const ends = [];
  for await (const chunk of await chat('dice', { ...ask, stream: true })) {
    for (const choice of chunk.choices) {
      texts[choice.index] += choice.delta.content ?? '';
      ends.push(...(choice.finish_reason ? [choice.finish_reason] : []));
    }
  }
  assert.deepEqual(texts, whole);
  assert.deepEqual(ends, ['length', 'length', 'length']);
});

test('A49: an aborted stream frees its place within a second; a full server is a RateLimitError', async () => {
  const stream = await chat('busy', { stream: true, max_tokens: 30000 });
  for await (const chunk of stream) {
    if (chunk.choices[0].delta.content) {
      const error = await failure(sdk.RateLimitError, chat('busy'));
      assert.equal(error.type, 'rate_limit_error');
      break;
    }
  }
  assert.equal((await within(1000, 429, () => chat('busy'))).usage.completion_tokens, 20);
});

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string', enum: ['Paris'] } }, required: ['city'] },
  },
};
const CLOCK = { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: {} } } };

test('tools: a call, its answer, and the call streamed', async () => {
  const ask = { tools: [CLOCK, WEATHER], tool_choice: { type: 'function', function: { name: 'get_weather' } }, parallel_tool_calls: false, max_tokens: 400 };
  const [choice] = (await chat('tools', ask)).choices;
  const [call, ...more] = choice.message.tool_calls;
  assert.deepEqual([more, call.type, call.function.name], [[], 'function', 'get_weather']);
  assert.deepEqual(JSON.parse(call.function.arguments), { city: 'Paris' });
  const messages = [...ASK.messages, choice.message, { role: 'tool', tool_call_id: call.id, content: '18 degrees' }];
  const answer = await chat('tools', { tools: ask.tools, tool_choice: 'none', messages });
  assert.equal(typeof answer.choices[0].message.content, 'string');
  const streamed = await client('tools').chat.completions.stream({ ...ASK, ...ask }).finalChatCompletion();
  assert.equal(streamed.choices[0].message.tool_calls[0].function.arguments, call.function.arguments);
  assert.equal(streamed.choices[0].finish_reason, choice.finish_reason);
});

test('tools: required, auto, none', async () => {
  const required = (await chat('tools', { tools: [WEATHER], tool_choice: 'required', parallel_tool_calls: false, max_tokens: 400 })).choices[0];
  assert.equal(required.finish_reason, 'tool_calls');
  assert.match(required.message.tool_calls[0].id, /./);
  for (const tool_choice of ['auto', 'none', undefined]) {
    const [choice] = (await chat('tools', { tools: [WEATHER], tool_choice })).choices;
    assert.deepEqual([choice.message.content, choice.finish_reason], ['hello', 'stop']);
  }
  await failure(sdk.BadRequestError, chat('tools', { tool_choice: 'required' }));
  await failure(sdk.BadRequestError, chat('tools', { tools: [WEATHER], tool_choice: { type: 'function', function: { name: 'x' } } }));
});

test('tools: a model that thinks, speaks and calls', async () => {
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
  const [whole] = (await chat('caller', { tools, max_tokens: 100 })).choices;
  assert.equal(whole.finish_reason, 'tool_calls');
  assert.match(whole.message.content, /I look/);
  assert.deepEqual(JSON.parse(whole.message.tool_calls[0].function.arguments), { city: 'Paris' });
  const streamed = await client('caller').chat.completions.stream({ ...ASK, tools, max_tokens: 100 }).finalChatCompletion();
  assert.equal(streamed.choices[0].message.content, whole.message.content);
  assert.deepEqual(streamed.choices[0].message.tool_calls[0].function, whole.message.tool_calls[0].function);
});

test('completions: 16 tokens unless told otherwise, from the raw prompt', async () => {
  const response = await complete('dice');
  assert.equal(response.object, 'text_completion');
  assert.match(response.id, /^cmpl-/);
  assert.deepEqual(response.choices, [{ index: 0, text: expected.dice.text.tokens.slice(0, 16).join(''), logprobs: null, finish_reason: 'length' }]);
  assert.deepEqual(response.usage, { prompt_tokens: expected.dice.text.promptTokens, completion_tokens: 16, total_tokens: expected.dice.text.promptTokens + 16 });
});

test('completions: several prompts, several answers, streamed too', async () => {
  const ask = { prompt: [expected.dice.text.prompt, 'hello'], n: 2, temperature: 1, seed: 3 };
  const whole = await complete('dice', ask);
  assert.deepEqual(whole.choices.map((choice) => choice.index), [0, 1, 2, 3]);
  const texts = ['', '', '', ''];
  for await (const chunk of await complete('dice', { ...ask, stream: true })) {
    chunk.choices.forEach((choice) => (texts[choice.index] += choice.text));
  }
  assert.deepEqual(texts, whole.choices.map((choice) => choice.text));
});

test('A11: half a character is counted and not shown', async () => {
  for (const [max_tokens, text] of [[1, ''], [2, 'é'], [3, 'é!'], [4, 'é!']]) {
    const response = await complete('split', { prompt: 't', max_tokens });
    assert.deepEqual([response.choices[0].text, response.usage.completion_tokens], [text, max_tokens]);
  }
});
