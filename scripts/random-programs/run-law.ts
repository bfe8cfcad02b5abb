import type * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type * as logs from '../../src/logs/index.js';
import type * as node from '../../src/node/index.js';
import type * as run from '../../src/run/index.js';
import { startEvaluation, type Entries, type Evaluation } from './evaluate.js';
import type { Program } from './expression.js';
import { leakFree } from './leak-free.js';
import { hear } from './heard.js';
import { stateOf } from './laws.js';
import { differenceOf, numbersIn, type Numbers } from './numbers.js';
import { Failure, isSentence } from './outcome.js';
import { portsOf, THROWN } from './own-observers.js';

/** How a program is trained besides by `trainer.step`. */
export type Way = 'train' | 'fit' | 'createRun' | 'serveRun';

interface Given {
  readonly entries: Entries;
  readonly trainer: g.Trainer;
  readonly data: g.DataSource;
  readonly options: g.TrainOptions;
  readonly scope: ReadonlyMap<string, unknown>;
}

/**
 * Observers in training: two calls in a row, and one, a checkpoint with the observers, and one in another process's stead, give the same
 * bits, also of what the observers remember; and so does each way to train.
 */
export async function checkRun(entries: Entries, program: Program): Promise<void> {
  const way = program.way;
  if (way === undefined || !program.constants.some(([name]) => name === 'trainer')) return;
  const { saveCheckpoint, loadCheckpoint } = entries['index'] as unknown as typeof g;
  const inTwo = (by: Way) =>
    leakFree(
      () => startEvaluation(entries),
      async (evaluation) => {
        await evaluation.run(program);
        const given = givenBy(entries, evaluation);
        await ways[by](given);
        const bytes = await saveCheckpoint(given.trainer, placeOf(given)).catch(onlySentences);
        await ways[by](given);
        return { bytes, numbers: await numbersOf(given) };
      },
    );
  const straight = await inTwo(way);
  // the clock of a rate moves with each look at it, and `createRun` does not begin a run that has ended
  if (way !== 'train' && program.followsClock !== true) {
    const why = differenceOf(
      (await inTwo('train')).numbers.filter(isOfTrainer),
      straight.numbers.filter(isOfTrainer),
      0,
    );
    if (why !== undefined) throw new Failure('resume', `${why} (by train, and by ${way})`);
  }
  const { bytes } = straight;
  if (bytes === undefined) return;
  const resumed = await leakFree(
    () => startEvaluation(entries),
    async (evaluation) => {
      await evaluation.run(program);
      const given = givenBy(entries, evaluation);
      await loadCheckpoint(given.trainer, bytes, placeOf(given));
      await ways[way](given);
      return numbersOf(given);
    },
  );
  const why = differenceOf(straight.numbers, resumed, 0);
  if (why !== undefined) throw new Failure('resume', `${why} (observed without a pause, and resumed)`);
}

function givenBy(entries: Entries, { scope }: Evaluation): Given {
  const { data, ...options } = scope.get('training') as g.TrainOptions & { readonly data: g.DataSource };
  return { entries, trainer: scope.get('trainer') as g.Trainer, data, options, scope };
}

/** What a checkpoint saves besides the trainer. */
function placeOf({ data, options }: Given): { data?: g.BatchSource; observers?: readonly g.Observer[] } {
  const isSource = typeof (data as Partial<g.BatchSource>).restore === 'function';
  return {
    ...(isSource && { data: data as g.BatchSource }),
    ...(options.observers && { observers: options.observers }),
  };
}

const onlySentences = (error: unknown): undefined => {
  if (!isSentence(error)) throw error;
};

const ways: Readonly<Record<Way, (given: Given) => Promise<void>>> = {
  train: async ({ entries, trainer, data, options, scope }) => {
    const { train } = entries['index'] as unknown as typeof g;
    const log = scope.get('log') as logs.Log | undefined;
    const progress = scope.get('progress') as node.TerminalProgress | undefined;
    try {
      for await (const report of train(trainer, data, options)) {
        await log?.add(report);
        progress?.update(report.step, report.metrics);
        progress?.note('a line');
      }
    } catch (error) {
      onlyThrown(error);
    } finally {
      progress?.stop();
      if (progress) hear(...['update', 'note', 'stop'].map((name) => `node/TerminalProgress.${name}`));
    }
  },
  fit: async ({ entries, trainer, data, options }) => {
    const { fit } = entries['index'] as unknown as typeof g;
    await fit(trainer, data, options).catch(onlyThrown);
  },
  createRun: async ({ entries, trainer, data, options }) => {
    const { createRun } = entries['run'] as unknown as typeof run;
    await createRun(trainer, data, options).start().catch(onlyThrown);
  },
  serveRun: async ({ entries, trainer, data, options, scope }) => {
    const { createRun, serveRun, connectRun } = entries['run'] as unknown as typeof run;
    const [worker, page, close] = portsOf(scope.get('isWeb') === true) as [run.RunPort, run.RunPort, () => void];
    const end = serveRun(worker, (_: unknown, channel) => {
      channel.onMessage(() => channel.post('an answer'));
      hear('run/RunChannel.onMessage', 'run/RunChannel.post');
      return createRun(trainer, data, options);
    });
    const remote = connectRun(page);
    hear('run/RemoteRun.post', 'run/RemoteRun.close');
    try {
      if (scope.get('isRemade') === true) {
        hear('run/RemoteRun.remake');
        await remote.remake({ seed: 1 });
      }
      remote.post('a question');
      await remote.start().catch(onlyThrown);
    } finally {
      remote.close();
      end();
      close();
    }
  },
};

/** An observer's own error ends a run; the run can go on. */
function onlyThrown(error: unknown): void {
  if (!(error instanceof Error) || error.message !== THROWN) throw error as Error;
}

/** A weight, a moment or an average. `createRun` keeps the means of an epoch that it has not finished, and does not begin what has ended. */
const isOfTrainer = ({ path }: Numbers): boolean => path.startsWith('state');

/** The trainer's state, and what the observers remember. */
async function numbersOf({ trainer, options }: Given): Promise<Numbers[]> {
  const states = (options.observers ?? []).map((observer) => observer.state?.());
  const skipped: Readonly<Record<string, tf.Tensor>> = trainer.skipped ?? {};
  return [
    ...(await stateOf(trainer)),
    ...(await numbersIn(states, 'observers', 6)),
    ...(await numbersIn(skipped, 'skipped')),
  ];
}
