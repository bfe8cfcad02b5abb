import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from './chromium.js';
import { openPages, SCRIPT } from './accidents/open-pages.js';

const chromium = await findChromium().catch(() => undefined);
const times = Number(process.env['ACCIDENTS'] ?? 1);
const moments = (longest: number): number[] => Array.from({ length: times }, (_, i) => ((i + 1) * longest) / times);

/** `ACCIDENTS=20 npx vitest run --project node tests/browser/accidents` tries each of them at 20 moments. */
describe.skipIf(chromium === undefined)('in Chromium', () => {
  let pages: Awaited<ReturnType<typeof openPages>>;
  beforeAll(async () => void (pages = await openPages(chromium!)));
  afterAll(() => pages?.close());

  test.each(moments(2000))(
    'a context lost after %d ms, and restored, ends the run and no checkpoint',
    async (after) => {
      const { start, stop, kept } = await pages.inTab('loseContext', `lost-${after}`, after);
      expect(start).toContain('must be on a GPU that is still there; got webgl, whose context was lost');
      expect(stop).toBe('failed');
      expect(kept).toEqual(expect.any(Number));
    },
  );

  test.each(moments(40))(
    'of two tabs that keep one run at once, %d ms apart, one is refused, and the other loses nothing',
    async (after) => {
      const database = `tabs-${after}`;
      const time = Date.now() + 4000;
      const tabs = [time, time + after].map((begin) => pages.inTab('trainInTab', database, begin));
      const [first, second] = (await Promise.all(tabs)).sort((a, b) => b.step - a.step);
      expect(second).toMatchObject({
        end: expect.stringContaining('must be used by only one run of this name'),
        step: 0,
      });
      expect(first!.end).toBe('stopped');
      // the last whole epoch, one of three updates, and the best one
      const { step, epoch } = first!.kept.at(-1)!;
      expect(step).toBeGreaterThanOrEqual(Math.max(first!.step - 3, 3));
      const least = Math.min(...first!.kept.map(({ value }) => value!));
      expect(least).toBeCloseTo(Math.min(...first!.losses.slice(0, epoch)), 6);
      expect(await pages.inTab('checkKept', database)).toBe(first!.kept.length);
    },
  );

  test.each(moments(1500))('a worker ended after %d ms ends the run within its limit', async (after) => {
    const { start, stop, kept } = await pages.inTab('endWorker', `worker-${after}`, SCRIPT, after);
    expect(start).toMatch(/connectRun: `port` must (last as long as the run|lead to a worker)/);
    expect(stop).toBe('failed');
    expect(kept).toEqual(expect.any(Number));
  });

  test('a database is removed while a store has it open', async () => {
    expect(await pages.inTab('removeDatabase', 'removed')).toEqual({ outcome: 'done', names: ['b'] });
  });
});
