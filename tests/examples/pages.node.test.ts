import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: ViteDevServer;
let origin: string;

beforeAll(async () => {
  server = await createServer({
    configFile: 'examples/vite.config.ts',
    logLevel: 'silent',
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, watch: null },
  });
  await server.listen();
  origin = server.resolvedUrls!.local[0]!.replace(/\/$/, '');
});

afterAll(() => server.close());

test('npm run tool -- pages opens on a list, whose links lead to pages', async () => {
  const list = await fetch(`${origin}/`);
  expect(list.url).toBe(`${origin}/examples/`);
  const html = await list.text();
  const links = [...html.matchAll(/href="([\w-]+\/)"/g)].map(([, link]) => link!);
  expect(links).toEqual(['react/', 'worker/', 'own-table/', 'gpu-bench/', 'onnx/', 'onnx-training/', 'script-tag/']);
  for (const link of links) {
    const page = await fetch(new URL(link, list.url));
    expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<title>/)]);
  }
});
