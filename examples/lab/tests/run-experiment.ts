import type { Report } from 'tfjs-generative';
import { vi } from 'vitest';
import type { Experiment } from '../experiment/experiment.js';
import type { News } from '../training/messages.js';
import { firstLook } from '../experiment/look.js';
import { openRun } from '../training/open-run.js';
import { loadPictures } from './load-pictures.js';

/** The reports and the news of a run in the lab. */
export interface LabRun {
  readonly history: readonly Report[];
  readonly news: readonly News[];
}

/** Runs an experiment to its end as the lab's worker does, on the backend in use. */
export async function runExperiment(experiment: Experiment, views: readonly string[] = []): Promise<LabRun> {
  const news: News[] = [];
  const { start, dispose } = await openRun(
    { experiment, watched: { views, look: firstLook }, session: 1 },
    { post: (one) => void news.push(one as News), onMessage: () => undefined },
    loadPictures,
  );
  const { history } = await start();
  const last = history.at(-1)?.step;
  // samples of one class are not measured, and neither are words
  const kind = experiment.shown === 0 && experiment.data !== 'words' ? 'measures' : 'frame';
  const isOfLast = (one: News): boolean =>
    (one.kind === 'measures' && one.measures.step === last) || (one.kind === 'frame' && one.frame.step === last);
  await vi.waitUntil(() => news.some((one) => one.kind === kind && isOfLast(one)), { timeout: 30_000, interval: 2 });
  await dispose();
  return { history, news };
}
