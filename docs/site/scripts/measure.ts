// Measures what a visitor on a slow computer sees, as Lighthouse does: `npm run -w docs/site measure`, after `npm run -w docs/site build`. The processor is slowed down
// four times and the network is that of a good phone, by Chromium's protocol. Use an otherwise idle machine.
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve } from '../../../tests/package/pages/serve.js';

const SLOWDOWN = 4;
/** 10 Mbit/s, 40 ms. */
const NETWORK = { offline: false, latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 625_000 };
const pages = process.argv[2]
  ? process.argv.slice(2)
  : [
      'index.html',
      'docs/index.html',
      'docs/documents/Getting_started.html',
      'docs/documents/Generative_adversarial_networks.html',
      'docs/documents/Variational_autoencoders.html',
      'docs/functions/tfjs-generative.elbo.html',
      'docs/modules/tfjs-generative.html',
      'lab/index.html',
      'course/index.html',
    ];

interface Seen {
  readonly first: number;
  readonly largest: number;
  readonly shift: number;
  /** The elements that moved most. */
  readonly moved: readonly string[];
}

/** Runs in the page: the times of the first and the largest content, and the sum of layout shifts. */
function see(): Promise<Seen> {
  return new Promise((resolve) => {
    const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
    let largest = NaN;
    let shift = 0;
    const moved: string[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) largest = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as {
        value: number;
        hadRecentInput: boolean;
        sources: { node?: Element }[];
      }[]) {
        if (entry.hadRecentInput) continue;
        shift += entry.value;
        if (entry.value > 0.01)
          moved.push(...entry.sources.map(({ node }) => `${node?.nodeName}.${node?.className ?? ''}`));
      }
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve({ first, largest, shift, moved }), 200);
  });
}

const site = await serve({ '/': 'out/site' });
const browser = await chromium.launch(launchOptions(await findChromium()));
const table: Record<string, Record<string, number | string>> = {};
for (const address of pages) {
  for (const [screen, viewport] of Object.entries({
    wide: { width: 1350, height: 940 },
    phone: { width: 390, height: 844 },
  })) {
    const page = await browser.newPage({ viewport, locale: 'en-US' });
    page.setDefaultTimeout(300_000);
    const protocol = await page.context().newCDPSession(page);
    await protocol.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await protocol.send('Network.enable');
    await protocol.send('Network.emulateNetworkConditions', NETWORK);
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      sizes.push(
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      );
    });
    await page.goto(`${site.origin}/${address}`, { waitUntil: 'load' });
    await page.waitForTimeout(1500);
    // what visitors do first: look further down
    await page.mouse.wheel(0, 3000);
    await page.waitForTimeout(800);
    const { first, largest, shift, moved } = await page.evaluate(see);
    const all = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    table[`${address} ${screen}`] = {
      'first view, s': Number((first / 1000).toFixed(2)),
      'largest, s': Number((largest / 1000).toFixed(2)),
      'layout shift': Number(shift.toFixed(3)),
      kB: Math.round(all / 1000),
      moved: [...new Set(moved)].slice(0, 2).join(' ').slice(0, 50),
    };
    await page.close();
  }
}
console.table(table);
await browser.close();
site.close();
