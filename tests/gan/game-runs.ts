import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  batchNorm,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  dcganDiscriminator,
  dcganGenerator,
  dense,
  embedding,
  flatten,
  leakyRelu,
  mlp,
  reshape,
  sequential,
  spectralNorm,
  train,
  withCondition,
  type Activation,
  type Critic,
  type GanTrainerOptions,
  type LatentPrior,
  type Network,
  type Optimizer,
  type RandomStream,
  type Json,
  type Report,
} from '../../src/index.js';
import { energyShare } from '../support/energy-distance.js';
import { smallSets, type SmallSetName } from '../support/small-sets.js';

type Made = 'generator' | 'discriminator' | 'random' | 'optimizers' | 'average';

/** A game that is healthy or broken: data, networks, rates and what the trainer takes. */
export interface GameRun extends Omit<GanTrainerOptions, Made> {
  readonly name: string;
  readonly set: SmallSetName;
  readonly steps: number;
  readonly width?: number;
  readonly depth?: number;
  readonly latentSize?: number;
  readonly prior?: LatentPrior;
  readonly activation?: Activation;
  readonly batchSize?: number;
  /** The learning rates of generator and discriminator. */
  readonly rates?: readonly [number, number];
  readonly beta1?: number;
  readonly beta2?: number;
  readonly isConvolutional?: boolean;
  readonly isConditional?: boolean;
  readonly norm?: 'batch' | 'spectral';
  readonly hasAverage?: boolean;
  /** Multiplies the data. */
  readonly scale?: number;
  /** Changes a network. */
  readonly change?: Partial<Record<'generator' | 'discriminator', (network: Network) => Network>>;
  readonly reportEvery?: number;
  /** Keeps the discriminator's weights within this size, as the first Wasserstein games did. */
  readonly clipWeights?: number;
  /** Makes an optimizer of a learning rate; Adam by default. */
  readonly optimizer?: (learningRate: number) => Optimizer;
  /** Is shown each report, and the state of the trainer. */
  readonly watch?: (report: Report, plain: Json) => void;
}

/** What a run was seen to do. */
export interface Course {
  /** The kinds of verdicts of each report, in order. */
  readonly reports: readonly { readonly step: number; readonly kinds: readonly string[] }[];
  /** The samples' {@link energyShare} at the end: 0 like the data, 1 like one point. */
  readonly distance: number;
  /** The least variance of the samples along an axis of the data, as a share of theirs. */
  readonly spread: number;
}

/** Networks of dense layers, or of convolutions. */
function networkOf(run: GameRun, part: 'generator' | 'discriminator', shape: readonly number[], random: RandomStream) {
  const { width = 48, depth = 2, latentSize = 4, activation = leakyRelu, norm, isConditional = false } = run;
  const size = shape.reduce((product, n) => product * n, 1);
  const isGenerator = part === 'generator';
  if (run.isConvolutional) {
    const sizes = { shape: shape as [number, number, number], width: 4, random };
    return isGenerator ? dcganGenerator({ ...sizes, latentSize }) : dcganDiscriminator(sizes);
  }
  const inputs = (isGenerator ? latentSize : size) + (isConditional ? 3 : 0);
  const hidden = Array.from({ length: depth }, () => width);
  const sizes = [inputs, ...hidden, isGenerator ? size : 1];
  const layer = (i: number): Network[] => {
    const made = dense({
      inputs: sizes[i]!,
      units: sizes[i + 1]!,
      random: random.fork(String(i)),
      activation: i < depth && norm !== 'batch' ? activation : undefined,
    });
    if (norm === 'spectral' && !isGenerator) return [spectralNorm(made)];
    if (norm === 'batch' && isGenerator && i < depth) return [made, batchNorm({ inputs: sizes[i + 1]!, activation })];
    return [made];
  };
  const body =
    norm === undefined || (norm === 'batch') !== isGenerator
      ? mlp({ sizes, activation, random })
      : sequential(hidden.concat(1).flatMap((_, i) => layer(i)));
  const vectors = () => embedding({ classes: 9, size: 3, random: random.fork('labels') });
  if (isConditional) return withCondition(body, vectors());
  if (shape.length === 1) return body;
  return isGenerator ? sequential([body, reshape({ shape })]) : sequential([flatten(), body]);
}

