import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import * as g from '../../src/index.js';
import { samplers } from './samplers.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
const schedule = g.cosineSchedule({ steps: 10 });
const network = (inputs: number, units: number): g.Network => g.mlp({ sizes: [inputs, units], random });
const x = (): Tensor => tf.fill([3, 4], 0.5);
const z = (): Tensor => tf.fill([3, 2], 0.1);
const at = (): Tensor => tf.tensor1d([1, 5, 9], 'int32');
const encoder = () => g.createGaussianEncoder(network(4, 4), { latentSize: 2 });
const decoder = () => g.createDecoder(network(2, 4), { likelihood: g.bernoulli });
const generator = () => g.createGenerator(network(2, 4), { latentSize: 2 });
const discriminator = () => g.createDiscriminator(network(4, 1));
const denoiser = () => g.createDenoiser(network(4, 4), { schedule, predicts: g.predictVelocity });
const hierarchy = (top?: g.LatentPrior) => g.createHierarchicalPrior([network(1, 2)], { latentSizes: [1, 1], top });
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });
const conditional = () => {
  const prior = g.createConditionalPrior(g.embedding({ classes: 3, size: 4, random }), { latentSize: 2 });
  return prior;
};
const begin = () => ({ shape: [3, 4], steps: 2, random });
const condition = (): Tensor => tf.tensor1d([0, 1, 2], 'int32');

/** The bound and the loss of a step, as trainers compute them. */
const step = (parts: Partial<g.VaeTrainerOptions>, batch: g.Batch = x()): unknown => {
  const model = { encoder: encoder(), decoder: decoder(), ...parts };
  return g.createVaeTrainer({ ...model, optimizer: g.createAdam({ learningRate: 1e-3 }), random }).step(batch);
};
const estimate = (parts: Partial<g.VaeParts>) =>
  g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder(), ...parts }, x(), {
    samples: 2,
    random,
  });
const weighted = { objective: g.importanceWeightedObjective({ samples: 2 }) };
const labelled = () => ({ x: x(), condition: condition() });
const ofLabels = () => ({ decoder: g.createDecoder(g.withCondition(network(4, 4), g.embedding({ classes: 3, size: 2, random })), { likelihood: g.bernoulli }) }); // prettier-ignore

/** A record, one of its members, and everything that must ask this member of a copy. */
type Row = readonly [
  name: string,
  make: () => object,
  member: string,
  asks: Readonly<Record<string, (copy: never) => unknown>>,
];

const usesOfADenoiser: Readonly<Record<string, (copy: g.Denoiser) => unknown>> = {
  estimate: (copy) => copy.estimate(x(), at()),
  ...Object.fromEntries(samplers.map(({ name, sample }) => [name, (copy: g.Denoiser) => sample(copy, begin())])),
  'sampleDdim with clip': (copy) => g.sampleDdim(copy, { ...begin(), clip: [-1, 1] }),
  invertDdim: (copy) => g.invertDdim(copy, x(), { steps: 2 }),
  variationalBound: (copy) => g.variationalBound(copy, x(), { random }),
  'as a guide': (copy) => g.sampleDdim(denoiser(), { ...begin(), guidance: 2, guide: copy }),
  'clipped again': (copy) => g.withClip(copy, { clip: [-2, 2] }).estimate(x(), at()),
  'guided again': (copy) => g.withGuidance(copy, { guidance: 2, guide: denoiser() }).estimate(x(), at()),
};
const clip = { clip: [-1, 1] } as const;
const guided = () => g.withGuidance(denoiser(), { guidance: 2, guide: denoiser() });

