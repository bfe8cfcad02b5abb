import { vi } from 'vitest';
import { defaultsOf, type Experiment } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import { firstLook } from '../experiment/look.js';
import type { Frame, News, Order, Saved, Wish } from '../training/messages.js';
import { openRun } from '../training/open-run.js';
import { loadPictures } from './load-pictures.js';

/** The recipe of a family, for a few updates. */
export const of = (family: Family, changes: Partial<Experiment> = {}): Experiment => ({
  ...defaultsOf(family),
  steps: 60,
  ...changes,
});

/** A run as the lab's worker has it. */
export async function open(experiment: Experiment, saved?: Saved, views: readonly string[] = []) {
  let order!: (one: Order) => void;
  let answer!: (news: News) => void;
  const frames: Frame[] = [];
  const run = await openRun(
    { experiment, watched: { views, look: firstLook }, saved, session: 1 },
    {
      post: (one) => {
        const news = one as News;
        if (news.kind === 'answer') answer(news);
        if (news.kind === 'frame') frames.push(news.frame);
      },
      onMessage: (listener) => (order = listener as typeof order),
    },
    loadPictures,
  );
  const ask = async (what: Wish): Promise<Uint8Array> => {
    const news = await new Promise<News>((resolve) => {
      answer = resolve;
      order({ kind: 'ask', ask: 1, what });
    });
    if (news.kind !== 'answer' || news.bytes === undefined) throw new Error(JSON.stringify(news));
    return news.bytes;
  };
  return {
    run,
    frames,
    /** Waits for a frame after so many updates. */
    seen: (step: number) =>
      vi.waitUntil(() => frames.find((frame) => frame.step === step), { timeout: 20_000, interval: 5 }),
    dispose: run.dispose,
    model: () => ask('model'),
    checkpoint: () => ask('checkpoint'),
    order: (one: Order) => order(one),
  };
}

/** One of each family. */
export const experiments: readonly [string, Experiment][] = [
  ['a VAE', of('vae', { beta: 2 })],
  ['a GAN', of('gan', { data: 'ring' })],
  ['diffusion', of('diffusion', { until: 'plateau' })],
  ['drifting', of('drifting', { batch: 32, width: 16 })],
  ['diffusion with clouds as classes', of('diffusion', { data: 'ring', classes: 'used' })],
  ['a GAN whose D moves more often', of('gan', { ratio: 2 })],
  ['words from left to right', of('tokens', { direction: 'right', width: 16 })],
  ['words from blanks', of('tokens', { width: 16, batch: 32 })],
];
