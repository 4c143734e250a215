// What every script here starts from: the servers to talk to, what they must answer, and the client under test.
//
// PANALLAMA_SERVERS names a JSON file {"urls": {name: url}, "expected": {…}}, PANALLAMA_MODULES the folder with
// node_modules, PANALLAMA_SDK the client: anthropic-0, anthropic-1 or openai.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

export const { urls, expected } = JSON.parse(readFileSync(process.env.PANALLAMA_SERVERS, 'utf8'));
export const name = process.env.PANALLAMA_SDK;
export const sdk = createRequire(`${process.env.PANALLAMA_MODULES}/package.json`)(name);

/** A client for one of the servers. It does not retry unless it is told to. */
export function client(server, options = {}) {
  const baseURL = name === 'openai' ? `${urls[server]}/v1` : urls[server];
  return new sdk.default({ apiKey: 'k', baseURL, maxRetries: 0, ...options });
}

/** A request without a client: what the client would not send. */
export async function post(server, path, body, headers = {}) {
  const response = await fetch(urls[server] + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** The error that a promise ends with, which must be of this class. */
export async function failure(type, promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    assert.ok(error instanceof type, `expected ${type.name}, got ${error?.stack ?? error}`);
    return error;
  }
  assert.fail(`expected ${type.name}, got ${JSON.stringify(value)}`);
}

/** Everything that a stream yields. */
export async function collect(stream) {
  const all = [];
  for await (const item of stream) {
    all.push(item);
  }
  return all;
}

/** Asks again while the server has no free place, for at most so many milliseconds. */
export async function within(milliseconds, busy, ask) {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.status !== busy || Date.now() > end) {
        throw error;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

export const near = (actual, wanted, tolerance = 1e-4) =>
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${actual} is not ${wanted}`);
