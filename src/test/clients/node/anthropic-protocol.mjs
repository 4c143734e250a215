// The Messages protocol with the npm client: keys, ids, counts, prefill, errors.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, failure, post, sdk } from './checks.mjs';

const ASK = { model: 'any', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] };
const requestId = (error) => error.requestID ?? error.request_id;

test('A01: the right key is let in, as the client sends it', async () => {
  assert.equal((await client('locked').messages.create(ASK)).content[0].text, 'hello');
  assert.equal((await client('locked', { apiKey: null, authToken: 'k' }).messages.create(ASK)).content[0].text, 'hello');
  for (const headers of [{ 'x-api-key': 'k' }, { authorization: 'Bearer k' }]) {
    assert.equal((await post('locked', '/v1/messages', ASK, headers)).status, 200);
  }
});

test('A01: a wrong key is an AuthenticationError', async () => {
  const error = await failure(sdk.AuthenticationError, client('locked', { apiKey: 'wrong' }).messages.create(ASK));
  assert.equal(error.status, 401);
  assert.equal(error.error.type, 'error');
  assert.equal(error.error.error.type, 'authentication_error');
  assert.equal(error.error.request_id, requestId(error));
  assert.equal((await post('locked', '/v1/messages', ASK)).status, 401);
});

test('A02 R0-2: model, max_tokens and messages are required, and nothing else', async () => {
  for (const field of Object.keys(ASK)) {
    const { [field]: _, ...rest } = ASK;
    for (const body of [rest, { ...ASK, [field]: null }]) {
      const answer = await post('hello', '/v1/messages', body);
      assert.equal(answer.status, 400, field);
      assert.equal(answer.body.type, 'error');
      assert.equal(answer.body.error.type, 'invalid_request_error');
      assert.match(answer.body.error.message, new RegExp(field));
    }
  }
  assert.equal((await post('hello', '/v1/messages', { ...ASK, unknown: { field: 1 }, metadata: { user_id: 'u' } })).status, 200);
});

for (const max_tokens of ['10', 1.5, -1, true, [10]]) {
  test(`A02 A56: max_tokens ${JSON.stringify(max_tokens)} is refused`, async () => {
    const error = await failure(sdk.BadRequestError, client('hello').messages.create({ ...ASK, max_tokens }));
    assert.equal(error.error.error.type, 'invalid_request_error');
    assert.match(error.error.error.message, /max_tokens/);
  });
}

test('A03: ids', async () => {
  const message = await client('hello').messages.create({ ...ASK, model: 'claude-3-haiku-20240307' });
  assert.match(message.id, /^msg_[0-9A-Za-z]{24}$/);
  assert.equal(message.model, 'claude-3-haiku-20240307');
  assert.ok(message._request_id, 'the request-id header');
  const { response } = await client('hello').messages.create(ASK).withResponse();
  assert.ok(response.headers.get('request-id'));
  assert.equal(response.headers.get('request-id'), response.headers.get('x-request-id'));
  const other = await client('hello').messages.create(ASK);
  assert.notEqual(other.id, message.id);
  assert.notEqual(other._request_id, message._request_id);
});

test('A07: count_tokens is what the request uses', async () => {
  const body = {
    model: 'any',
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'How are you?' }, { role: 'assistant', content: 'Well.' }, { role: 'user', content: 'And now?' }],
  };
  for (const server of ['hello', 'prose']) {
    const { input_tokens } = await client(server).messages.countTokens(body);
    const message = await client(server).messages.create({ ...body, max_tokens: 1 });
    assert.equal(input_tokens, message.usage.input_tokens, server);
  }
});

test('A08: a prefill is continued and not repeated; turns of one side are merged', async () => {
  const question = { role: 'user', content: 'What is the capital of France? (A) Paris (B) Rome' };
  const prefilled = await client('prose').messages.create({
    ...ASK,
    temperature: 0,
    messages: [question, { role: 'assistant', content: 'The best answer is (' }],
  });
  assert.ok(!prefilled.content[0].text.startsWith('The best'), prefilled.content[0].text);
  assert.ok(!prefilled.content[0].text.includes('<|im_'), prefilled.content[0].text);
  const echoed = await client('loop').messages.create({ ...ASK, messages: [ASK.messages[0], { role: 'assistant', content: 'he' }] });
  assert.equal(echoed.content[0].text, 'llo hello he', 'the model goes on from the last piece');
  const twice = await client('hello').messages.create({ ...ASK, messages: [ASK.messages[0], ASK.messages[0]] });
  assert.equal(twice.content[0].text, 'hello');
});

