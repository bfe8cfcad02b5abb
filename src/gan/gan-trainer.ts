import type { Tensor } from '@tensorflow/tfjs-core';
import { checkShape } from '../tensor/checks.js';
import { createTrainer } from '../training/trainer/create-trainer.js';
import type { GameStep, StepInput } from '../training/trainer/step-input.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { createDiagnostics } from './diagnostics.js';
import { discriminatorLoss, type DiscriminatorLoss } from './discriminator-loss.js';
import { checkGanOptions, type GanMetric, type GanTrainerOptions, type GanVerdictKind } from './gan-options.js';
import { lossOf } from './losses/adversarial-loss.js';
import { createTrend } from './trend.js';
import { judgeGame } from './verdicts.js';

/** Updates from one look of the diagnostics to the next. */
const LOOK_EVERY = 8;

/**
 * A trainer of a generative adversarial network.
 *
 * One step: fake = G(z); one update of the discriminator along the gradient of loss.discriminator(D(real), D(fake)) + penalty. In
 * each `discriminatorSteps`-th step, one update of the generator follows along the gradient of loss.generator(D(fake)), with the
 * updated D and the same fakes.
 *
 * @param options - see {@link GanTrainerOptions}
 * @returns a trainer with the metrics `discriminatorLoss`, `generatorLoss`, `realLogit`, `fakeLogit` and `penalty` (0 without one). It
 *   does not own generator, discriminator or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks Each update moves the variables and the statistics of its own part and nothing of the other part's. The condition of a
 * batch goes to both parts, for real and fake examples alike. `evaluate` runs both parts as outside of training, and without
 * `augment`. A step draws, in this order: latents, the generator's pass, `augment` of real and of fake, `penalty`, the
 * discriminator's passes over real and fake; then, for the generator, `augment` and the discriminator's pass. The reports of a run
 * carry verdicts on the game: see {@link GanVerdictKind} and docs/gan-losses.md.
 * @example
 * ```ts
 * const adam = () => createAdam({ learningRate: 2e-4, beta1: 0.5 });
 * const optimizers = { generator: adam(), discriminator: adam() };
 * const trainer = createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random });
 * const { discriminatorLoss } = await readMetrics(trainer.step(x));
 * ```
 * @see Goodfellow et al. 2014, algorithm 1, https://arxiv.org/abs/1406.2661
 */
export function createGanTrainer(options: GanTrainerOptions): Trainer<GanMetric, GanVerdictKind> {
  const where = 'createGanTrainer';
  checkGanOptions(where, options);
  const { generator, discriminator, loss, augment, optimizers, random, discriminatorSteps = 1, average } = options;
  const diagnostics = createDiagnostics(loss);
  const trends = { loss: createTrend(), distance: createTrend(), diversity: createTrend() };

  const generatorLoss = (fakeLogits: Tensor, realLogits?: Tensor) => lossOf(loss, 'generator', fakeLogits, realLogits);

  const play = ({ x: real, step, random: noise, options: applyOptions, ...game }: GameStep) => {
    const z = generator.sampleLatent(real.shape[0], noise);
    const make = () => generate(z, real, applyOptions);
    const show = (x: Tensor): Tensor => (augment === undefined ? x : augment(x, noise, step));
    // recorded: the generator's gradient is taken after the discriminator's update
    const pass = (step + 1) % discriminatorSteps === 0 ? game.pass('generator', make) : undefined;
    const fake = pass?.output ?? game.still(make);

    const shown = { real: show(real), fake: show(fake), step, options: applyOptions };
    const seen = game.update('discriminator', () => discriminatorLoss(options, shown));

    const logits = (x: Tensor): Tensor => discriminator.logits(show(x), applyOptions);
    const learned = pass?.update(() => {
      const fakeLogits = logits(fake);
      return { loss: generatorLoss(fakeLogits, loss.comparesWithReal === false ? undefined : logits(real)) };
    });
    if (step % LOOK_EVERY === 0) diagnostics.look({ ...seen, real, fake, random: noise }, step / LOOK_EVERY);
    return metricsOf(seen, learned?.loss ?? generatorLoss(seen.fakeLogits, seen.realLogits));
  };

  const evaluate = ({ x: real, step, random: noise, options: applyOptions }: StepInput) => {
    const fake = generate(generator.sampleLatent(real.shape[0], noise), real, applyOptions);
    const seen = discriminatorLoss(options, { real, fake, step, options: applyOptions });
    return metricsOf(seen, generatorLoss(seen.fakeLogits, seen.realLogits));
  };

  const generate = (z: Tensor, real: Tensor, applyOptions: StepInput['options']): Tensor => {
    const fake = generator.generate(z, applyOptions);
    const fix = 'Give the generator the shape of the data, or the data that of the generator.';
    checkShape(applyOptions.training ? 'step' : 'evaluate', 'generator output', fake, real.shape, fix);
    return fake;
  };

  return createTrainer<GanMetric, GanVerdictKind>({
    caller: where,
    name: 'gan',
    parts: { generator, discriminator },
    optimizers: { generator: optimizers?.generator, discriminator: optimizers?.discriminator },
    random,
    averages: average && { generator: average },
    clipNorm: options.clipNorm,
    play,
    evaluate,
    accepts: { unitScale: true },
    evidence: { diagnostics: diagnostics.evidence },
    passingEvidence: { outside: diagnostics.outside, distances: diagnostics.distances },
    settings: { loss, discriminatorSteps, penalty: options.penalty, augment },
    judge: (metrics, { evidence, steps, updates }) =>
      judgeGame(metrics, evidence['diagnostics']!, {
        updates: updates['generator']!,
        inUse: inUse(options),
        looks: diagnostics.looks,
        batch: diagnostics.batch,
        outside: evidence['outside']![0]!,
        distances: evidence['distances']!,
        steps,
        trends,
      }),
  });
}

/** What a verdict need not advise. */
function inUse({ loss, penalty, augment, average }: GanTrainerOptions): (string | undefined)[] {
  return [loss.name, penalty && 'r1Penalty', augment && 'augment', average && 'average'];
}

function metricsOf(seen: DiscriminatorLoss, generatorLoss: Tensor): Record<GanMetric, Tensor> {
  const { discriminatorLoss: loss, realLogits, fakeLogits, penalty } = seen;
  return { discriminatorLoss: loss, generatorLoss, realLogit: realLogits, fakeLogit: fakeLogits, penalty };
}
