import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import { move, variablesIn } from './variables.js';
import { startEvaluation, type Entries, type Evaluation } from './evaluate.js';
import type { Program } from './expression.js';
import { fileLaws } from './file-laws.js';
import { differenceOf, notFinite, numbersIn, type Numbers } from './numbers.js';
import { leakFree } from './leak-free.js';
import { Failure, isSentence } from './outcome.js';
import { recordGradients } from './record-gradients.js';
import { checkRun } from './run-law.js';

/** What a program gives on one backend: results before any training, the first step's metrics and its gradients. */
interface Results {
  readonly outs: readonly Numbers[];
  readonly metrics: readonly Numbers[];
  readonly gradients: readonly Numbers[];
}

/** How far weights are moved to see whether rounding decides a result, as a share of their size. */
const ROUNDING = 1e-6;

/** The results on a backend, with weights that are moved by a share of their size. */
async function resultsOn(backend: string, entries: Entries, program: Program, moved = 0): Promise<Results> {
  await tf.setBackend(backend);
  const recorder = recordGradients();
  return leakFree(
    () => startEvaluation(entries, recorder.beforeCall),
    async (evaluation) => {
      await evaluation.run(program);
      if (moved > 0) move(variablesIn(evaluation.scope), entries, moved);
      const outs = await outsOf(evaluation, program);
      const { trainer, batches } = partsOf(evaluation);
      if (trainer === undefined) return { outs, metrics: [], gradients: [] };
      const metrics = trainer.step(batches[0]!);
      try {
        return {
          outs,
          metrics: await numbersIn(metrics, 'metrics'),
          gradients: await numbersIn(recorder.take(), 'gradients'),
        };
      } finally {
        tf.dispose({ ...metrics });
      }
    },
  );
}

/** Where the backends differ, for a program as it is or with weights that are moved. */
async function disagreement(
  entries: Entries,
  program: Program,
  expected: Results,
  moved = 0,
): Promise<string | undefined> {
  const received = await resultsOn('wasm', entries, program, moved).catch((error: unknown) => {
    if (error instanceof Failure) throw error;
    throw new Failure('disagreement', `only wasm throws: ${error instanceof Error ? error.message : typeof error}`);
  });
  return differenceOfResults(expected, received);
}

/** How many times more than usual backends may differ where results depend on rounding. */
const MOST_ROUNDING = 20;

/** How far backends may differ, as a share of the largest number of a result, or of all gradients. */
const TOLERANCE = 1e-4;

const differenceOfResults = (expected: Results, received: Results, share = 1): string | undefined =>
  differenceOf(expected.outs, received.outs, TOLERANCE * share) ??
  differenceOf(expected.metrics, received.metrics, TOLERANCE * share) ??
  differenceOf(expected.gradients, received.gradients, TOLERANCE * share, true);

/**
 * Whether the backends differ only by rounding: because the results of cpu alone change nearly as much when weights move by as little, as
 * those of a chain of norms of three examples do; or at a kink, such as relu of exactly 0, near which the backends agree.
 */
async function isOfRounding(entries: Entries, program: Program, expected: Results): Promise<boolean> {
  // no rounding explains more, whatever small changes of weights do
  const received = await resultsOn('wasm', entries, program).catch(() => undefined);
  if (received === undefined || differenceOfResults(expected, received, MOST_ROUNDING) !== undefined) return false;
  const nearby = await resultsOn('cpu', entries, program, ROUNDING);
  if (differenceOfResults(expected, nearby, 0.25) !== undefined) return true;
  return (await disagreement(entries, program, await resultsOn('cpu', entries, program, 0.05), 0.05)) === undefined;
}

/** The results of a program: each constant whose name begins with `out`. */
export async function outsOf(evaluation: Evaluation, { constants }: Program): Promise<Numbers[]> {
  const found: Numbers[] = [];
  for (const [name, expression] of constants)
    if (name.startsWith('out')) found.push(...(await numbersIn(await evaluation.evaluate(expression), name)));
  return found;
}

export function partsOf({ scope }: Evaluation): {
  readonly trainer: g.Trainer | undefined;
  readonly batches: readonly g.Batch[];
} {
  return {
    trainer: scope.get('trainer') as g.Trainer | undefined,
    batches: (scope.get('batches') ?? []) as readonly g.Batch[],
  };
}

/** All laws but that of gradients. Throws a {@link Failure}, or what the program throws. */
export async function checkLaws(entries: Entries, program: Program): Promise<void> {
  const expected = await resultsOn('cpu', entries, program);
  const odd = notFinite([...expected.outs, ...expected.metrics, ...expected.gradients]);
  const isOfNumbers = /^door testing\/(sumOf|meanOf|each|slopesOf)$/.test(program.rule);
  if (program.mayBeNotANumber !== true && !isOfNumbers && odd !== undefined) throw new Failure('silent wrong', odd);
  const why = await disagreement(entries, program, expected);
  if (why !== undefined && !(await isOfRounding(entries, program, expected)))
    throw new Failure('disagreement', `${why} (cpu, and wasm)`);
  await tf.setBackend('wasm');
  if (program.constants.some(([name]) => name === 'trainer') && program.followsClock !== true)
    await checkResume(entries, program);
  await checkRun(entries, program);
  await leakFree(
    () => startEvaluation(entries),
    (evaluation) => fileLaws(entries, program, evaluation),
  );
}

async function train(evaluation: Evaluation, which: readonly number[]): Promise<Numbers[]> {
  const { trainer, batches } = partsOf(evaluation);
  const found: Numbers[] = [];
  for (const i of which) {
    const metrics = trainer!.step(batches[i % batches.length]!);
    found.push(...(await numbersIn(metrics, `metrics of batch ${i}`)));
    tf.dispose({ ...metrics });
  }
  return found;
}

/** Everything that a checkpoint saves of a trainer. Not even an update by NaN makes a number of it NaN. */
export async function stateOf({ state: { variables, plain } }: g.Trainer): Promise<Numbers[]> {
  const numbers = [...(await numbersIn(variables, 'state')), ...(await numbersIn(plain, 'plain'))];
  const odd = notFinite(numbers);
  if (odd !== undefined) throw new Failure('silent wrong', odd);
  return numbers;
}

/** Training for four steps, and for two, saving, loading into another trainer, and two more, give the same bits. */
async function checkResume(entries: Entries, program: Program): Promise<void> {
  const { saveCheckpoint, loadCheckpoint } = entries['index'] as unknown as typeof g;
  const straight = await leakFree(
    () => startEvaluation(entries),
    async (evaluation) => {
      await evaluation.run(program);
      await train(evaluation, [0, 1]);
      const { trainer } = partsOf(evaluation);
      const bytes = await saveCheckpoint(trainer!).catch((error: unknown) => {
        // such as tfjs's optimizers with a schedule: the sentence says why
        if (isSentence(error)) return undefined;
        throw error;
      });
      return {
        bytes,
        numbers: [...(await train(evaluation, [2, 3])), ...(await stateOf(partsOf(evaluation).trainer!))],
      };
    },
  );
  const { bytes } = straight;
  if (bytes === undefined) return;
  const resumed = await leakFree(
    () => startEvaluation(entries),
    async (evaluation) => {
      await evaluation.run(program);
      await train(evaluation, [3]);
      await loadCheckpoint(partsOf(evaluation).trainer!, bytes);
      return [...(await train(evaluation, [2, 3])), ...(await stateOf(partsOf(evaluation).trainer!))];
    },
  );
  const why = differenceOf(straight.numbers, resumed, 0);
  if (why !== undefined) throw new Failure('resume', `${why} (without a pause, and resumed)`);
}
