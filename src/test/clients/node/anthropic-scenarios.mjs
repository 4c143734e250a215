// Reference scenarios 0 and 1 with the npm client, the calls as they stand there.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, expected } from './checks.mjs';

const MODEL = 'claude-3-haiku-20240307';
const prose = client('prose');
const loop = client('loop');
const user = (content) => [{ role: 'user', content }];

test('R0-1 R1-1: a client built from the environment', async () => {
  process.env.ANTHROPIC_API_KEY = 'k';
  process.env.ANTHROPIC_BASE_URL = loop.baseURL;
  const environment = client('loop', { apiKey: undefined, baseURL: undefined });
  const response = await environment.messages.create({ model: MODEL, max_tokens: 10, messages: user('Write me a poem') });
  assert.equal(response.content[0].text, 'hello hello ');
});

test('R0-3 R0-4 R0-8 R1-4: a poem of ten tokens is cut off', async () => {
  const response = await prose.messages.create({ model: MODEL, max_tokens: 10, messages: user('Write me a poem') });
  assert.equal(response.content[0].type, 'text');
  assert.ok(response.content[0].text.length > 0);
  assert.ok(response.usage.output_tokens >= 1 && response.usage.output_tokens <= 10);
  assert.equal(response.stop_reason, response.usage.output_tokens === 10 ? 'max_tokens' : 'end_turn');
});

test('R0-3 R0-4 A04: exactly ten tokens of a text without end', async () => {
  const response = await loop.messages.create({ model: MODEL, max_tokens: 10, messages: user('Write me a poem') });
  assert.deepEqual(response.content.map(({ type, text }) => ({ type, text })), [{ type: 'text', text: 'hello hello ' }]);
  assert.equal(response.stop_reason, 'max_tokens');
  assert.equal(response.stop_sequence, null);
  assert.equal(response.usage.output_tokens, 10);
});

test('R0-5 R1-5 A05: with 500 tokens the text ends by itself', async () => {
  const response = await client('hello').messages.create({ model: MODEL, max_tokens: 500, messages: user('Write me a poem') });
  assert.equal(response.content[0].text, 'hello');
  assert.equal(response.stop_reason, 'end_turn');
  assert.equal(response.usage.output_tokens, 4, 'the token that ends it does not count');
});

test('R0-6 R2-2: the shorter answer begins the longer one', async () => {
  const texts = [];
  for (const max_tokens of [7, 20, 60]) {
    const response = await prose.messages.create({ model: MODEL, max_tokens, temperature: 0, messages: user('Write me a poem') });
    texts.push(response.content[0].text);
  }
  assert.ok(texts[1].startsWith(texts[0]) && texts[2].startsWith(texts[1]), JSON.stringify(texts));
});

test('R0-7: asking for more tokens does not make the answer longer', async () => {
  const response = await prose.messages.create({ model: MODEL, max_tokens: 1000, temperature: 0, messages: user('Tell me a joke') });
  assert.ok(response.usage.output_tokens < 1000);
  assert.equal(response.stop_reason, 'end_turn');
});

test('R0-9 R0-10 R1-7 A11: 100, 1000 and 4096 tokens, each taking longer', async () => {
  let before = 0;
  for (const max_tokens of [100, 1000, 4096]) {
    const start = performance.now();
    const response = await loop.messages.create({ model: MODEL, max_tokens, messages: user('Write a long poem') });
    const time = performance.now() - start;
    assert.equal(response.usage.output_tokens, max_tokens);
    assert.equal(response.stop_reason, 'max_tokens');
    assert.ok(time > before, `${time} ms after ${before} ms`);
    before = time;
  }
});

test('R1-2: every field of the message', async () => {
  const response = await prose.messages.create({ model: MODEL, max_tokens: 10, messages: user('Write me a poem') });
  assert.match(response.id, /^msg_[0-9A-Za-z]{24}$/);
  assert.equal(response.type, 'message');
  assert.equal(response.role, 'assistant');
  assert.equal(response.model, MODEL);
  assert.equal(response.stop_sequence, null);
  assert.equal(response.usage.cache_creation_input_tokens, 0);
  assert.equal(response.usage.cache_read_input_tokens, 0);
});

test('R1-3 A13: input_tokens is the same whatever ran before', async () => {
  const counts = [];
  for (const max_tokens of [5, 20, 5, 20, 5, 20]) {
    const response = await prose.messages.create({ model: MODEL, max_tokens, messages: user('Write me a poem') });
    counts.push(response.usage.input_tokens);
  }
  assert.equal(new Set(counts).size, 1, String(counts));
});

