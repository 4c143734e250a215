// Chat completions with the npm client of OpenAI: reference scenario 2, log-probabilities, formats, tools, errors.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, expected, failure, near, post, sdk } from './checks.mjs';

const MESSAGES = [{ role: 'user', content: 'hi' }];
const ASK = { model: 'gpt-4', temperature: 0, max_tokens: 20, messages: MESSAGES };
const create = (server, change) => client(server).chat.completions.create({ ...ASK, ...change });
const refused = (change, server = 'hello') => failure(sdk.BadRequestError, create(server, change));

test('R2-3 A40: the call of scenario 2', async () => {
  const response = await client('prose').chat.completions.create({
    model: 'gpt-4',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: 'Explain quantum computing in simple terms.' },
    ],
    temperature: 0.7,
    frequency_penalty: 1.0,
    max_tokens: 150,
  });
  assert.equal(response.object, 'chat.completion');
  assert.match(response.id, /^chatcmpl-/);
  assert.equal(response.model, 'gpt-4');
  assert.equal(response.choices[0].message.role, 'assistant');
  assert.equal(typeof response.choices[0].message.content, 'string');
  assert.ok(['stop', 'length'].includes(response.choices[0].finish_reason));
  const { prompt_tokens, completion_tokens, total_tokens } = response.usage;
  assert.ok(completion_tokens <= 150);
  assert.equal(total_tokens, prompt_tokens + completion_tokens);
});

test('R2-2: twenty tokens begin what two hundred say', async () => {
  const text = async (max_tokens) => (await create('dice', { max_tokens })).choices[0].message.content;
  assert.ok((await text(200)).startsWith(await text(20)));
});

test('the answer, its end and its usage', async () => {
  const hello = await create('hello');
  assert.deepEqual(hello.choices, [
    { index: 0, message: { role: 'assistant', content: 'hello', refusal: null }, logprobs: null, finish_reason: 'stop' },
  ]);
  assert.equal(hello.usage.completion_tokens, 4);
  const loop = await create('loop', { max_tokens: 7 });
  assert.deepEqual([loop.choices[0].message.content, loop.choices[0].finish_reason], ['hello hel', 'length']);
  assert.equal(loop.usage.completion_tokens, 7);
  assert.ok(loop._request_id);
  assert.ok(Math.abs(loop.created - Date.now() / 1000) < 60);
});

test('max_completion_tokens wins over max_tokens', async () => {
  assert.equal((await create('loop', { max_completion_tokens: 5 })).usage.completion_tokens, 5);
});

test('every role, content as parts, what is ignored', async () => {
  const response = await create('hello', {
    messages: [
      { role: 'developer', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'hi' }] },
      { role: 'assistant', content: 'yes?' },
      { role: 'user', content: 'hi', name: 'me' },
    ],
    user: 'u', store: false, service_tier: 'auto', metadata: { a: 'b' }, seed: null, logit_bias: {}, unknown: [1],
  });
  assert.equal(response.choices[0].message.content, 'hello');
});

test('stop: a text, several, none', async () => {
  const text = async (stop) => {
    const [choice] = (await create('loop', { stop })).choices;
    return [choice.message.content, choice.finish_reason];
  };
  assert.deepEqual(await text('o h'), ['hell', 'stop']);
  assert.deepEqual(await text(['x', 'lo']), ['hel', 'stop']);
  for (const none of [null, []]) {
    assert.deepEqual(await text(none), ['hello '.repeat(4), 'length']);
  }
  await refused({ stop: '' });
  await refused({ stop: [7] });
});

test('A42 A81: log-probabilities are the designed ones', async () => {
  const [choice] = (await create('dice', { max_tokens: 12, logprobs: true, top_logprobs: 5 })).choices;
  const { content, refusal } = choice.logprobs;
  assert.equal(refusal, null);
  assert.equal(content.length, 12);
  const bytes = content.flatMap((token) => token.bytes);
  assert.equal(Buffer.from(bytes).toString(), choice.message.content);
  content.forEach((token, i) => {
    assert.equal(token.token, expected.dice.chat.tokens[i]);
    near(token.logprob, expected.dice.chat.logprobs[i]);
    assert.equal(token.top_logprobs.length, 5);
    assert.equal(token.token, token.top_logprobs[0].token, 'greedy takes the first');
    token.top_logprobs.forEach((top, j) => {
      assert.equal(top.token, expected.dice.chat.top[i][j][0]);
      near(top.logprob, expected.dice.chat.top[i][j][1]);
    });
  });
});

test('A42: logprobs alone, and top_logprobs without it', async () => {
  const [choice] = (await create('dice', { logprobs: true })).choices;
  assert.ok(choice.logprobs.content.every((token) => token.top_logprobs.length === 0));
  const error = await refused({ top_logprobs: 3 });
  assert.equal(error.param, 'top_logprobs');
  await refused({ logprobs: true, top_logprobs: 21 });
});

test('A42: bytes of characters that two tokens share', async () => {
  const [choice] = (await create('split', { logprobs: true, max_tokens: 12 })).choices;
  assert.equal(choice.message.content, 'é!é!é!é!');
  assert.deepEqual(choice.logprobs.content.slice(0, 3).map((token) => token.bytes), [[0xc3], [0xa9], [0x21]]);
  const cut = await create('split', { max_tokens: 4 });
  assert.equal(cut.choices[0].message.content, 'é!', 'half a character is left out');
  assert.equal(cut.usage.completion_tokens, 4, 'and counted');
});