const rows: readonly Row[] = [
  ['createDenoiser', denoiser, 'predict', usesOfADenoiser],
  ['withClip', () => g.withClip(denoiser(), clip), 'predict', usesOfADenoiser],
  ['withGuidance', guided, 'predict', usesOfADenoiser],
  ['withGradient', () => g.withGradient(denoiser(), { loss: (x) => tf.sum(x, 1) }), 'predict', usesOfADenoiser],
  ['withClip of withGuidance', () => g.withClip(guided(), clip), 'predict', usesOfADenoiser],
  ['withGuidance of withClip', () => g.withGuidance(g.withClip(denoiser(), clip), { guidance: 2, guide: denoiser() }), 'predict', usesOfADenoiser], // prettier-ignore
  ['withClip of a copy', () => g.withClip({ ...g.withClip(denoiser(), clip) }, clip), 'predict', usesOfADenoiser],
  ['createDenoiser', denoiser, 'estimate', usesOfADenoiser],
  ['withClip', () => g.withClip(denoiser(), clip), 'estimate', usesOfADenoiser],
  [
    'createDenoiser',
    denoiser,
    'predict',
    {
      'a step of its trainer': (copy: g.Denoiser) => g.createDiffusionTrainer({ denoiser: copy, optimizer: g.createAdam({ learningRate: 1e-3 }), random }).step(x()), // prettier-ignore
    },
  ],
  [
    'createGaussianEncoder',
    encoder,
    'encode',
    {
      draw: (copy: ReturnType<typeof encoder>) => copy.draw(x(), random),
      'draw of several': (copy: ReturnType<typeof encoder>) => copy.draw(x(), random, { samples: 2 }),
      'a step': (copy: g.VaeEncoder) => step({ encoder: copy }),
      'an importance-weighted step': (copy: g.VaeEncoder) => step({ encoder: copy, ...weighted }),
      estimateLogLikelihood: (copy: g.VaeEncoder) => estimate({ encoder: copy }),
      createVampPrior: (copy: g.GaussianEncoder) => g.createVampPrior(copy, { inputs: x() }).logProb(z()),
    },
  ],
  [
    'createGaussianEncoder',
    encoder,
    'draw',
    {
      'a step': (copy: g.VaeEncoder) => step({ encoder: copy }),
      estimateLogLikelihood: (copy: g.VaeEncoder) => estimate({ encoder: copy }),
    },
  ],
  [
    'createDecoder',
    decoder,
    'decode',
    {
      mean: (copy: g.Decoder) => copy.mean(z()),
      sample: (copy: g.Decoder) => copy.sample(z(), random),
      'a step': (copy: g.Decoder) => step({ decoder: copy }),
      estimateLogLikelihood: (copy: g.Decoder) => estimate({ decoder: copy }),
      'createPriorSampler, draw': (copy: g.Decoder) => g.createPriorSampler(copy, { latentSize: 2 }).draw(2, random),
      'createPriorSampler, sample': (copy: g.Decoder) =>
        g.createPriorSampler(copy, { latentSize: 2 }).sample(2, random),
    },
  ],
  [
    'createDecoder',
    decoder,
    'mean',
    {
      createPriorSampler: (copy: g.Decoder) => g.createPriorSampler(copy, { latentSize: 2 }).draw(2, random),
    },
  ],
  [
    'createDecoder',
    decoder,
    'sample',
    {
      createPriorSampler: (copy: g.Decoder) => g.createPriorSampler(copy, { latentSize: 2 }).sample(2, random),
    },
  ],
  [
    'bernoulli',
    () => g.bernoulli,
    'logProb',
    {
      'a step': (likelihood: g.Likelihood) => step({ decoder: g.createDecoder(network(2, 4), { likelihood }) }),
    },
  ],
  [
    'bernoulli',
    () => g.bernoulli,
    'mean',
    {
      'a decoder': (likelihood: g.Likelihood) => g.createDecoder(network(2, 4), { likelihood }).mean(z()),
    },
  ],
  [
    'bernoulli',
    () => g.bernoulli,
    'sample',
    {
      'a decoder': (likelihood: g.Likelihood) => g.createDecoder(network(2, 4), { likelihood }).sample(z(), random),
    },
  ],
  ...(
    [
      ['gaussianPrior', () => g.gaussianPrior],
      ['createMixturePrior', mixture],
      ['createHierarchicalPrior', hierarchy],
      ['createHierarchicalPrior over a mixture', () => hierarchy(g.createMixturePrior({ components: 2, latentSize: 1, random }))], // prettier-ignore
    ] as const
  ).map(([name, make]): Row => [
    name,
    make,
    'logProb',
    {
      'a step': (prior: g.LatentPrior) =>
        step({ prior, encoder: name.includes('Hierarchical') ? besides() : encoder() }),
      'an importance-weighted step': (prior: g.LatentPrior) => step({ prior, ...weighted }),
      estimateLogLikelihood: (prior: g.LatentPrior) => estimate({ prior }),
      latentKl: (prior: g.LatentPrior) => g.latentKl(encoder().draw(x(), random), prior),
    },
  ]),
  [
    'gaussianPrior',
    () => g.gaussianPrior,
    'logProb',
    {
      'on top of a hierarchy': (top: g.LatentPrior) => step({ prior: hierarchy(top), encoder: besides() }),
    },
  ],
  [
    'createConditionalPrior',
    conditional,
    'logProb',
    {
      'a step': (prior: g.LatentPrior) => step({ prior, ...ofLabels(), encoder: encoder() }, labelled()),
    },
  ],
  [
    'createMixturePrior',
    mixture,
    'sample',
    {
      createPriorSampler: (prior: g.LatentPrior) =>
        g.createPriorSampler(decoder(), { latentSize: 2, prior }).draw(2, random),
      createGenerator: (prior: g.LatentPrior) =>
        g.createGenerator(network(2, 4), { latentSize: 2, prior }).draw(2, random),
    },
  ],
  [
    'createGenerator',
    generator,
    'generate',
    {
      'a step': (copy: g.Generator) => game({ generator: { ...copy, draw: x, sample: x } }),
    },
  ],
  [
    'createDiscriminator',
    discriminator,
    'logits',
    {
      'a step': (copy: g.Discriminator) => game({ discriminator: { ...copy, probability: x } }),
      'a penalty': (copy: g.Discriminator) => g.r1Penalty(copy, x()),
    },
  ],
  [
    'mlp',
    () => network(4, 4),
    'apply',
    {
      sequential: (copy: g.Network) => g.sequential([copy]).apply(x()),
      createGaussianEncoder: (copy: g.Network) => g.createGaussianEncoder(copy, { latentSize: 2 }).encode(x()),
      createDenoiser: (copy: g.Network) =>
        g.createDenoiser(copy, { schedule, predicts: g.predictSample }).estimate(x(), at()),
    },
  ],
  [
    'dense',
    () => g.dense({ inputs: 4, units: 4, random }),
    'applyWith',
    {
      spectralNorm: (copy: g.WeightedLayer) => g.spectralNorm(copy).apply(x()),
    },
  ],
  [
    'elboObjective',
    () => g.elboObjective(),
    'evaluate',
    {
      'a step': (objective: g.VaeObjective) => step({ objective }),
    },
  ],
];

