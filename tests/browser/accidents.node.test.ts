import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from './chromium.js';
import { openPages, SCRIPT } from './accidents/open-pages.js';

const chromium = await findChromium().catch(() => undefined);
const times = Number(process.env['ACCIDENTS'] ?? 1);
const moments = (longest: number): number[] => Array.from({ length: times }, (_, i) => ((i + 1) * longest) / times);

/** `ACCIDENTS=20 npx vitest run --project node tests/browser/accidents` has each of them at 20 moments. */
describe.skipIf(chromium === undefined)('in Chromium', () => {
  let pages: Awaited<ReturnType<typeof openPages>>;
  beforeAll(async () => void (pages = await openPages(chromium!)));
  afterAll(() => pages?.close());

  test.each(moments(6000))(
    'a context lost after %d ms, and restored, ends the run and no checkpoint',
    async (after) => {
      const { start, stop, kept } = await pages.inTab('loseContext', `lost-${after}`, after);
      expect(start).toContain('must be on a GPU that is still there; got webgl, whose context was lost');
      expect(stop).toBe('failed');
      expect(kept).toEqual(expect.any(Number));
    },
  );

  test.each(moments(3000))('of two tabs that keep one run, %d ms apart, one is refused', async (after) => {
    const database = `tabs-${after}`;
    const first = pages.inTab('trainInTab', database);
    await new Promise((resolve) => setTimeout(resolve, after / 10));
    const ends = [await first, await pages.inTab('trainInTab', database)];
    const both = await Promise.all([
      pages.inTab('trainInTab', `${database}-2`),
      pages.inTab('trainInTab', `${database}-2`),
    ]);
    for (const end of [...ends, ...both])
      expect(end).toMatch(/^finished$|must keep one run of a name|no other run of this/);
    expect(both).toContain('finished');
    expect(await pages.inTab('checkKept', `${database}-2`)).toBeGreaterThan(0);
  });

  test.each(moments(4000))('a worker ended after %d ms ends the run within its limit', async (after) => {
    const { start, stop, kept } = await pages.inTab('endWorker', `worker-${after}`, SCRIPT, after);
    expect(start).toMatch(/connectRun: `port` must (last as long as the run|lead to a worker)/);
    expect(stop).toBe('failed');
    expect(kept).toEqual(expect.any(Number));
  });

  test('a database is removed while a store has it open', async () => {
    expect(await pages.inTab('removeDatabase', 'removed')).toEqual({ told: 'done', names: ['b'] });
  });
});