test('n answers, each with its index', async () => {
  const response = await create('dice', { n: 3, temperature: 1, seed: 5 });
  assert.deepEqual(response.choices.map((choice) => choice.index), [0, 1, 2]);
  assert.equal(new Set(response.choices.map((choice) => choice.message.content)).size, 3);
  assert.equal(response.usage.completion_tokens, 60);
  const again = await create('dice', { n: 3, temperature: 1, seed: 5 });
  assert.deepEqual(again.choices, response.choices, 'a seed repeats them');
  await refused({ n: 0 });
});

test('A3b: a bias chooses or forbids a token', async () => {
  const { chosen, text } = expected.dice.bias;
  const [choice] = (await create('dice', { max_tokens: 3, logit_bias: { [chosen]: 100 } })).choices;
  assert.equal(choice.message.content, text.repeat(3));
  await refused({ logit_bias: { [chosen]: 101 } });
});

test('A34: penalties choose as the formula says', async () => {
  const { frequency_penalty, presence_penalty, text } = expected.dice.penalised;
  const [choice] = (await create('dice', { max_tokens: 20, frequency_penalty, presence_penalty })).choices;
  assert.equal(choice.message.content, text);
});

test('A44: an answer by schema', async () => {
  const schema = { type: 'object', properties: { city: { enum: ['Paris'] } }, required: ['city'], additionalProperties: false };
  const response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  const [choice] = (await create('hello', { response_format, max_tokens: 200 })).choices;
  assert.deepEqual(JSON.parse(choice.message.content), { city: 'Paris' });
  assert.equal(choice.finish_reason, 'stop');
  const parsed = await client('hello').chat.completions.parse({ ...ASK, response_format, max_tokens: 200 });
  assert.deepEqual(parsed.choices[0].message.parsed ?? JSON.parse(parsed.choices[0].message.content), { city: 'Paris' });
});

test('A44: a name and an age from a real model', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer' } },
    required: ['name', 'age'],
  };
  const [choice] = (await create('prose', {
    max_tokens: 200,
    messages: [{ role: 'user', content: 'Describe a person as JSON with name and age.' }],
    response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
  })).choices;
  if (choice.finish_reason === 'stop') {
    const person = JSON.parse(choice.message.content);
    assert.equal(typeof person.name, 'string');
    assert.ok(Number.isInteger(person.age));
  }
});

test('A44: json_object, text, and what is no format', async () => {
  const [choice] = (await create('prose', {
    max_tokens: 100,
    response_format: { type: 'json_object' },
    messages: [{ role: 'user', content: 'Answer with the JSON object {"ok": true} and nothing else.' }],
  })).choices;
  if (choice.finish_reason === 'stop') {
    assert.equal(typeof JSON.parse(choice.message.content), 'object');
  }
  assert.equal((await create('hello', { response_format: { type: 'text' } })).choices[0].message.content, 'hello');
  await refused({ response_format: { type: 'xml' } });
  await refused({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'nonsense' } } } });
});

test('A32: what is out of range is refused by name', async () => {
  for (const change of [
    { temperature: 2.1 }, { temperature: -0.1 }, { top_p: 1.1 }, { frequency_penalty: 2.1 }, { presence_penalty: -2.1 },
    { max_tokens: -5 }, { max_tokens: '200' }, { max_tokens: 1.5 }, { max_tokens: true }, { seed: 'x' }, { n: 'x' },
    { stream: 'yes' }, { messages: 'hi' }, { messages: [] }, { logprobs: 'all' },
  ]) {
    const error = await refused(change);
    assert.equal(error.param, Object.keys(change)[0], JSON.stringify(change));
    assert.equal(error.type, 'invalid_request_error');
    assert.ok('code' in error.error && (error.code === null || typeof error.code === 'string'));
  }
});

test('a prompt that does not fit', async () => {
  const error = await refused({ messages: [{ role: 'user', content: 'too long '.repeat(3000) }] });
  assert.equal(error.code, 'context_length_exceeded');
  assert.equal(error.param, 'messages');
  assert.match(error.message, /^400 This model's maximum context length is \d+ tokens/);
});

test('errors have their classes and the OpenAI shape', async () => {
  const wrong = await failure(sdk.AuthenticationError, client('locked', { apiKey: 'wrong' }).chat.completions.create(ASK));
  assert.deepEqual([wrong.status, wrong.code, wrong.type], [401, 'invalid_api_key', 'invalid_request_error']);
  assert.ok(wrong.requestID);
  assert.equal((await client('locked').chat.completions.create(ASK)).choices[0].message.content, 'hello');
  const unknown = await failure(sdk.NotFoundError, client('hello').post('/nowhere', { body: {} }));
  assert.deepEqual(Object.keys(unknown.error).sort(), ['code', 'message', 'param', 'type']);
  for (const body of ['{', '', '[1]', 'null']) {
    const answer = await post('hello', '/v1/chat/completions', body);
    assert.equal(answer.status, 400, body);
    assert.deepEqual(Object.keys(answer.body.error).sort(), ['code', 'message', 'param', 'type']);
  }
});

test('models are listed', async () => {
  const page = await client('hello').models.list();
  assert.deepEqual([page.object, page.data[0].object], ['list', 'model']);
  assert.equal(typeof page.data[0].created, 'number');
});