const besides = (): g.LatentEncoder => {
  const lower = g.sequential([
    g.concatLatents(g.dense({ inputs: 4, units: 2, random }), g.dense({ inputs: 1, units: 1, random })),
    g.dense({ inputs: 3, units: 2, random }),
  ]);
  return g.createHierarchicalEncoder([network(4, 2), lower], { latentSizes: [1, 1] });
};
const game = (parts: Partial<g.GanTrainerOptions>): unknown => {
  const optimizers = {
    generator: g.createAdam({ learningRate: 1e-3 }),
    discriminator: g.createAdam({ learningRate: 1e-3 }),
  };
  const players = { generator: generator(), discriminator: discriminator(), ...parts };
  return g.createGanTrainer({ ...players, loss: g.nonSaturatingLoss, optimizers, random }).step(x());
};

/** The functions that make a copy with another of the members that others call. */
const functions: Readonly<Record<string, (record: never, own: never) => object>> = {
  predict: g.withPredict,
  encode: g.withEncode,
  decode: g.withDecode,
};
const copyOf = (record: object, member: string, own: unknown): never =>
  (functions[member]?.(record as never, own as never) ?? { ...record, [member]: own }) as never;

describe.each(rows.map(([name, make, member, asks]) => ({ name, make, member, asks })))(
  'a copy of $name with another $member',
  ({ make, member, asks }) => {
    test.each(Object.keys(asks))('is used by %s', async (asker) => {
      const record = make() as Record<string, (...given: unknown[]) => unknown>;
      const own = vi.fn((...given: unknown[]) => record[member]!(...given));
      await asks[asker]!(copyOf(record, member, own));
      expect(own).toHaveBeenCalled();
    });

    test('works without its record, too', async () => {
      const record = make() as Record<string, (...given: unknown[]) => unknown>;
      // the members of a record call each other, or a default
      for (const [name, asks] of Object.entries(detached)) {
        const method = record[name];
        if (method !== undefined && name !== member) await asks(method);
      }
    });
  },
);

