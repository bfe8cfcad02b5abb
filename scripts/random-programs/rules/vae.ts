import { CLASSES, conditionFor, labelsOf, type Condition } from '../conditions.js';
import type { Draw } from '../draw.js';
import {
  call,
  exported,
  expressionOf,
  method,
  named,
  type Expression,
  type Program,
  type Written,
} from '../expression.js';
import { filesOf } from '../files.js';
import { objectiveOf } from './objective-of.js';
import { network, stream, type Shape } from '../networks.js';
import { batchesOf, shared } from '../training.js';
import { twin } from '../twin.js';

interface LikelihoodChoice {
  readonly expression: Expression;
  readonly parameterSize: number;
}

function likelihood(d: Draw): LikelihoodChoice {
  const one = (expression: Expression, parameterSize = 1): LikelihoodChoice => ({ expression, parameterSize });
  const classes = d.integer(2, 4);
  return d.pick([
    () => one(exported('bernoulli')),
    () => one(exported('continuousBernoulli')),
    () => one(call('gaussian', { variance: d.pick([0.01, 0.1, 1]) })),
    () => one(call('learnedGaussian', ...(d.chance(0.4) ? [{ minLogVariance: d.pick([-6, -2]) }] : [])), 2),
    () =>
      one(
        call('discretizedLogistic', {
          levels: d.pick([2, 16, 256]),
          start: d.maybe(() => ({ mean: 0.5, logScale: -1 }), 0.3),
        }),
        2,
      ),
    () => one(call('categorical', { classes }), classes),
  ])();
}

/** Numbers that a likelihood takes. */
function dataOf({ expression }: LikelihoodChoice, d: Draw, shape: Shape) {
  const classes = expression.is === 'call' && expression.name === 'categorical' ? expression.list[0] : undefined;
  return (count: number): Written =>
    classes?.is === 'object' && classes.fields['classes']?.is === 'value'
      ? {
          is: 'own',
          name: 'float',
          list: [method(stream(d), 'integers', [count, ...shape], 0, classes.fields['classes'].value)],
        }
      : method(stream(d), 'uniform', [count, ...shape], 0, 1);
}

interface Latents {
  readonly encoder: Expression;
  readonly latentSize: number;
  readonly latentShape: Shape;
  readonly prior?: Expression | undefined;
  readonly priorCondition?: Condition | undefined;
  readonly straightThrough?: boolean | undefined;
}

function gaussianLatents(d: Draw, shape: Shape, condition: Condition): Latents {
  const latentSize = d.integer(1, 3);
  const encoder = call('createGaussianEncoder', condition.wrap(d, shape, [2 * latentSize]), { latentSize });
  const labelled = condition.options(d, 1).condition;
  const isLabelled =
    JSON.stringify(labelled ?? '').includes('"integers"') && condition.options(d, 1).conditions === undefined;
  const priors: readonly (() => Expression | undefined)[] = [
    () => undefined,
    () => exported('gaussianPrior'),
    () => call('createMixturePrior', { components: d.integer(1, 4), latentSize, random: stream(d) }),
    ...(latentSize > 1
      ? [
          () =>
            call('createFlowPrior', {
              latentSize,
              layers: d.maybe(() => d.integer(2, 3)),
              width: d.integer(2, 5),
              random: stream(d),
            }),
        ]
      : []),
    () =>
      call('createHierarchicalPrior', [], { latentSizes: [latentSize], top: d.maybe(() => exported('gaussianPrior')) }),
    ...(isLabelled
      ? [
          () =>
            call(
              'createConditionalPrior',
              call('embedding', { classes: CLASSES, size: 2 * latentSize, random: stream(d) }),
              { latentSize },
            ),
        ]
      : []),
    ...(Object.keys(condition.options(d, 1)).length === 0
      ? [
          () =>
            call('createVampPrior', named('encoder'), {
              inputs: method(stream(d), 'uniform', [d.integer(1, 3), ...shape], 0, 1),
              range: d.maybe(() => [0, 1]),
            }),
        ]
      : []),
  ];
  return { encoder, latentSize, latentShape: [latentSize], prior: d.pick(priors)() };
}

function hierarchicalLatents(d: Draw, shape: Shape): Latents {
  const [top, bottom] = [d.integer(1, 2), d.integer(1, 2)];
  const joined = call('concatLatents', network(d, shape, [2]), network(d, [top], [2]));
  const second = call('sequential', [joined, network(d, [4], [2 * bottom], 0)]);
  const latentSizes = [top, bottom];
  return {
    encoder: call('createHierarchicalEncoder', [network(d, shape, [2 * top]), second], { latentSizes }),
    latentSize: top + bottom,
    latentShape: [top + bottom],
    prior: d.maybe(
      () =>
        call('createHierarchicalPrior', [network(d, [top], [2 * bottom])], {
          latentSizes,
          top:
            top < 2
              ? undefined
              : d.maybe(() => call('createFlowPrior', { latentSize: top, layers: 2, width: 3, random: stream(d) })),
        }),
      0.8,
    ),
  };
}

