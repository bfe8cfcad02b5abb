import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Report } from './report.js';

/** Pages that train and post what they report. */
export interface PageServer {
  /** The address of the page below one of the folders: `plain/`, or `isolated/`, where memory can be shared. */
  urlOf(folder: 'plain' | 'isolated'): string;
  /** Resolves to the next report that is posted, or was since the last call; rejects with the page's error, or after two minutes. */
  nextReport(): Promise<Report>;
  close(): void;
}

interface Failure {
  readonly error: string;
}

const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves a script in its own page; `binaries` is the folder of tfjs's `.wasm` files. */
export async function servePage(script: Uint8Array, binaries: string): Promise<PageServer> {
  let posted = deferred();
  const server = createServer((request, response) => {
    const [, folder, file = ''] = /^\/(\w+)\/([\w.-]*)/.exec(request.url!) ?? [];
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { 'Content-Type': type, ...(folder === 'isolated' ? isolation : {}) }).end(body);
    };
    const refuse = () => void response.writeHead(404).end();
    if (folder === 'wasm') readFile(join(binaries, file)).then((body) => send('application/wasm', body), refuse);
    else if (file === 'page.js') send('text/javascript', script);
    else if (file === '') send('text/html', '<!doctype html><script src="page.js"></script>');
    else if (file === 'report' && request.method === 'POST') {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        posted.resolve(JSON.parse(Buffer.concat(parts).toString()) as Report | Failure);
        send('text/plain', '');
      });
    } else refuse();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (folder) => `http://127.0.0.1:${port}/${folder}/`,
    async nextReport() {
      const late = setTimeout(() => posted.resolve({ error: 'the page reported nothing for two minutes' }), 120_000);
      const body = await posted.promise;
      clearTimeout(late);
      posted = deferred();
      if ('error' in body) throw new Error(body.error);
      return body;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function deferred() {
  let resolve: (body: Report | Failure) => void = () => undefined;
  const promise = new Promise<Report | Failure>((settle) => (resolve = settle));
  return { promise, resolve };
}