test('content as blocks is content as text', async () => {
  const count = (content) => client('prose').messages.countTokens({ model: 'any', messages: [{ role: 'user', content }] });
  const text = await count('How are you?');
  assert.deepEqual((await count([{ type: 'text', text: 'How are you?' }])).input_tokens, text.input_tokens);
});

test('A32 R1-16: temperature is within 0..1', async () => {
  for (const temperature of [0, 0.5, 1]) {
    assert.equal((await client('hello').messages.create({ ...ASK, temperature })).content[0].text, 'hello');
  }
  for (const temperature of [-0.1, 1.1, 'hot']) {
    const error = await failure(sdk.BadRequestError, client('hello').messages.create({ ...ASK, temperature }));
    assert.match(error.error.error.message, /temperature/);
  }
});

test('A32 D-8: what is absent has the default of the protocol', async () => {
  const roll = async (extra) =>
    (await client('dice').messages.create({ ...ASK, max_tokens: 40, seed: 7, ...extra })).content[0].text;
  const plain = await roll({});
  assert.equal(await roll({ temperature: 1, top_k: 0, top_p: 1, min_p: 0 }), plain);
  assert.notEqual(await roll({ top_k: 3 }), plain);
});

test('A35: top_k 1 is greedy at any temperature', async () => {
  const text = async (extra) => (await client('dice').messages.create({ ...ASK, max_tokens: 20, ...extra })).content[0].text;
  const greedy = await text({ temperature: 0 });
  assert.equal(await text({ temperature: 1, top_k: 1 }), greedy);
  assert.equal(await text({ temperature: 1, top_p: 0 }), greedy);
});

test('A46: a prompt that does not fit', async () => {
  const messages = [{ role: 'user', content: 'too long '.repeat(3000) }];
  const error = await failure(sdk.BadRequestError, client('hello').messages.create({ ...ASK, messages }));
  assert.equal(error.error.error.type, 'invalid_request_error');
  assert.match(error.message, /^400 .*\d/);
});

test('A46: broken JSON, an unknown path, another method', async () => {
  for (const body of ['{"model":', '', '[]', '"x"', '{"model":"m","max_tokens":1,"messages":"\\ud800"}']) {
    const answer = await post('hello', '/v1/messages', body);
    assert.equal(answer.status, 400, body);
    assert.equal(answer.body.error.type, 'invalid_request_error');
    assert.ok(answer.body.request_id);
  }
  const unknown = await failure(sdk.NotFoundError, client('hello').get('/v1/messages/unknown'));
  assert.equal(unknown.error.error.type, 'not_found_error');
  const method = await failure(sdk.APIError, client('hello').get('/v1/messages'));
  assert.equal(method.status, 405);
  assert.equal(method.error.type, 'error');
});

for (const [what, change] of Object.entries({
  'no messages': { messages: [] },
  'a role of its own': { messages: [{ role: 'robot', content: 'hi' }] },
  'content that is a number': { messages: [{ role: 'user', content: 7 }] },
  'an unknown block': { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] },
  'an empty stop': { stop_sequences: [''] },
  'a stop that is text': { stop_sequences: 'x' },
  'too many stops': { stop_sequences: Array.from({ length: 65 }, (_, i) => `s${i}`) },
  'top_p beyond 1': { top_p: 1.5 },
  'a negative top_k': { top_k: -1 },
})) {
  test(`400 for ${what}`, async () => {
    for (const stream of [false, true]) {
      const answer = await post('hello', '/v1/messages', { ...ASK, ...change, stream });
      assert.equal(answer.status, 400, `stream ${stream}`);
      assert.equal(answer.body.error.type, 'invalid_request_error');
    }
  });
}

test('D-13: max_tokens 0 generates nothing', async () => {
  const message = await client('hello').messages.create({ ...ASK, max_tokens: 0 });
  assert.deepEqual([message.usage.output_tokens, message.stop_reason, message.content[0].text], [0, 'max_tokens', '']);
});

test('models are listed', async () => {
  const page = await client('hello').models.list();
  assert.ok(page.data.length >= 1);
  assert.equal(page.data[0].type, 'model');
  assert.ok(page.data[0].id && page.data[0].display_name && !Number.isNaN(Date.parse(page.data[0].created_at)));
});