function quantizedLatents(d: Draw, shape: Shape): Latents {
  const places = d.integer(1, 3);
  const size = d.integer(1, 2);
  const quantizer = d.chance(0.5)
    ? call('tokens/finiteScalarQuantizer', { levels: Array.from({ length: size }, () => d.integer(2, 5)) })
    : call('tokens/createCodebook', {
        codes: d.integer(2, 5),
        size,
        random: stream(d),
        decay: d.maybe(() => 0.9),
        commitment: d.maybe(() => 0.25),
        restartBelow: d.maybe(() => 0.5),
      });
  return {
    encoder: call(
      'tokens/createQuantizedEncoder',
      call('sequential', [network(d, shape, [places * size]), call('reshape', { shape: [places, size] })]),
      { quantizer },
    ),
    latentSize: places * size,
    latentShape: [places * size],
    straightThrough: true,
  };
}

/** A VAE, its trainer, and what it gives. */
export function vae(d: Draw): Program {
  const shape = d.pick([
    [d.integer(1, 4)],
    [d.integer(1, 4)],
    [4, 4, d.pick([1, 3])],
    [d.integer(2, 4), d.integer(2, 4), 1],
  ]);
  const condition = conditionFor(d, shape);
  const isConditional = Object.keys(condition.options(d, 1)).length > 0;
  const latents =
    isConditional || d.chance(0.5)
      ? gaussianLatents(d, shape, condition)
      : d.chance(0.5)
        ? hierarchicalLatents(d, shape)
        : quantizedLatents(d, shape);
  const { expression, parameterSize } = likelihood(d);
  const to = [...shape.slice(0, -1), shape.at(-1)! * parameterSize];
  const seesLabels =
    JSON.stringify(condition.options(d, 1)).includes('integers') &&
    condition.options(d, 1).conditions === undefined &&
    d.chance(0.5);
  const decoder = seesLabels
    ? call(
        'withCondition',
        network(d, [latents.latentSize + 1], to),
        call('embedding', { classes: CLASSES, size: 1, random: stream(d) }),
      )
    : network(d, [latents.latentSize], to);
  const objective = latents.straightThrough ? undefined : d.maybe(() => objectiveOf(d), 0.6);
  const prior = latents.prior ? { prior: named('prior') } : {};
  const n = d.integer(1, 3);
  const options = isConditional ? { condition: condition.options(d, n).condition ?? labelsOf(d, n) } : {};
  const isNamed = condition.options(d, 1).conditions !== undefined;
  const parts = { encoder: named('encoder'), decoder: named('decoder'), ...prior };
  const data = dataOf({ expression, parameterSize }, d, shape);
  const outs: (readonly [string, Expression])[] = [
    [
      'outMean',
      method(
        named('decoder'),
        'mean',
        method(stream(d), 'normal', [n, ...latents.latentShape]),
        ...(seesLabels ? [{ condition: labelsOf(d, n) }] : []),
      ),
    ],
    ...(!isNamed
      ? [
          [
            'outBound',
            call('estimateLogLikelihood', parts, data(n), { samples: d.integer(1, 3), random: stream(d), ...options }),
          ] as const,
        ]
      : []),
    [
      'outSample',
      method(
        call('createPriorSampler', named('decoder'), {
          latentSize: latents.latentSize,
          ...(latents.prior ? { prior: named('prior') } : {}),
        }),
        'sample',
        n,
        stream(d),
        ...(seesLabels ? [{ condition: labelsOf(d, n) }] : []),
      ),
    ],
  ];
  const averaged = (): Expression =>
    expressionOf(Object.fromEntries(Object.keys(parts).map((name) => [name, named(name)])));
  return twin(d, averaged(), {
    rule: 'vae',
    constants: [
      ['encoder', latents.encoder],
      ['decoder', call('createDecoder', decoder, { likelihood: expression })],
      ...(latents.prior ? ([['prior', latents.prior]] as const) : []),
      ['trainer', call('createVaeTrainer', { ...parts, objective, ...shared(d) })],
      ['batches', batchesOf(d, shape, condition, data)],
      ...outs.filter(() => d.chance(0.6)),
      ['part', named('decoder')],
    ],
    files: filesOf(d),
    withoutSlopes: latents.straightThrough,
  });
}
