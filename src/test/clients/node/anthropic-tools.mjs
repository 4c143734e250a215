// Tools of the Messages protocol with the npm client. What a tool takes is so narrow that the call is known in advance.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, failure, sdk } from './checks.mjs';

const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string', enum: ['Paris'] } }, required: ['city'] },
};
const CLOCK = { name: 'get_time', input_schema: { type: 'object', properties: { zone: { const: 'UTC' } }, required: ['zone'] } };
const QUESTION = { role: 'user', content: 'What is the weather in Paris?' };
const ASK = { model: 'any', max_tokens: 400, temperature: 0, tools: [WEATHER], messages: [QUESTION] };

const ANY = { type: 'any', disable_parallel_tool_use: true };

function called(message, tool, input) {
  const calls = message.content.filter((block) => block.type === 'tool_use');
  assert.equal(calls.length, 1, JSON.stringify(message.content));
  assert.match(calls[0].id, /^toolu_\w+$/);
  assert.equal(calls[0].name, tool);
  assert.deepEqual(calls[0].input, input);
  assert.equal(message.stop_reason, 'tool_use');
  assert.equal(message.stop_sequence, null);
  return calls[0];
}

test('tool_choice any: the model must call', async () => {
  called(await client('tools').messages.create({ ...ASK, tool_choice: ANY }), 'get_weather', { city: 'Paris' });
});

test('tool_choice tool: it must call this one', async () => {
  const tool_choice = { type: 'tool', name: 'get_time', disable_parallel_tool_use: true };
  const message = await client('tools').messages.create({ ...ASK, tools: [WEATHER, CLOCK], tool_choice });
  called(message, 'get_time', { zone: 'UTC' });
});

test('a call is streamed', async () => {
  const pieces = [];
  const stream = client('tools').messages.stream({ ...ASK, tool_choice: ANY });
  stream.on('inputJson', (piece) => pieces.push(piece));
  called(await stream.finalMessage(), 'get_weather', { city: 'Paris' });
  assert.deepEqual(JSON.parse(pieces.join('')), { city: 'Paris' });
});

test("a tool's result goes back in", async () => {
  const first = await client('tools').messages.create({ ...ASK, tool_choice: ANY });
  const call = called(first, 'get_weather', { city: 'Paris' });
  const result = (content) => ({ role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content }] });
  const turns = [QUESTION, { role: 'assistant', content: first.content }];
  const next = { ...ASK, tool_choice: { type: 'none' }, max_tokens: 20 };
  const answer = await client('tools').messages.create({ ...next, messages: [...turns, result('18 degrees, sunny')] });
  assert.equal(answer.content[0].type, 'text');
  assert.ok(answer.usage.input_tokens > first.usage.input_tokens);
  const blocks = await client('tools').messages.countTokens({
    model: 'any',
    tools: [WEATHER],
    tool_choice: { type: 'none' },
    messages: [...turns, result([{ type: 'text', text: '18 degrees, sunny' }])],
  });
  assert.equal(blocks.input_tokens, answer.usage.input_tokens, 'a result as blocks, and counted');
  await client('tools').messages.create({
    ...next,
    messages: [...turns, { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, is_error: true, content: 'no' }] }],
  });
});

test('tool_choice auto: a model that thinks, speaks and calls', async () => {
  const ask = { ...ASK, tools: [{ name: 'weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }] };
  const whole = await client('caller').messages.create(ask);
  called(whole, 'weather', { city: 'Paris' });
  const said = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');
  assert.match(said(whole), /I look/);
  const streamed = await client('caller').messages.stream(ask).finalMessage();
  called(streamed, 'weather', { city: 'Paris' });
  assert.equal(said(streamed), said(whole));
  const cut = await client('caller').messages.create({ ...ask, max_tokens: 4 });
  assert.equal(cut.stop_reason, 'max_tokens', 'nobody is to run a tool with half its input');
});

test('a model whose template knows no tools is not made to call in silence', async () => {
  for (const server of ['hello', 'prose']) {
    const request = client(server).messages.create({ ...ASK, tool_choice: ANY });
    await assert.rejects(request, (error) => error.status === 400 && /knows no tools/.test(error.message));
  }
});

test('tool_choice auto and none leave it to the model: this one says hello', async () => {
  for (const tool_choice of [undefined, { type: 'auto' }, { type: 'none' }]) {
    const message = await client('tools').messages.create({ ...ASK, tool_choice });
    assert.deepEqual([message.content[0].text, message.stop_reason], ['hello', 'end_turn']);
  }
});

test('tools count as input', async () => {
  const count = (tools) => client('tools').messages.countTokens({ model: 'any', messages: [QUESTION], ...(tools && { tools }) });
  assert.ok((await count([WEATHER])).input_tokens > (await count()).input_tokens);
});

for (const [what, change] of Object.entries({
  'a choice that is none of the tools': { tool_choice: { type: 'tool', name: 'nothing' } },
  'a choice without tools': { tools: [], tool_choice: ANY },
  'two tools of one name': { tools: [WEATHER, WEATHER] },
  'a tool without a name': { tools: [{ input_schema: { type: 'object' } }] },
  'a schema that is none': { tools: [{ name: 'x', input_schema: 'text' }] },
})) {
  test(`400 for ${what}`, async () => {
    const error = await failure(sdk.BadRequestError, client('tools').messages.create({ ...ASK, ...change }));
    assert.equal(error.error.error.type, 'invalid_request_error');
  });
}