/** Plays a game to its end; its reports, and how its samples compare with the data. */
export async function play(run: GameRun, seed: number): Promise<Course> {
  const random = createRandom(seed);
  const { set, steps, latentSize = 4, prior, batchSize = 64, rates = [1e-3, 1e-3], beta1 = 0.5, scale = 1 } = run;
  const { x, classes } = tf.tidy(() => {
    const drawn = smallSets[set](random.fork('data'), 3000);
    // networks of convolutions make pixels in [0, 1]
    return { ...drawn, x: run.isConvolutional ? tf.mul(0.5, tf.add(1, drawn.x)) : tf.mul(scale, drawn.x) };
  });
  const shape = x.shape.slice(1);
  const network = (part: 'generator' | 'discriminator', name: string = part): Network => {
    const made = networkOf(run, part, shape, random.fork(name));
    return run.change?.[part]?.(made) ?? made;
  };
  const generatorOf = (name: string) => createGenerator(network('generator', name), { latentSize, prior });
  const generator = generatorOf('generator');
  const adam = (learningRate: number) => createAdam({ learningRate, beta1, beta2: run.beta2 ?? 0.99 });
  const { optimizer = adam, clipWeights } = run;
  const ofCritic = optimizer(rates[1]);
  const { loss, discriminatorSteps, penalty, augment, clipNorm } = run;
  const trainer = createGanTrainer({
    generator,
    discriminator: createDiscriminator(network('discriminator')),
    optimizers: {
      generator: optimizer(rates[0]),
      discriminator: clipWeights === undefined ? ofCritic : clipping(ofCritic, clipWeights),
    },
    average: run.hasAverage ? { into: generatorOf('average'), decay: 0.99 } : undefined,
    random,
    ...{ loss, discriminatorSteps, penalty, augment, clipNorm },
  });
  const data = run.isConditional ? { x, condition: classes } : x;
  const source = batches(data, { batchSize, random });
  const reports: { step: number; kinds: string[] }[] = [];
  for await (const report of train(trainer, source, { steps, reportEvery: run.reportEvery ?? 50, yieldEvery: 50 })) {
    const { step, standing = [] } = report;
    run.watch?.(report, trainer.state.plain);
    reports.push({ step, kinds: standing.map(({ kind }) => kind) });
  }
  const condition = run.isConditional ? tf.slice(classes, 0, 600) : undefined;
  const samples = generator.draw(600, random.fork('samples'), { condition });
  const some = tf.slice(x, 0, 600);
  const distance = await energyShare(samples, some);
  const spread = await leastSpread(samples, some);
  tf.dispose([x, classes, samples, some, condition ?? []]);
  trainer.dispose();
  tf.disposeVariables();
  return { reports, distance, spread };
}

/** An optimizer that keeps what it moves within a size. */
function clipping(optimizer: Optimizer, size: number): Optimizer {
  return {
    ...optimizer,
    apply: (gradients, variables) => {
      optimizer.apply(gradients, variables);
      for (const variable of variables) tf.tidy(() => variable.assign(tf.clipByValue(variable, -size, size)));
    },
  };
}

async function leastSpread(samples: tf.Tensor, data: tf.Tensor): Promise<number> {
  const share = tf.tidy(() => {
    const total = (x: tf.Tensor): tf.Tensor => tf.sum(tf.moments(tf.reshape(x, [x.shape[0], -1]), 0).variance);
    return tf.div(total(samples), total(data));
  });
  const [value] = await share.data();
  share.dispose();
  return value!;
}

/** A penalty with a weight that keeps a discriminator smooth. */
export const weighted =
  (weight: number, penalty: (critic: Critic, x: tf.Tensor) => tf.Tensor) =>
  (critic: Critic, real: tf.Tensor): tf.Tensor =>
    tf.mul(weight, penalty(critic, real));
