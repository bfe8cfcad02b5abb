import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadAddresses } from '../scripts/dead-addresses.js';

let server: Server;
let origin: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked.push(url!);
    // an address that fails once
    const isLate = url === '/late' && asked.filter((one) => one === url).length === 1;
    const status = isLate ? 503 : url === '/moved' ? 302 : Number(/\d+/.exec(url!)?.[0] ?? 200);
    response.writeHead(status, { location: '/' }).end('a page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('finds exactly the addresses without a page', async () => {
  const live = ['/', '/moved', '/403', '/429', '/late'].map((path) => origin + path);
  const dead = [`${origin}/404`, `${origin}/500`, 'http://127.0.0.1:1/'];
  const found = await deadAddresses([...live, ...dead]);
  expect(found.map(({ address }) => address).sort()).toEqual([...dead].sort());
  expect(found.find(({ address }) => address.endsWith('404'))?.why).toBe('status 404');
});