/** Calls of members that are taken out of their records. */
const detached: Readonly<Record<string, (method: (...given: unknown[]) => unknown) => unknown>> = {
  estimate: (method) => method(x(), at()),
  draw: (method) => (method.length === 2 ? method(x(), random) : method(2, random)),
  probability: (method) => method(x()),
};

const vaeDoors = (part: 'encoder' | 'decoder') => ({
  createVaeTrainer: (copy: never) => step({ [part]: copy }),
  'createVaeTrainer, average': (copy: never) =>
    step({ average: { into: { encoder: encoder(), decoder: decoder(), [part]: copy }, decay: 0.9 } }),
  estimateLogLikelihood: (copy: never) => estimate({ [part]: copy }),
});
const ofDenoisers: Readonly<Record<string, (copy: never) => unknown>> = {
  ...Object.fromEntries(Object.entries(usesOfADenoiser).filter(([name]) => name !== 'estimate')),
  withGradient: (copy) => g.withGradient(copy, { loss: (estimate) => tf.sum(estimate, 1) }).estimate(x(), at()),
  logDensity: (copy) => g.logDensity(copy, x(), { random }),
  'a step of a student': (copy) => g.createConsistencyTrainer({ student: copy, optimizer: g.createAdam({ learningRate: 1e-3 }), random }).step(x()), // prettier-ignore
  'a step by a teacher': (copy) => g.createConsistencyTrainer({ student: denoiser(), target: g.consistencyDistillation({ teacher: copy }), optimizer: g.createAdam({ learningRate: 1e-3 }), random }).step(x()), // prettier-ignore
};
/** Without those that have other rules for these members. */
const someDoors = { sampleDdim: ofDenoisers['sampleDdim']!, logDensity: ofDenoisers['logDensity']! };
const ofGenerators = {
  createGanTrainer: (copy: never) => game({ generator: copy }),
  'createGanTrainer, average': (copy: never) => game({ average: { into: copy, decay: 0.9 } }),
};

/** Records of ours, a member that others call, another one, and all functions that take such a record. */
const contradictions: readonly (readonly [
  name: string,
  make: () => object,
  member: string,
  other: unknown,
  doors: Readonly<Record<string, (copy: never) => unknown>>,
])[] = [
  ['createDenoiser', denoiser, 'predict', () => x(), ofDenoisers],
  ['createDenoiser', denoiser, 'predicts', g.predictFlow, someDoors],
  ['createDenoiser', denoiser, 'schedule', g.linearSchedule({ steps: 10 }), someDoors],
  ['withClip', () => g.withClip(denoiser(), clip), 'predict', () => x(), ofDenoisers],
  ['withGuidance of a copy', () => g.withGuidance(g.withPredict(denoiser(), () => x()), { guidance: 2 }), 'predict', () => x(), ofDenoisers], // prettier-ignore
  ['freeze of a denoiser', () => g.freeze(denoiser()), 'predict', () => x(), someDoors],
  [
    'createGaussianEncoder',
    encoder,
    'encode',
    () => undefined,
    { ...vaeDoors('encoder'), createPriorTrainer: (copy) => g.createPriorTrainer({ encoder: copy, prior: mixture(), optimizer: g.createAdam({ learningRate: 1e-3 }), random }) }, // prettier-ignore
  ],
  ...(['decode', 'likelihood'] as const).map(
    (member) =>
      [
        'createDecoder',
        decoder,
        member,
        member === 'decode' ? () => x() : g.gaussian({ variance: 1 }),
        {
          ...vaeDoors('decoder'),
          createPriorSampler: (copy: never) => g.createPriorSampler(copy, { latentSize: 2 }),
        },
      ] as const,
  ),
  ['createGenerator', generator, 'generate', () => x(), ofGenerators],
  ['createGenerator', generator, 'sampleLatent', () => z(), ofGenerators],
  [
    'createDiscriminator',
    discriminator,
    'logits',
    () => tf.zeros([3, 1]),
    { createGanTrainer: (copy) => game({ discriminator: copy }) },
  ],
  [
    'createHierarchicalPrior',
    hierarchy,
    'blocks',
    () => [{ mean: tf.ones([1, 2]), logVariance: tf.zeros([1, 2]) }],
    { createVaeTrainer: (copy) => step({ prior: copy, encoder: besides() }), estimateLogLikelihood: (copy) => estimate({ prior: copy, encoder: besides() }) }, // prettier-ignore
  ],
];
describe.each(contradictions.map(([name, make, member, other, doors]) => ({ name, make, member, other, doors })))(
  'a copy of $name with another $member, which its other methods do not call, is refused',
  ({ make, member, other, doors }) => {
    test.each(Object.keys(doors))('by %s', async (door) => {
      const copy = { ...make(), [member]: other } as never;
      await expect((async () => doors[door]!(copy))()).rejects.toThrow(
        new RegExp(`^\\w+: \`\\S+\` must match \`${member}\`; got another\\. (Use with|Replace it, too)`),
      );
    });
  },
);

