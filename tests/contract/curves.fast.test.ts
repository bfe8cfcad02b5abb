import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import golden from '../golden/curves.json';
import { expectClose } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { curveOf, curves, UPDATES } from './curves.js';

inScope();

const update = tf.getBackend() === 'cpu' && process.env['UPDATE_CURVES'] !== undefined;
/** A software GPU takes ten seconds for fifty updates, and cpu, which wrote the file, compares its own numbers. */
const updates = tf.getBackend() === 'wasm' || update ? UPDATES : 10;
const measured: Record<string, number[]> = {};

// UPDATE_CURVES=1 npx vitest run --project cpu tests/contract/curves.fast.test.ts writes the file, which the other backends' kernels check
test.each(Object.entries(curves))(
  'the losses of a %s are those on cpu, in each of many updates',
  async (family, entry) => {
    const losses = await curveOf(entry, updates);
    expect(losses).toHaveLength(updates * entry.metrics.length);
    measured[family] = losses.map((loss) => Number(loss.toPrecision(7)));
    if (update) return;
    const saved = (golden as Record<string, number[]>)[family]!;
    await expectClose(losses, saved.slice(0, losses.length), { relative: 5e-4, absolute: 5e-4 });
    // the model has learned something
    expect(losses.at(-1)).not.toBeCloseTo(losses[entry.metrics.length - 1]!, 2);
  },
);

test.runIf(update)('the file is written', async () => {
  const { writeFile } = await import('node:fs/promises');
  await writeFile('tests/golden/curves.json', `${JSON.stringify(measured)}\n`);
});
