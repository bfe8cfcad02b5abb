import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

/** A server of the pages, on this machine. */
export interface Site {
  readonly origin: string;
  /** From now on every answer has these headers. */
  sendHeaders(headers: Readonly<Record<string, string>>): void;
  close(): void;
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

/**
 * Serves folders by address. In addition, every address below `/every-page/` gives a page, as servers of
 * single-page apps do, and addresses below `/no-answer/` give nothing.
 */
export async function serve(folders: Readonly<Record<string, string>>): Promise<Site> {
  let headers: Readonly<Record<string, string>> = {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const send = (status: number, type: string, body: string | Uint8Array): void => {
      // another case has other headers
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers }).end(body);
    };
    if (pathname.startsWith('/no-answer/')) return void response.destroy();
    if (pathname.startsWith('/every-page/')) return send(200, 'text/html', '<!doctype html><title>app</title>');
    const [address, folder] = Object.entries(folders).find(([start]) => pathname.startsWith(start)) ?? [];
    if (address === undefined || folder === undefined) return send(404, 'text/plain', 'not found');
    const file = pathname.slice(address.length) + (pathname.endsWith('/') ? 'index.html' : '');
    readFile(join(folder, file)).then(
      (body) => send(200, types[extname(file)] ?? 'application/octet-stream', body),
      () => send(404, 'text/plain', 'not found'),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sendHeaders: (next) => void (headers = next),
    close: () => void server.close(),
  };
}
