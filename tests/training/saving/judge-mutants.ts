import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import {
  batchNorm,
  createRandom,
  dense,
  loadCheckpoint,
  loadWeights,
  saveCheckpoint,
  saveWeights,
  sequential,
  type Network,
} from '../../../src/index.js';
import { families, fullRun, stateOf, trainFor } from '../../contract/families.js';
import { bitsOf } from '../sample.js';
import { createDice, kinds, seedOf } from './mutants.js';

/** A file, and something that loads it. */
interface Loader {
  readonly kind: keyof typeof kinds;
  readonly file: Uint8Array;
  load(bytes: Uint8Array): Promise<void>;
  /** All that a load may change. */
  state(): Promise<unknown>;
  /** That as it was before the first load. */
  reset(): Promise<void>;
}

async function checkpointOf(family: string): Promise<Loader> {
  const [saved, target] = [fullRun(family), fullRun(family, 7)];
  await trainFor(saved, 2);
  await trainFor(target, 1);
  const { trainer, data } = target;
  const own = await saveCheckpoint(trainer, { data });
  const load = (bytes: Uint8Array): Promise<void> => loadCheckpoint(trainer, bytes, { data });
  return {
    kind: 'checkpoint',
    file: await saveCheckpoint(saved.trainer, { data: saved.data }),
    load,
    state: () => stateOf(target),
    reset: () => load(own),
  };
}

async function weightsOf(): Promise<Loader> {
  const make = (seed: number): Network =>
    sequential([dense({ inputs: 3, units: 5, random: createRandom(seed) }), batchNorm({ inputs: 5 })]);
  const [saved, target] = [make(1), make(2)];
  const own = await saveWeights(target);
  const load = (bytes: Uint8Array): Promise<void> => loadWeights(target, bytes);
  return {
    kind: 'weights',
    file: await saveWeights(saved),
    load,
    state: () => bitsOf([...target.variables, ...target.buffers!]),
    reset: () => load(own),
  };
}

/** What loads the files that are broken: a checkpoint of each family, and weights. */
export const loaders: Readonly<Record<string, () => Promise<Loader>>> = {
  ...Object.fromEntries(
    Object.keys(families).map((family) => [`a checkpoint of a ${family}`, () => checkpointOf(family)]),
  ),
  'weights of a network': weightsOf,
};

/**
 * Loads this number of mutants of each kind. Each is rejected with one sentence of ours, which changes nothing, or is loaded and gives the
 * numbers of the file it was made of; no tensor is left behind.
 *
 * @returns how many of each kind were refused and loaded
 */
export async function judgeMutants(
  { kind, file, load, state, reset }: Loader,
  perKind: number,
): Promise<Record<string, { refused: number; loaded: number }>> {
  const before = JSON.stringify(await state());
  await load(file);
  const whole = JSON.stringify(await state());
  expect(whole).not.toBe(before);
  await reset();
  const counts: Record<string, { refused: number; loaded: number }> = {};
  for (const [name, breakFile] of Object.entries(kinds[kind])) {
    const dice = createDice(seedOf(name));
    const count = { refused: 0, loaded: 0 };
    for (let i = 0; i < perKind; i++) {
      const bytes = breakFile(file, dice);
      const { numTensors } = tf.memory();
      const error = await load(bytes).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const where = `${name}, number ${i}`;
      expect(tf.memory().numTensors, where).toBe(numTensors);
      const after = JSON.stringify(await state());
      if (error === undefined) {
        expect(after === whole, `${where} is loaded, and the model is the one that was saved`).toBe(true);
        await reset();
        count.loaded++;
      } else {
        const { message } = error as Error;
        // function: `argument` rule; got value. Fix.
        expect(message, where).toMatch(/^[\w.]+: `[^`]+` [^\n]+; got [^\n]+$/);
        expect(message, where).not.toMatch(/[\p{C}\u2028\u2029]/u);
        expect(message.length, where).toBeLessThanOrEqual(300);
        expect(after === before, `${where} is refused, and nothing has changed`).toBe(true);
        count.refused++;
      }
    }
    counts[name] = count;
  }
  return counts;
}