test('R1-8 R1-9 R1-10 R1-11 A20: text before the stop is kept to the byte', async () => {
  const ask = { model: MODEL, max_tokens: 60, temperature: 0, messages: user('Generate a JSON object representing a person with a name, email, and phone number.') };
  const whole = (await prose.messages.create(ask)).content[0].text;
  const stop = whole[Math.floor(whole.length / 2)];
  const response = await prose.messages.create({ ...ask, stop_sequences: [stop] });
  assert.equal(response.content[0].text, whole.slice(0, whole.indexOf(stop)));
  assert.equal(response.stop_reason, 'stop_sequence');
  assert.equal(response.stop_sequence, stop);
});

test('R1-12 R1-13: any of several stops, inside a token, case-sensitive, nothing trimmed', async () => {
  const stop = async (stop_sequences) => {
    const response = await loop.messages.create({ model: MODEL, max_tokens: 20, stop_sequences, messages: user('random letters') });
    return [response.content[0].text, response.stop_reason, response.stop_sequence];
  };
  assert.deepEqual(await stop(['x', 'e']), ['h', 'stop_sequence', 'e']);
  assert.deepEqual(await stop(['l', 'b']), ['he', 'stop_sequence', 'l']);
  assert.deepEqual(await stop(['H', 'o h']), ['hell', 'stop_sequence', 'o h']);
  assert.deepEqual(await stop(['hello h']), ['', 'stop_sequence', 'hello h']);
  assert.deepEqual(await stop(['HELLO']), ['hello '.repeat(4), 'max_tokens', null]);
});

test('R1-14: temperature 0 repeats to the byte', async () => {
  const answers = [];
  for (let i = 0; i < 3; i++) {
    const response = await prose.messages.create({ model: MODEL, max_tokens: 20, temperature: 0, messages: user('Come up with a name for an alien planet. Respond with a single word.') });
    answers.push(JSON.stringify([response.content[0].text, response.usage, response.stop_reason]));
  }
  assert.equal(new Set(answers).size, 1, String(answers));
});

test('R1-15 A31: temperature 1 does not', async () => {
  const texts = new Set();
  for (let i = 0; i < 10; i++) {
    const response = await client('dice').messages.create({ model: MODEL, max_tokens: 16, temperature: 1, messages: user('roll') });
    texts.add(response.content[0].text);
  }
  assert.ok(texts.size >= 9, `${texts.size} different texts`);
});

test('R1-17: a hundred answers at temperature 0, and at 1 as often as the model says', async () => {
  const count = async (temperature) => {
    const seen = new Map();
    for (let i = 0; i < 100; i++) {
      const response = await client('dice').messages.create({ model: MODEL, max_tokens: 1, temperature, messages: user('Pick a random animal') });
      seen.set(response.content[0].text, (seen.get(response.content[0].text) ?? 0) + 1);
    }
    return seen;
  };
  const [best, logprob] = expected.dice.chat.top[0][0];
  assert.deepEqual([...(await count(0))], [[best, 100]]);
  const p = Math.exp(logprob);
  const hits = (await count(1)).get(best) ?? 0;
  assert.ok(Math.abs(hits - 100 * p) < 5 * Math.sqrt(100 * p * (1 - p)), `${hits} of 100, expected ${100 * p}`);
});

test('R1-18 A14: a system text counts and changes the answer', async () => {
  const ask = { model: MODEL, max_tokens: 16, temperature: 0, messages: user('Hello, how are you?') };
  const without = await prose.messages.create(ask);
  const system = 'You are a helpful foreign language tutor that always responds in German.';
  const text = await prose.messages.create({ ...ask, system });
  const blocks = await prose.messages.create({ ...ask, system: [{ type: 'text', text: system }] });
  assert.notEqual(text.usage.input_tokens, without.usage.input_tokens);
  assert.equal(blocks.usage.input_tokens, text.usage.input_tokens);
  assert.equal(blocks.content[0].text, text.content[0].text);
});

test('R1-19 A24: a stop over several tokens keeps what is before it', async () => {
  const ask = { model: MODEL, max_tokens: 999, messages: user('questions') };
  const response = await loop.messages.create({ ...ask, stop_sequences: ['llo h'] });
  assert.equal(response.content[0].text, 'he');
  const last = await loop.messages.create({ ...ask, max_tokens: 5, stop_sequences: ['o '] });
  assert.deepEqual([last.content[0].text, last.stop_reason], ['hell', 'stop_sequence'], 'a stop wins over the length');
});

test('R1-20 A06: an empty answer still has its text block', async () => {
  const ask = { model: MODEL, max_tokens: 10, stop_sequences: ['he'], messages: user('hi') };
  const response = await loop.messages.create(ask);
  assert.equal(response.content.length, 1);
  assert.equal(response.content[0].text, '');
  const streamed = await loop.messages.stream(ask).finalMessage();
  assert.equal(streamed.content.length, 1);
  assert.equal(streamed.content[0].text, '');
});
