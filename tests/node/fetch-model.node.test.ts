import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { fetchModel, fetchModelBytes, saveModel, type FetchProgress } from '../../src/model/index.js';

const random = g.createRandom(1);
const decoder = g.createDecoder(g.mlp({ sizes: [2, 200, 100], random }), { likelihood: g.bernoulli });
const file = await saveModel(decoder);
const sha256 = createHash('sha256').update(file).digest('hex');

/** Bytes that the slow answer has handed over, and whether its reader has gone. */
const slow = { sent: 0, isClosed: false };

const answers: Readonly<Record<string, (response: ServerResponse, auth: string) => void>> = {
  '/file': (response) => response.writeHead(200, { 'content-length': file.length }).end(file),
  '/file-of-unknown-length': (response) => {
    response.writeHead(200);
    response.write(file.subarray(0, 1000));
    response.end(file.subarray(1000));
  },
  '/gzip': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(file)),
  '/moved': (response) => response.writeHead(302, { location: '/file' }).end(),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>'),
  '/text': (response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end('nothing of ours'),
  '/private': (response, auth) =>
    response.writeHead(auth === 'Bearer 7' ? 200 : 401).end(auth === 'Bearer 7' ? file : ''),
  '/cut-short': (response) => {
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, 500), () => response.destroy());
  },
  // announces nothing, and never ends
  '/endless': (response) => {
    response.on('close', () => (slow.isClosed = true));
    response.writeHead(200);
    const send = (): void => {
      if (slow.isClosed) return;
      slow.sent += 1000;
      response.write(new Uint8Array(1000), () => setTimeout(send, 1));
    };
    send();
  },
  '/silent': (response) => void response.on('close', () => (slow.isClosed = true)),
};

let server: Server;
let site = '';

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    const answer = answers[url];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response, headers.authorization ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  tf.disposeVariables();
});

async function messageOf(run: Promise<unknown>): Promise<string> {
  const error = (await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as Error;
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toMatch(/^\w+: `[^`]+` [^;]+; got [^\n]+\.$/);
  return error.message;
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const z = (): tf.Tensor => tf.tensor2d([[0.5, -1]]);

test('a model from an address gives the same bits as the saved one, and its progress is reported to the end', async () => {
  const seen: FetchProgress[] = [];
  const loaded = await fetchModel(new URL('/file', site), {
    as: 'decoder',
    checksum: sha256.toUpperCase(),
    onProgress: (progress) => seen.push(progress),
  });
  expect(await loaded.mean(z()).data()).toEqual(await decoder.mean(z()).data());
  expect(seen.at(-1)).toEqual({ loaded: file.length, total: file.length });
  const counts = seen.map((progress) => progress.loaded);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(new Set(counts).size).toBe(counts.length);
});

test.each(['/file-of-unknown-length', '/gzip', '/moved'])('%s comes to the same bytes', async (path) => {
  const totals = new Set<number | undefined>();
  const bytes = await fetchModelBytes(`${site}${path}`, { onProgress: ({ total }) => totals.add(total) });
  expect(Buffer.from(bytes).equals(file)).toBe(true);
  expect([...totals]).toEqual([path === '/moved' ? file.length : undefined]);
});

test.each([
  [
    '/nothing',
    {},
    'fetchModel: `url` must be answered with a file; got 404 Not Found. Check the address http://127.0.0.1:',
  ],
  ['/private', {}, '`url` must be answered with a file; got 401 Unauthorized.'],
  ['/page', {}, '`url` must be answered with a file; got a page (text/html; charset=utf-8).'],
  ['/text', {}, 'fetchModel: `bytes` must hold the header that its first 8 bytes announce'],
  ['/file', { as: 'encoder' }, 'must contain one part of the kind encoder, as `as` says; got decoder.'],
  ['/file', { maxBytes: 1000 }, `must have a file of at most maxBytes, 1000; got ${file.length}.`],
  [
    '/file',
    { checksum: '0'.repeat(64) },
    `must be the address of a file with the SHA-256 ${'0'.repeat(17)}...; got ${sha256.slice(0, 17)}...`,
  ],
  ['/cut-short', {}, `\`url\` must be answered with a complete file; got 500 bytes of ${file.length}:`],
] as const)('%s with %o is refused in one sentence, and nothing is made', async (path, options, says) => {
  const before = tf.memory().numTensors;
  expect(await messageOf(fetchModel(`${site}${path}`, options))).toContain(says);
  expect(tf.memory().numTensors).toBe(before);
});

test('a server that does not answer at all is reported in one sentence', async () => {
  const says = 'fetchModel: `url` must be an address that can be reached; got no answer from http://127.0.0.1:1/x:';
  expect(await messageOf(fetchModel('http://127.0.0.1:1/x'))).toContain(says);
});

test('headers are sent', async () => {
  const bytes = await fetchModelBytes(`${site}/private`, { headers: { authorization: 'Bearer 7' } });
  expect(bytes.length).toBe(file.length);
});

test('an endless response is cancelled at the limit, and the server notices', async () => {
  Object.assign(slow, { sent: 0, isClosed: false });
  expect(await messageOf(fetchModel(`${site}/endless`, { maxBytes: 5000 }))).toContain('maxBytes, 5000; got ');
  await until(() => slow.isClosed);
  expect(slow.sent).toBeLessThan(1e6);
});

test.each(['/endless', '/silent'])('a signal ends the download of %s, which would never end', async (path) => {
  Object.assign(slow, { sent: 0, isClosed: false });
  const controller = new AbortController();
  const reason = new Error('enough');
  const end = fetchModel(`${site}${path}`, {
    signal: controller.signal,
    onProgress: () => {
      controller.abort(reason);
    },
  });
  if (path === '/silent') setTimeout(() => controller.abort(reason), 5);
  await expect(end).rejects.toBe(reason);
  await until(() => slow.isClosed);
});

test('an error of onProgress ends the download and is passed on', async () => {
  Object.assign(slow, { sent: 0, isClosed: false });
  const error = new Error('a broken view');
  const broken = (): never => {
    throw error;
  };
  await expect(fetchModelBytes(`${site}/endless`, { onProgress: broken })).rejects.toBe(error);
  await until(() => slow.isClosed);
});
