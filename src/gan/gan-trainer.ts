import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditionRead } from '../nets/classes-of.js';
import { checkInteger, checkResult } from '../tensor/checks.js';
import { valueAt, type Schedule } from '../training/optimizers/schedules.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import type { StepInput } from '../training/trainer/step-input.js';
import { gameKind } from '../training/trainer/read-game.js';
import type { Trainer } from '../training/trainer/trainer.js';
import type { GameTrainerOptions } from '../training/trainer/trainer-options.js';
import { dataVerdicts } from '../verdicts/data-verdicts.js';
import { ganVerdicts } from '../verdicts/gan-verdicts.js';
import { discriminatorLoss, type DiscriminatorLoss } from './discriminator-loss.js';
import { readGanOptions, type GanMetric, type GanTrainerOptions } from './gan-options.js';
import { playerLoss } from './losses/adversarial-loss.js';

/**
 * A trainer for a generative adversarial network.
 *
 * A step draws fake = G(z) and updates the discriminator along the gradient of `loss.discriminator(D(real), D(fake)) + penalty`. In
 * each `discriminatorSteps`-th step, an update of the generator follows along the gradient of `loss.generator(D(fake))`, with the
 * updated D and the same fakes. `step(batch, { players: ['generator'] })` updates only the generator, and with `['discriminator']` only
 * the discriminator; each call counts as one step of the trainer.
 *
 * @param options - see {@link GanTrainerOptions}
 * @returns a trainer with the metrics `discriminatorLoss`, `generatorLoss`, `realLogit`, `fakeLogit` and `penalty` (0 without one). It
 *   does not own generator, discriminator or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks Each update changes only the variables and statistics of its own part. The condition of a batch goes to both parts, for both
 * real and fake examples. `evaluate` runs both parts in inference mode and without `augment`. A step draws, in this order: latents, the
 * generator's pass, `augment` of real and of fake, `penalty`, the discriminator's passes over real and fake; then, for the generator,
 * `augment` and the discriminator's pass. The reports of a run carry verdicts on the game: see {@link ganVerdicts}.
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
  const caller = 'createGanTrainer';
  const { observers = [], ...game } = gameOf(readGanOptions(caller, options));
  return trainerBy(caller, { ...game, observers: [...observers, ganVerdicts()] }, gameKind);
}

/**
 * The game of {@link createGanTrainer} for {@link createTrainer}: the same updates, without verdicts and without the bytes of the code
 * for them, which is a sixth of the trainer.
 *
 * @param options - those of {@link createGanTrainer}
 * @returns the game; a spread copy may have other `observers`
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const adam = () => createAdam({ learningRate: 2e-4, beta1: 0.5 });
 * const optimizers = { generator: adam(), discriminator: adam() };
 * const trainer = createTrainer(ganModel({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random }));
 * const { generatorLoss } = await readMetrics(trainer.step(x));
 * ```
 */
export function ganModel(options: GanTrainerOptions): GameTrainerOptions<GanMetric> {
  return gameOf(readGanOptions('ganModel', options));
}

function gameOf(options: ReturnType<typeof readGanOptions>): GameTrainerOptions<GanMetric> {
  const { generator, discriminator, loss, optimizers, discriminatorSteps, penalty, augment, ...shared } = options;

  const inUse = [loss.name, penalty && 'r1Penalty', augment && 'augment', shared.averages && 'average'];
  const generate = (z: Tensor, real: Tensor, applyOptions: StepInput['options']): Tensor => {
    checkConditionRead('step', 'batch.', applyOptions, generator, discriminator);
    const fake = generator.generate(z, applyOptions);
    const fix = 'Make the generator for the shape of the data.';
    checkResult(applyOptions.training ? 'step' : 'evaluate', 'generator output', fake, real.shape, fix);
    return fake;
  };
  const generatorLoss = (fakeLogits: Tensor, realLogits?: Tensor) =>
    playerLoss(loss, 'generator', fakeLogits, realLogits);

  return {
    ...shared,
    name: 'gan',
    parts: { generator, discriminator },
    optimizers: { generator: optimizers?.generator, discriminator: optimizers?.discriminator },
    observers: [dataVerdicts({ unitScale: true })],
    settings: { loss, discriminatorSteps, penalty, augment },

    play: ({ x: real, step, random: noise, options: applyOptions, look, ...game }) => {
      const augmented = (x: Tensor): Tensor => {
        if (augment === undefined || !applyOptions.training) return x;
        const changed = augment(x, noise, step);
        checkResult('step', 'augment(...)', changed, x.shape);
        return changed;
      };
      // a minibatch of noise and the generator's output for it, which is recorded if the generator's update follows
      const z = generator.sampleLatent(real.shape[0], noise);
      const make = () => generate(z, real, applyOptions);
      const updatesGenerator =
        game.players?.includes('generator') ?? (step + 1) % stepsAt(discriminatorSteps, step) === 0;
      const recorded = updatesGenerator ? game.pass('generator', make) : undefined;
      const fake = recorded?.output ?? game.withoutUpdate(make);

      const examples = { real: augmented(real), fake: augmented(fake), step, options: applyOptions };
      const discriminatorStep = game.update('discriminator', () => discriminatorLoss(options, examples));

      const logits = (x: Tensor): Tensor => discriminator.logits(augmented(x), applyOptions);
      const generatorStep = recorded?.update(() => {
        const fakeLogits = logits(fake);
        return { loss: generatorLoss(fakeLogits, loss.comparesWithReal === false ? undefined : logits(real)) };
      });
      look(() => ({ ...discriminatorStep, real, fake, random: noise, loss, inUse }));
      return metricsOf(
        discriminatorStep,
        generatorStep?.loss ?? generatorLoss(discriminatorStep.fakeLogits, discriminatorStep.realLogits),
      );
    },
  };
}

/** The number of updates of the discriminator per update of the generator, in this step. */
function stepsAt(discriminatorSteps: number | Schedule, step: number): number {
  const steps = Math.round(valueAt(discriminatorSteps, step));
  checkInteger('step', 'discriminatorSteps', steps);
  return steps;
}

function metricsOf(values: DiscriminatorLoss, generatorLoss: Tensor): Record<GanMetric, Tensor> {
  const { discriminatorLoss: loss, realLogits, fakeLogits, penalty } = values;
  return { discriminatorLoss: loss, generatorLoss, realLogit: realLogits, fakeLogit: fakeLogits, penalty };
}
