import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Discriminator } from './discriminator.js';
import type { RandomStream } from '../random/index.js';
import { followAverage } from '../training/trainer/average.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { guarded } from '../training/optimizers/guard.js';
import type { Json } from '../training/json.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { whyNotResumable } from '../training/trainer/part-of.js';
import { plainState, restorePlainState } from '../training/trainer/plain-state.js';
import { savedVariables, structuralNames, type Metrics, type Trainer } from '../training/trainer/trainer.js';
import { checkGanOptions, type GanMetric, type GanTrainerOptions } from './gan-options.js';
import { createDiagnostics } from './diagnostics.js';
import { judgeBatch, updateBoth, updateDiscriminator } from './gan-updates.js';
import { judgeGame } from './verdicts.js';

/** Updates from one look of the diagnostics to the next. */
const LOOK_EVERY = 8;

/**
 * A trainer of a generative adversarial network.
 *
 * One step: fake = G(z); one update of the discriminator along the gradient of loss.discriminator(D(real), D(fake)) + penalty; at
 * each `discriminatorSteps`-th step then one of the generator along that of loss.generator(D(fake)), by the new D on the
 * same fakes.
 *
 * @param options - see {@link GanTrainerOptions}
 * @returns a trainer with the metrics `discriminatorLoss`, `generatorLoss`, `realLogit`, `fakeLogit` and `penalty` (0 without one). It
 *   does not own generator, discriminator or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; `step` throws before anything changed
 * @remarks Each update moves the variables and the statistics of its own part, nothing of the other's. A batch with a
 * condition hands it to both parts, for real and fake examples alike. `evaluate` runs both parts as outside of training, and
 * without `augment`. What it draws, in this order: latents, the generator's pass, `augment` of real and of fake, the
 * discriminator's passes over real and fake, `penalty`; then, for the generator, `augment` and the discriminator's pass.
 * Its reports judge the game: see {@link Verdict} and docs/gan.md.
 * @example
 * ```ts
 * const adam = () => createAdam({ learningRate: 2e-4, beta1: 0.5 });
 * const optimizers = { generator: adam(), discriminator: adam() };
 * const trainer = createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random });
 * const { discriminatorLoss } = await readMetrics(trainer.step(x));
 * ```
 * @see Goodfellow et al. 2014, algorithm 1, https://arxiv.org/abs/1406.2661
 */
export function createGanTrainer(options: GanTrainerOptions): Trainer<GanMetric> {
  checkGanOptions('createGanTrainer', options);
  const { generator, discriminator, loss, random, discriminatorSteps = 1, average } = options;
  const follow = average && followAverage('createGanTrainer', generator, average);
  const optimizers = {
    generator: guarded(options.optimizers.generator),
    discriminator: guarded(options.optimizers.discriminator),
  };
  optimizers.generator.prepare(generator.variables);
  optimizers.discriminator.prepare(discriminator.variables);
  const noise = random.fork('gan trainer');
  const diagnostics = createDiagnostics(loss, noise);
  const game = { ...options, optimizers };
  const plainParts = {
    trainer: 'gan',
    random: noise,
    optimizers: { generatorOptimizer: optimizers.generator, discriminatorOptimizer: optimizers.discriminator },
  };
  let steps = 0;

  const step = (real: Tensor, condition: Tensor | undefined): Metrics<GanMetric> => {
    const movesGenerator = (steps + 1) % discriminatorSteps === 0;
    const looks = steps % LOOK_EVERY === 0;
    const applyOptions = { training: true, random: noise, condition };
    const round = { real, applyOptions, look: looks ? diagnostics.look : undefined };
    const { signs, ...metrics } = movesGenerator ? updateBoth(game, round) : updateDiscriminator(game, round);
    if (looks) diagnostics.add(signs, steps / LOOK_EVERY);
    if (movesGenerator) follow?.(Math.floor(steps / discriminatorSteps));
    steps++;
    return metrics as Metrics<GanMetric>;
  };

  return Object.freeze({
    step: (batch: Batch): Metrics<GanMetric> => {
      const { x, condition } = readBatch('step', batch);
      return allOrNothing(discriminator, optimizers.discriminator, noise, () => step(x, condition));
    },
    evaluate: (batch: Batch): Metrics<GanMetric> => {
      const { x, condition } = readBatch('evaluate', batch);
      return tf.tidy(() => {
        const applyOptions = { training: false, random: noise.fork('evaluate'), condition };
        const fake = generator.sample(x.shape[0], applyOptions.random, applyOptions);
        const { metrics, realLogits, fakeLogits } = judgeBatch(options, x, fake, applyOptions);
        return { ...metrics, generatorLoss: loss.generator(fakeLogits, realLogits) } as Metrics<GanMetric>;
      });
    },
    get state() {
      const [forGenerator, forDiscriminator] = [optimizers.generator.state(), optimizers.discriminator.state()];
      const variables = structuralNames({
        generator: savedVariables(generator),
        discriminator: savedVariables(discriminator),
        generatorOptimizer: forGenerator.tensors,
        discriminatorOptimizer: forDiscriminator.tensors,
        diagnostics: [diagnostics.evidence],
        ...(average === undefined ? {} : { averageGenerator: savedVariables(average.into) }),
      });
      const notResumable = whyNotResumable([generator, discriminator, forGenerator, forDiscriminator]);
      return { variables, plain: plainState(plainParts, steps), notResumable };
    },
    restore: (plain: Json) => {
      steps = restorePlainState(plainParts, plain);
    },
    skipped: [optimizers.generator.skipped, optimizers.discriminator.skipped].filter((count) => count !== undefined),
    evidence: [diagnostics.evidence],
    judge: (metrics: Readonly<Record<GanMetric, number>>, [evidence]: readonly ArrayLike<number>[] = []) =>
      evidence === undefined ? [] : judgeGame(metrics, evidence, Math.floor(steps / discriminatorSteps)),
    dispose: () => {
      diagnostics.dispose();
      optimizers.generator.dispose();
      optimizers.discriminator.dispose();
    },
  });
}

/** Runs a step; where it throws, also after the discriminator's update, everything is as it was. */
function allOrNothing<T extends tf.TensorContainer>(
  discriminator: Discriminator,
  optimizer: Optimizer,
  random: RandomStream,
  step: () => T,
): T {
  return tf.tidy(() => {
    const { tensors, plain } = optimizer.state();
    const changing = [...savedVariables(discriminator), ...tensors];
    const before = changing.map((variable) => tf.clone(variable));
    const randomBefore = random.state();
    try {
      return step();
    } catch (error) {
      changing.forEach((variable, i) => variable.assign(before[i]!));
      optimizer.restore(plain);
      random.restore(randomBefore);
      throw error;
    }
  });
}