describe('a copy that contradicts itself is refused', () => {
  test.each([
    ['gaussianPrior', () => g.gaussianPrior],
    ['createHierarchicalPrior', hierarchy],
    ['createConditionalPrior', conditional],
  ])('%s with other blocks and its own density', (_, make) => {
    const prior: g.LatentPrior = {
      ...make(),
      blocks: () => [{ mean: tf.ones([1, 2]), logVariance: tf.zeros([1, 2]) }],
    };
    const says = '`prior.logProb` must match `blocks`; got another. Replace it, too.';
    expect(() => step({ prior })).toThrow(`createVaeTrainer: ${says}`);
    expect(() => g.latentKl(encoder().draw(x(), random), prior)).toThrow(`latentKl: ${says}`);
  });

  test('but not one that leaves the blocks out', () => {
    step({ prior: { ...g.gaussianPrior, blocks: undefined } as never });
  });

  test('spectralNorm of a layer with another `apply` and its own `applyWith`', () => {
    const layer = g.dense({ inputs: 4, units: 4, random });
    expect(() => g.spectralNorm({ ...layer, apply: (input) => tf.relu(layer.apply(input)) })).toThrow(
      'spectralNorm: `layer.applyWith` must match `apply`; got another. Replace it, too.',
    );
  });

  test('by the sentence that names the function to use', () => {
    expect(() => g.createPriorSampler({ ...decoder(), decode: x }, { latentSize: 2 })).toThrow(
      'createPriorSampler: `decoder.mean` must match `decode`; got another. Use withDecode.',
    );
  });

  test.each([
    ['sample of a generator', () => game({ generator: { ...generator(), generate: x, draw: x } }), 'sample'],
    ['draw of a generator', () => game({ generator: { ...generator(), generate: x, sample: x } }), 'draw'],
    ['sample of a decoder', () => step({ decoder: { ...decoder(), decode: x, mean: x } }), 'sample'],
    ['mean of a decoder', () => step({ decoder: { ...decoder(), decode: x, sample: x } }), 'mean'],
  ])('if only one of its methods is left: the %s', (_, use, method) => {
    expect(use).toThrow(new RegExp(`\\.${method}\` must match`));
  });

  test('but not one whose methods are all replaced, or with a member that no other calls', async () => {
    const own = { decode: () => x(), mean: () => x(), sample: () => x() };
    g.createPriorSampler({ ...decoder(), ...own }, { latentSize: 2 }).draw(1, random);
    g.createPriorSampler({ ...decoder(), dispose: () => undefined }, { latentSize: 2 }).draw(1, random);
    const { estimate } = g.withPredict(denoiser(), () => x());
    await g.sampleDdim({ ...denoiser(), predict: () => x(), estimate: (...given) => estimate(...given) }, begin());
  });
});

test('the functions that copy put their own in place of a method that would ignore the new member', async () => {
  const wrong = (): never => {
    throw new Error('the old one was called');
  };
  const own = g.withPredict(g.withClip({ ...denoiser(), estimate: wrong }, { clip: [-1, 0.25] }), x);
  expect(own.estimate(x(), at()).sample.dataSync()).toEqual(
    g
      .withClip(g.withPredict(denoiser(), x), { clip: [-1, 0.25] })
      .estimate(x(), at())
      .sample.dataSync(),
  );
  g.withDecode({ ...decoder(), mean: wrong, sample: wrong }, x).mean(z());
  g.withEncode({ ...encoder(), draw: wrong }, encoder().encode).draw(x(), random);
});
