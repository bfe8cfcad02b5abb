import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  bernoulli,
  concatLatents,
  createAdam,
  createConditionalPrior,
  createDecoder,
  createFlowPrior,
  createGaussianEncoder,
  createHierarchicalEncoder,
  createHierarchicalPrior,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  createVampPrior,
  dense,
  elboObjective,
  embedding,
  gaussianLogProb,
  gaussianPrior,
  importanceWeightedObjective,
  latentKl,
  linearRamp,
  mlp,
  reparameterize,
  sequential,
  uniformPrior,
  withCondition,
  type GaussianEncoder,
  type LatentDraw,
  type LatentEncoder,
  type LatentPrior,
  type Network,
  type VaeEncoder,
  type VaeObjective,
} from '../../src/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(3);
type Kind = 'none' | 'labels' | 'vectors';
const conditions: Readonly<Record<Kind, () => Tensor | undefined>> = {
  none: () => undefined,
  labels: () => tf.tensor1d([0, 2, 1], 'int32'),
  vectors: () => tf.tensor2d([[1, 0], [0, 1], [0.5, 0.5]]), // prettier-ignore
};

/** A network that reads a condition of this kind, or none. */
const network = (inputs: number, units: number, kind: Kind): Network => {
  const body = (from: number): Network => mlp({ sizes: [from, 4, units], random });
  if (kind === 'labels') return withCondition(body(inputs + 2), embedding({ classes: 3, size: 2, random }));
  return kind === 'vectors' ? withCondition(body(inputs + 2), dense({ inputs: 2, units: 2, random })) : body(inputs);
};

const below = (): Network =>
  sequential([concatLatents(dense({ inputs: 4, units: 3, random }), dense({ inputs: 1, units: 1, random })), dense({ inputs: 4, units: 2, random })]); // prettier-ignore
const gaussian = (kind: Kind): GaussianEncoder => createGaussianEncoder(network(4, 4, kind), { latentSize: 2 });

const inTidy = (f: () => LatentDraw): LatentDraw => tf.tidy(() => ({ ...f() }) as never);

/** Encoders of two latents, for data of four numbers; each is made for the condition of its row. */
const encoders: Readonly<Record<string, (kind: Kind) => VaeEncoder>> = {
  Gaussian: () => gaussian('none'),
  'Gaussian, conditional': gaussian,
  hierarchical: () => createHierarchicalEncoder([network(4, 2, 'none'), below()], { latentSizes: [1, 1] }),
  'hierarchical, conditional': (kind) =>
    createHierarchicalEncoder([network(4, 2, kind), below()], { latentSizes: [1, 1] }),
  'one of a user’s own with `encode`': () => {
    const { encode, variables } = gaussian('none');
    return { latentSize: 2, encode: (x) => encode(x), variables, dispose: () => undefined };
  },
  'one of a user’s own with `draw`, within [-1, 1]': (): LatentEncoder => {
    const { encode, variables } = gaussian('none');
    return {
      latentSize: 2,
      variables,
      dispose: () => undefined,
      draw: (x, stream, { samples = 1 } = {}) =>
        inTidy((): LatentDraw => {
          const { mean, logVariance } = encode(x);
          const rows = { mean: tf.tile(mean, [samples, 1]), logVariance: tf.tile(logVariance, [samples, 1]) };
          const z = reparameterize(rows, stream);
          // u = tanh(z) has the density N(z) / (1 - u^2)
          const u = tf.tanh(z);
          const slope = tf.sum(tf.log(tf.add(tf.sub(1, tf.square(u)), 1e-6)), 1);
          return { z: tf.mul(0.999, u), logProb: tf.sub(gaussianLogProb(z, rows), slope) };
        }),
    };
  },
};

const shifted = (mean: Tensor): LatentPrior => ({
  sample: (shape, stream) => tf.tidy(() => tf.add(mean, stream.normal(shape))),
  logProb: (z) => gaussianLogProb(z, { mean, logVariance: tf.zeros([1, 2]) }),
});
const mixture = (latentSize: number): LatentPrior => createMixturePrior({ components: 3, latentSize, random });
const hierarchy = (top?: LatentPrior): LatentPrior =>
  createHierarchicalPrior([network(1, 2, 'none')], { latentSizes: [1, 1], top });

/** Priors of two latents. */
const priors: Readonly<Record<string, (kind: Kind, encoder: VaeEncoder) => LatentPrior | undefined>> = {
  none: () => undefined,
  gaussianPrior: () => gaussianPrior,
  uniformPrior: () => uniformPrior,
  mixture: () => mixture(2),
  flow: () => createFlowPrior({ latentSize: 2, layers: 2, width: 3, random }),
  Vamp: (_, encoder) => createVampPrior(encoder as GaussianEncoder, { inputs: random.uniform([3, 4]) }),
  conditional: (kind) => {
    const labels =
      kind === 'vectors' ? dense({ inputs: 2, units: 4, random }) : embedding({ classes: 3, size: 4, random });
    return createConditionalPrior(labels, { latentSize: 2 });
  },
  hierarchical: () => hierarchy(),
  'hierarchical with a mixture on top': () => hierarchy(mixture(1)),
  'hierarchical with uniformPrior on top': () => hierarchy(uniformPrior),
  'hierarchical with a copy on top': () =>
    hierarchy({ ...gaussianPrior, sample: (shape, stream) => stream.normal(shape) }),
  own: () => shifted(tf.ones([1, 2])),
  'own with a Gaussian of one row': () => {
    const mean = tf.ones([1, 2]);
    return { ...shifted(mean), blocks: () => [{ mean, logVariance: tf.zeros([1, 2]) }] };
  },
  'own with a Gaussian of all rows': () => ({
    ...shifted(tf.ones([1, 2])),
    blocks: (z) => [{ mean: tf.onesLike(z), logVariance: tf.zerosLike(z) }],
  }),
  'own with a Gaussian and another density': () => ({
    ...shifted(tf.zeros([1, 2])),
    blocks: (z) => {
      const standard = { mean: tf.zeros([1, 1]), logVariance: tf.zeros([1, 1]) };
      return [standard, { size: 1, logProb: gaussianLogProb(tf.slice(z, [0, 1], [-1, 1]), standard) }];
    },
  }),
  'own with variables': () => {
    const mean = tf.variable(tf.ones([1, 2]));
    return Object.assign(shifted(mean), { variables: [mean], dispose: () => mean.dispose() });
  },
  'a copy with another density': () => ({
    ...gaussianPrior,
    logProb: (z: Tensor) => gaussianLogProb(z, { mean: tf.ones([1, 2]), logVariance: tf.zeros([1, 2]) }),
  }),
};

