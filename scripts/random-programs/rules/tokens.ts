import { CLASSES, labelsOf, type Condition } from '../conditions.js';
import type { Draw } from '../draw.js';
import { call, method, named, type Expression, type Program } from '../expression.js';
import { filesOf } from '../files.js';
import { network, stream } from '../networks.js';
import { batchesOf, shared } from '../training.js';
import { twin } from '../twin.js';

interface Size {
  readonly tokens: number;
  readonly length: number;
}

function transformer(d: Draw, { tokens, length }: Size, causal: boolean, classes?: number): Expression {
  const heads = d.pick([1, 2]);
  return call('tokens/transformer', {
    tokens,
    length,
    causal: causal ? d.maybe(() => true) : false,
    width: 4,
    heads,
    layers: d.integer(1, 2),
    classes,
    dropout: d.maybe(() => 0.1, 0.3),
    random: stream(d),
  });
}

/** A model of sequences, its trainer, and what it writes. */
export function tokens(d: Draw): Program {
  const size = { tokens: d.integer(1, 5), length: d.integer(1, 4) };
  const isMasked = d.chance(0.5);
  const isLabelled = d.chance(0.4);
  const condition: Condition = {
    wrap: network,
    options: (draw, count) => (isLabelled ? { condition: labelsOf(draw, count) } : {}),
  };
  const end = d.maybe(() => d.integer(0, size.tokens - 1), 0.4);
  const n = d.integer(1, 3);
  const indices = (count: number): Expression => method(stream(d), 'integers', [count, size.length], 0, size.tokens);
  const sampling = {
    random: stream(d),
    temperature: d.maybe(() => d.pick([0, 0.5, 1, 2]), 0.4),
    topP: d.maybe(() => d.pick([0.5, 0.9, 1]), 0.3),
    guidance: isLabelled ? d.maybe(() => d.pick([0, 1, 2]), 0.4) : undefined,
    steps: isMasked ? d.maybe(() => d.integer(1, size.length)) : undefined,
    reveal: isMasked ? d.maybe(() => d.pick(['equal', 'cosine']), 0.3) : undefined,
    ...condition.options(d, n),
  };
  return twin(d, named('model'), {
    rule: 'tokens',
    constants: [
      [
        'model',
        call(
          isMasked ? 'tokens/createMaskedModel' : 'tokens/createTokenModel',
          transformer(d, size, !isMasked, isLabelled ? CLASSES : undefined),
          { ...size, end },
        ),
      ],
      [
        'trainer',
        call('tokens/createTokenTrainer', {
          model: named('model'),
          ...shared(d),
          dropCondition: isLabelled ? d.maybe(() => 0.3) : undefined,
        }),
      ],
      ['batches', batchesOf(d, [size.length], condition, indices)],
      ['outSample', method(named('model'), 'sample', n, sampling)],
      ['outLogProb', method(named('model'), 'logProb', indices(n), { ...condition.options(d, n), random: stream(d) })],
      ['part', named('model')],
    ],
    files: filesOf(d),
  });
}

/** A prior of codes, or of latents, trained after its encoder. */
export function secondStage(d: Draw): Program {
  const inputs = d.integer(2, 4);
  const isOfCodes = d.chance(0.6);
  const latentSize = d.integer(2, 3);
  const places = d.integer(1, 3);
  const levels = Array.from({ length: d.integer(1, 2) }, () => d.integer(2, 4));
  const codes = levels.reduce((a, b) => a * b, 1);
  const isMasked = d.chance(0.5);
  const encoder = isOfCodes
    ? call(
        'tokens/createQuantizedEncoder',
        call('sequential', [
          network(d, [inputs], [places * levels.length]),
          call('reshape', { shape: [places, levels.length] }),
        ]),
        { quantizer: named('quantizer') },
      )
    : call('createGaussianEncoder', network(d, [inputs], [2 * latentSize]), { latentSize });
  const size = { tokens: codes, length: places };
  const prior = isOfCodes
    ? call(
        'tokens/createCodePrior',
        call(isMasked ? 'tokens/createMaskedModel' : 'tokens/createTokenModel', transformer(d, size, !isMasked), size),
        { quantizer: named('quantizer'), shape: [places, levels.length] },
      )
    : d.pick([
        () => call('createMixturePrior', { components: d.integer(1, 3), latentSize, random: stream(d) }),
        () => call('createFlowPrior', { latentSize, layers: 2, width: 3, random: stream(d) }),
      ])();
  const n = d.integer(1, 3);
  const none: Condition = { wrap: network, options: () => ({}) };
  return twin(d, named('prior'), {
    rule: 'secondStage',
    constants: [
      ...(isOfCodes ? [['quantizer', call('tokens/finiteScalarQuantizer', { levels })] as const] : []),
      ['encoder', d.chance(0.3) ? call('freeze', encoder) : encoder],
      ['prior', prior],
      ['trainer', call('createPriorTrainer', { prior: named('prior'), encoder: named('encoder'), ...shared(d) })],
      ['batches', batchesOf(d, [inputs], none)],
      ...(isOfCodes
        ? [
            ['outCodes', call('tokens/sampleCodes', named('prior'), n, { random: stream(d) })] as const,
            [
              'outIndices',
              method(named('encoder'), 'indices', method(stream(d), 'uniform', [n, inputs], 0, 1)),
            ] as const,
          ]
        : [
            ['outSample', method(named('prior'), 'sample', [n, latentSize], stream(d))] as const,
            ['outLogProb', method(named('prior'), 'logProb', method(stream(d), 'normal', [n, latentSize]))] as const,
          ]),
      ['part', named('prior')],
    ],
    files: filesOf(d),
  });
}
