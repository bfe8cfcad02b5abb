import { openFirefox, openWebKit, type Browser } from './browsers.js';
import type { PageServer } from './page-server.js';
import type { Case } from './report.js';

/** The system's browsers, in a page with one thread and in one with two. */
export function pageCases(server: PageServer, updates: number): Case[] {
  const run = async (folder: 'plain' | 'isolated', open: (url: string) => Promise<Browser>) => {
    const browser = await open(`${server.urlOf(folder)}?updates=${updates}`);
    try {
      return { version: browser.version, report: await server.nextReport() };
    } finally {
      await browser.close();
    }
  };
  const firefox = { runtime: 'Firefox', backend: 'wasm' } as const;
  const webKit = { runtime: 'WebKitGTK', backend: 'wasm' } as const;
  return [
    { ...firefox, threads: 1, run: () => run('plain', openFirefox) },
    { ...firefox, threads: 2, run: () => run('isolated', openFirefox) },
    { ...webKit, threads: 1, run: () => run('isolated', openWebKit) },
    // Unlike Safari, WebKitGTK has shared memory only if it is requested.
    { ...webKit, threads: 2, run: () => run('isolated', (url) => openWebKit(url, { JSC_useSharedArrayBuffer: '1' })) },
  ];
}
