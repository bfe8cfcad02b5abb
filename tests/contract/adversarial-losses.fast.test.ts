import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/tensor/errors.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { golden, goldenTensor } from '../support/golden.js';
import { adversarialLosses, type LossCase } from './adversarial-losses.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const column = (values: readonly number[]): Tensor => tf.tensor2d([...values], [values.length, 1]);

// No logit is at a kink of the hinge, and no two are equal.
const ordinary = { real: [0.3, -1.7, 2.4], fake: [-0.6, 1.1, -2.3, 0.05] };
const extreme = { real: [100, -100, 99, 0.5], fake: [-100, 100, 0.25] };

/** The derivative of a formula with respect to each of its numbers, in float64. */
function slopes(f: (values: readonly number[]) => number, at: readonly number[]): number[] {
  const step = 1e-4;
  return at.map((value, i) => {
    const along = (distance: number): number => f(at.map((own, k) => (k === i ? value + distance : own)));
    return (8 * (along(step) - along(-step)) - (along(2 * step) - along(-2 * step))) / (12 * step);
  });
}

describe.each(adversarialLosses)('$name', (entry) => {
  const { loss } = entry;
  const discriminator = (real: Tensor, fake: Tensor): Tensor => loss.discriminator(real, fake);
  const generator = (fake: Tensor, real: Tensor): Tensor => loss.generator(fake, real);
  /** The generator's loss as a function of everything it depends on. */
  const generatorInputs = (fake: Tensor, real: Tensor): Tensor[] => (entry.comparesWithData ? [fake, real] : [fake]);

  test('says whether the generator needs the logits of data, and does without them where it does not', async () => {
    expect([loss.comparesWithReal, loss.generator.length >= 2]).toEqual([
      entry.comparesWithData,
      entry.comparesWithData,
    ]);
    if (entry.comparesWithData) return;
    const fakes = column(ordinary.fake);
    expect(await read(loss.generator(fakes))).toEqual(await read(generator(fakes, column(ordinary.real))));
  });

  test.each([
    { logits: 'ordinary logits', ...ordinary },
    { logits: 'logits of +-100', ...extreme },
    { logits: 'one example each', real: [0.7], fake: [-0.4] },
  ])(
    'has the values and gradients of the formula in float64, each term a mean over its batch: $logits',
    async ({ real, fake }) => {
      const [r, f] = [column(real), column(fake)];
      const values = [discriminator(r, f), generator(f, r)];
      expect(values.map(({ shape }) => shape)).toEqual([[], []]);
      await expectOracle(values[0]!, entry.discriminator(real, fake), { relative: 1e-5 });
      await expectOracle(values[1]!, entry.generator(fake, real), { relative: 1e-5 });

      const tolerance = { relative: 2e-4, absolute: 2e-6 };
      const [inReal, inFake] = tf.grads(discriminator)([r, f]);
      expect([inReal!.shape, inFake!.shape]).toEqual([r.shape, f.shape]);
      await expectOracle(
        inReal!,
        slopes((moved) => entry.discriminator(moved, fake), real),
        tolerance,
      );
      await expectOracle(
        inFake!,
        slopes((moved) => entry.discriminator(real, moved), fake),
        tolerance,
      );
      const inputs = generatorInputs(f, r);
      const gradients = tf.grads((...own: Tensor[]) => generator(own[0]!, own[1] ?? r))(inputs);
      await expectOracle(
        gradients[0]!,
        slopes((moved) => entry.generator(moved, real), fake),
        tolerance,
      );
      if (entry.comparesWithData) {
        await expectOracle(
          gradients[1]!,
          slopes((moved) => entry.generator(fake, moved), real),
          tolerance,
        );
      }
    },
  );

  test('has first and second derivatives that agree with finite differences of its values and gradients', async () => {
    const [r, f] = [column(ordinary.real), column(ordinary.fake)];
    await checkGradients(discriminator, [r, f]);
    await checkGradients((...own) => generator(own[0]!, own[1] ?? r), generatorInputs(f, r));
    // If a loss has no curvature, its gradient is constant, and there is nothing to differentiate.
    if (!hasCurvature(entry)) return;
    const weights = [column([0.4, -1.2, 0.7]), column([0.9, 0.3, -0.5, 1.4])];
    const direction = (real: Tensor, fake: Tensor): Tensor => {
      const [inReal, inFake] = tf.grads(discriminator)([real, fake]);
      return tf.add(tf.sum(tf.mul(inReal!, weights[0]!)), tf.sum(tf.mul(inFake!, weights[1]!)));
    };
    await checkSecondGradients(direction, [r, f]);
    const own = (fake: Tensor): Tensor => tf.sum(tf.mul(tf.grad((x) => generator(x, r))(fake), weights[1]!));
    await checkSecondGradients(own, [f]);
  });

  test('does not change when a batch is repeated: sizes do not matter', async () => {
    const [r, f] = [column(ordinary.real), column(ordinary.fake)];
    const twice = (x: Tensor): Tensor => tf.concat([x, x]);
    await expectClose(discriminator(twice(r), f), discriminator(r, f));
    await expectClose(discriminator(r, twice(f)), discriminator(r, f));
    await expectClose(generator(twice(f), r), generator(f, r));
    await expectClose(generator(f, twice(r)), generator(f, r));
  });

  test('trains the discriminator to distinguish data from fakes, and the generator to pass for data', async () => {
    const { fakeTarget = -Infinity } = entry;
    const fakes = [0.4, -0.3];
    const [r, f] = [column([-0.5, 0.2, 0.9]), column(fakes)];
    const [inReal, inFake] = await Promise.all(tf.grads(discriminator)([r, f]).map(read));
    for (const slope of inReal!) expect(slope).toBeLessThan(0);
    expect(inFake!.map(Math.sign)).toEqual(fakes.map((logit) => Math.sign(logit - fakeTarget)));
    for (const slope of await read(tf.grad((x) => generator(x, r))(f))) expect(slope).toBeLessThan(0);
  });

  test('is smallest for the discriminator, and for the generator, where its documentation says', async () => {
    const { realLogit, fakeLogit } = entry;
    const slope = async (of: (x: Tensor) => Tensor, at: number): Promise<number> =>
      (await read(tf.grad(of)(column([at]))))[0]!;
    const fakes = column([-100]);
    const ofReal = (x: Tensor): Tensor => discriminator(x, fakes);
    const ofFake = (x: Tensor): Tensor => generator(x, column([0]));
    for (const [of, least] of [
      [ofReal, realLogit],
      [ofFake, fakeLogit],
    ] as const) {
      if (least === undefined) {
        expect(await slope(of, 3)).toBeLessThanOrEqual(0);
        continue;
      }
      expect(Math.abs(await slope(of, least))).toBeLessThan(1e-6);
      expect(await slope(of, least - 0.5)).toBeLessThan(-0.01);
      expect(await slope(of, least + 0.5)).toBeGreaterThan(0.01);
    }
  });

  const { golden: goldenName } = entry;
  if (goldenName !== undefined) {
    test('agrees with PyTorch in float64: values and gradients, for batches of different sizes', async () => {
      const { real, fake, losses } = golden('adversarial');
      const expected = losses[goldenName];
      const [r, f] = [goldenTensor(real), goldenTensor(fake)];
      await expectOracle(discriminator(r, f), expected.discriminator);
      for (const [i, gradient] of tf.grads(discriminator)([r, f]).entries()) {
        await expectOracle(gradient, expected.discriminatorGrad[i]!.data);
      }
      await expectOracle(generator(f, r), expected.generator);
      await expectOracle(tf.grad((x) => generator(x, r))(f), expected.generatorGrad[0]!.data);
    });
  }

  test('rejects logits that are not float32 [batch, 1], by name, with a TypeError or ShapeError', () => {
    const [good, flat, wide] = [tf.ones([3, 1]), tf.ones([3]), tf.ones([3, 2])];
    const advice = 'Take them from discriminator.logits(x).';
    expect(() => discriminator(flat, good)).toThrow(`\`realLogits\` must have shape [?, 1]; got [3]. ${advice}`);
    expect(() => discriminator(good, wide)).toThrow(`\`fakeLogits\` must have shape [?, 1]; got [3, 2]. ${advice}`);
    expect(() => generator(flat, good)).toThrow(`\`fakeLogits\` must have shape [?, 1]; got [3]. ${advice}`);
    expect(() => generator(wide, good)).toThrow(ShapeError);
    const name = entry.name.replace(/\(.*/, '');
    expect(() => generator(tf.ones([3, 1], 'int32'), good)).toThrow(
      `${name}.generator: \`fakeLogits\` must be float32; got int32.`,
    );
    expect(() => discriminator(undefined as unknown as Tensor, good)).toThrow(
      `${name}.discriminator: \`realLogits\` must be a tensor, not disposed; got undefined.`,
    );
    if (!entry.comparesWithData) return;
    expect(() => generator(good, wide)).toThrow(
      `${name}.generator: \`realLogits\` must have shape [?, 1]; got [3, 2].`,
    );
    expect(() => loss.generator(good)).toThrow(TypeError);
    expect(() => loss.generator(good)).toThrow(
      `${name}.generator: \`realLogits\` must be the logits of data, with which the fakes are compared; got undefined. ` +
        'Call generator(fakeLogits, discriminator.logits(x)).',
    );
  });

  test('leaves no tensor behind, even when it throws', async () => {
    const [r, f] = [column(ordinary.real), column(ordinary.fake)];
    const flat = tf.ones([3]);
    await checkNoLeaks(() => discriminator(r, f));
    await checkNoLeaks(() => generator(f, r));
    await checkNoLeaks(() => tf.grads(discriminator)([r, f]));
    await checkNoLeaks(() => tf.grad((x) => generator(x, r))(f));
    await checkNoLeaks(() => {
      expect(() => discriminator(r, flat)).toThrow();
      expect(() => generator(flat, r)).toThrow();
    });
    expect(r.isDisposed || f.isDisposed).toBe(false);
  });
});

/** Whether the discriminator's loss has a non-zero second derivative at the ordinary logits. */
function hasCurvature({ discriminator }: LossCase): boolean {
  const along = (logit: number): number => discriminator([logit], [-0.6]);
  return Math.abs(along(0.31) + along(0.29) - 2 * along(0.3)) > 1e-7;
}