const objectives: Readonly<Record<string, () => VaeObjective>> = {
  ELBO: () => elboObjective(),
  'ELBO with free nats': () => elboObjective({ freeNats: 0.1 }),
  'ELBO with a warm-up': () => elboObjective({ beta: linearRamp({ from: 0.5, to: 1, steps: 10 }) }),
  'importance-weighted, 1 sample': () => importanceWeightedObjective({ samples: 1 }),
  'importance-weighted, 3 samples': () => importanceWeightedObjective({ samples: 3 }),
  own: () => ({
    evaluate({ encoder, decoder, prior, x, random: stream, options }) {
      const draw = encoder.draw(x, stream, options);
      const logLikelihood = decoder.likelihood.logProb(x, decoder.decode(draw.z, options));
      const kl = latentKl(draw, prior, options);
      const bound = tf.sub(logLikelihood, kl);
      return { loss: tf.neg(tf.mean(bound)), elbo: bound, logLikelihood, kl };
    },
  }),
};

/** What becomes of a model: it trains, it is refused when it is made, or a step is refused. */
async function outcome(encoder: string, prior: string, objective: string, kind: Kind): Promise<string> {
  let trainer;
  try {
    const made = encoders[encoder]!(kind);
    trainer = createVaeTrainer({
      encoder: made,
      decoder: createDecoder(network(2, 4, kind), { likelihood: bernoulli }),
      prior: priors[prior]!(kind, made),
      objective: objectives[objective]!(),
      optimizer: createAdam({ learningRate: 1e-3 }),
      random,
    });
  } catch (error) {
    return `made: ${(error as Error).message}`;
  }
  try {
    const condition = conditions[kind]();
    const metrics = trainer.step({ x: tf.fill([3, 4], 0.5), condition });
    const numbers = await Promise.all(Object.values(metrics).map((metric) => metric.data()));
    return numbers.every(([number]) => Number.isFinite(number)) ? 'trains' : `not finite: ${numbers.join()}`;
  } catch (error) {
    return `step: ${(error as Error).message}`;
  } finally {
    trainer.dispose();
    tf.disposeVariables();
  }
}

/** One of our sentences, as a regular expression. */
const refusals: readonly (readonly [
  RegExp,
  (encoder: string, prior: string, objective: string, kind: Kind) => boolean,
])[] = [
  [
    /^made: createVaeTrainer: `prior` must have a density wherever the encoder draws; got uniformPrior\. Use gaussianPrior/,
    (encoder, prior) => prior.includes('uniformPrior') && !encoder.includes('draw'),
  ],
  [
    /^made: createVampPrior: `encoder.encode` must be a function; got undefined\.$/,
    (encoder, prior) => prior === 'Vamp' && /hierarchical|draw/.test(encoder),
  ],
  [
    /^made: createVampPrior: `encoder` must not need a condition; got one that does\. Pseudo-inputs have no condition/,
    (encoder, prior, _, kind) => prior === 'Vamp' && encoder === 'Gaussian, conditional' && kind !== 'none',
  ],
  // what the batches hold is known in a step
  [
    /^step: (logProb|blocks): `options.condition` must be a tensor; got undefined\. Pass/,
    (_, prior, __, kind) => prior === 'conditional' && kind === 'none',
  ],
];

const isWhole = process.env['WHOLE'] !== undefined;
const kinds = Object.keys(conditions) as Kind[];

test.each(Object.keys(encoders))(
  'an encoder that is %s trains with each prior, objective and condition, or is refused',
  async (encoder) => {
    const [all, others] = [Object.keys(objectives), Object.keys(encoders).indexOf(encoder)];
    for (const [p, prior] of Object.keys(priors).entries()) {
      for (const [o, objective] of all.entries()) {
        for (const [k, kind] of kinds.entries()) {
          // by default each prior meets each objective, with conditions in turn
          if (!isWhole && (o + p + others + 2 * k) % 6 !== 0) continue;
          const what = [encoder, prior, objective, kind].join(' x ');
          const expected = refusals.filter(([, applies]) => applies(encoder, prior, objective, kind));
          const result = await outcome(encoder, prior, objective, kind);
          if (expected.length === 0) expect(result, what).toBe('trains');
          else
            expect(
              expected.some(([says]) => says.test(result)),
              `${what}: ${result}`,
            ).toBe(true);
        }
      }
    }
  },
);
