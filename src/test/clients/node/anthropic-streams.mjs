// Streams of the Messages protocol with the npm client: events, aborting, and a server without a free place.
import test from 'node:test';
import assert from 'node:assert/strict';
import { client, collect, failure, name, sdk, urls, within } from './checks.mjs';

const ASK = { model: 'any', max_tokens: 20, temperature: 0, messages: [{ role: 'user', content: 'hi' }] };

/** The same request, whole and streamed, comes to the same. */
async function same(server, ask) {
  const whole = await client(server).messages.create(ask);
  const deltas = [];
  const stream = client(server).messages.stream(ask).on('text', (delta) => deltas.push(delta));
  const streamed = await stream.finalMessage();
  assert.deepEqual(
    [streamed.content[0].text, streamed.stop_reason, streamed.stop_sequence, streamed.usage.output_tokens],
    [whole.content[0].text, whole.stop_reason, whole.stop_sequence, whole.usage.output_tokens],
  );
  assert.equal(streamed.usage.input_tokens, whole.usage.input_tokens);
  assert.equal(deltas.join(''), whole.content[0].text);
  assert.equal(await stream.finalText(), whole.content[0].text);
  return { whole, deltas };
}

test('A48: the events come in their order', async () => {
  const events = await collect(await client('hello').messages.create({ ...ASK, stream: true }));
  const types = events.map((event) => event.type).filter((type) => type !== 'ping');
  assert.deepEqual(types.slice(0, 2), ['message_start', 'content_block_start']);
  assert.deepEqual(types.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
  assert.ok(types.slice(2, -3).every((type) => type === 'content_block_delta'), String(types));
  const { message } = events[0];
  assert.match(message.id, /^msg_[0-9A-Za-z]{24}$/);
  assert.deepEqual([message.content, message.stop_reason, message.stop_sequence], [[], null, null]);
  assert.ok(message.usage.input_tokens > 0);
  const start = events.find((event) => event.type === 'content_block_start');
  assert.deepEqual([start.index, start.content_block.type, start.content_block.text], [0, 'text', '']);
  const delta = events.find((event) => event.type === 'message_delta');
  assert.deepEqual([delta.delta.stop_reason, delta.delta.stop_sequence, delta.usage.output_tokens], ['end_turn', null, 4]);
});

test('A48: for await over the helper sees message_stop last', async () => {
  const stream = client('hello').messages.stream(ASK);
  const events = await collect(stream);
  assert.equal(events.at(-1).type, 'message_stop');
  assert.equal((await stream.finalMessage()).content[0].text, 'hello');
  assert.ok(stream.request_id);
});

test('A48: each event has a line with its name', async () => {
  const response = await fetch(`${urls.hello}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...ASK, stream: true }),
  });
  assert.match(response.headers.get('content-type'), /^text\/event-stream/);
  const events = (await response.text()).split('\n\n').filter((event) => event && !event.startsWith(':'));
  for (const event of events) {
    const [, named, data] = /^event: (\S+)\ndata: (.*)$/.exec(event) ?? assert.fail(event);
    assert.equal(JSON.parse(data).type, named);
  }
});

test('A48: the streamed message is the whole one', async () => {
  await same('hello', ASK);
  await same('dice', { ...ASK, max_tokens: 60 });
  await same('prose', { ...ASK, max_tokens: 40, messages: [{ role: 'user', content: 'Write me a poem' }] });
});

test('A27: a stop is in no delta', async () => {
  const { deltas } = await same('loop', { ...ASK, stop_sequences: ['o h'] });
  assert.equal(deltas.join(''), 'hell');
});

test('A27: a stop that has only begun at the length limit is text', async () => {
  const { deltas, whole } = await same('loop', { ...ASK, max_tokens: 4, stop_sequences: ['lo§'] });
  assert.equal(deltas.join(''), 'hello');
  assert.equal(whole.stop_reason, 'max_tokens');
});

test('A46: a refused stream is a plain error', async () => {
  const ask = { ...ASK, max_tokens: 'x' };
  await failure(sdk.BadRequestError, client('hello').messages.create({ ...ask, stream: true }));
  await failure(sdk.BadRequestError, client('hello').messages.stream(ask).finalMessage());
});

/** Takes the only place of a server; what it resolves with gives it back. */
async function occupy() {
  const stream = client('busy').messages.stream({ ...ASK, max_tokens: 30000 });
  await new Promise((started, failed) => stream.once('text', started).on('error', failed));
  return async () => {
    stream.abort();
    await stream.done().catch(() => {});
  };
}

test('R1-6: a server without a free place answers 529 in these words', async () => {
  const release = await occupy();
  try {
    const error = await failure(sdk.InternalServerError, client('busy').messages.create(ASK));
    assert.equal(error.status, 529);
    const { request_id, ...body } = error.error;
    assert.deepEqual(body, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    assert.ok(request_id);
    assert.match(error.message, /^529 \{"type":"error","error":\{"type":"overloaded_error","message":"Overloaded"\}/);
    assert.equal(error.constructor.name, name === 'anthropic-0' ? 'InternalServerError' : 'OverloadedError');
    const refused = client('busy').messages.stream(ASK).finalMessage();
    assert.equal((await failure(sdk.InternalServerError, refused)).status, 529);
  } finally {
    await release();
  }
});

test('A49: after an abort the place is free within a second', async () => {
  for (let round = 0; round < 3; round++) {
    const release = await occupy();
    await release();
    const message = await within(1000, 529, () => client('busy').messages.create(ASK));
    assert.equal(message.usage.output_tokens, 20);
  }
});

test('A49: leaving the loop is an abort, too', async () => {
  for await (const event of await within(1000, 529, () => client('busy').messages.create({ ...ASK, max_tokens: 30000, stream: true }))) {
    if (event.type === 'content_block_delta') {
      break;
    }
  }
  assert.equal((await within(1000, 529, () => client('busy').messages.create(ASK))).usage.output_tokens, 20);
});

test('A49: an aborted request that was not streamed gives its place back', async () => {
  const abort = new AbortController();
  const pending = client('busy').messages.create({ ...ASK, max_tokens: 20000 }, { signal: abort.signal });
  setTimeout(() => abort.abort(), 200);
  await failure(sdk.APIUserAbortError, pending);
  assert.equal((await within(1000, 529, () => client('busy').messages.create(ASK))).usage.output_tokens, 20);
});

test('a client that tries again is served in the end', async () => {
  const release = await occupy();
  setTimeout(release, 300);
  const message = await client('busy', { maxRetries: 5 }).messages.create(ASK);
  assert.equal(message.usage.output_tokens, 20);
});
