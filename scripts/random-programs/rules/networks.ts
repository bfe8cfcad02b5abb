import { conditionFor, type Condition } from '../conditions.js';
import type { Draw } from '../draw.js';
import { call, expressionOf, method, named, own, type Expression, type Program, type Written } from '../expression.js';
import { stream, type Shape } from '../networks.js';
import { batchesOf, shared } from '../training.js';
import { denoising } from './denoising.js';

/** A network, trained by a loss of the user's own, and exported. */
export function networks(d: Draw): Program {
  return d.chance(0.3) ? ofDiffusion(d) : plain(d);
}

function plain(d: Draw): Program {
  const [from, to] = d.pick<readonly [Shape, Shape]>([
    [[d.integer(1, 4)], [d.integer(1, 4)]],
    [[4, 4, d.integer(1, 3)], [d.integer(1, 4)]],
    [[d.integer(1, 4)], [d.pick([2, 4, 6]), 4, d.integer(1, 2)]],
    [
      [4, 4, d.integer(1, 3)],
      [4, 4, d.integer(1, 3)],
    ],
    [
      [d.integer(1, 5), 2],
      [d.integer(1, 5), 2],
    ],
    [
      [3, d.integer(1, 4)],
      [3, d.integer(1, 4)],
    ],
    [[8, 8, 1], [1]],
  ]);
  const condition = conditionFor(d, from);
  return programOf(d, condition.wrap(d, from, to), from, condition, {});
}

function ofDiffusion(d: Draw): Program {
  const stepSizes = d.maybe(() => 3, 0.3);
  const net = denoising(d, stepSizes);
  const timesteps = method(stream(d), 'integers', [3], 0, 5);
  const stepSize = stepSizes === undefined ? undefined : method(stream(d), 'integers', [3], 0, 3);
  return programOf(d, net.make(), net.shape, net.condition, { timesteps, stepSize });
}

function programOf(
  d: Draw,
  net: Expression,
  from: Shape,
  condition: Condition,
  more: Readonly<Record<string, Expression | undefined>>,
): Program {
  const x = method(stream(d), 'normal', [3, ...from]);
  const given = condition.options(d, 3);
  const training = d.maybe(() => ({ training: true, random: stream(d) }), 0.4);
  const vector = isVector(given.condition);
  const feeds: Record<string, Written> = { x, ...more };
  if (given.condition !== undefined) feeds['condition'] = given.condition;
  Object.assign(feeds, given.conditions);
  return {
    rule: 'networks',
    constants: [
      ['network', net],
      [
        'trainer',
        call('createTrainer', {
          name: 'own',
          parts: { network: named('network') },
          loss: own('meanSquare', named('network'), expressionOf({ ...more })),
          ...shared(d),
        }),
      ],
      [
        'batches',
        batchesOf(
          { ...d, integer: (low, high) => (high === 4 && low === 1 ? 3 : d.integer(low, high)) },
          from,
          condition,
          (count) => method(stream(d), 'normal', [count, ...from]),
        ),
      ],
      ['outApplied', method(named('network'), 'apply', x, { ...given, ...more, ...training })],
      ['part', named('network')],
      ['onnxInputs', expressionOf({ x: from, ...(vector ? { condition: [2] } : {}) })],
      ['feeds', expressionOf(feeds)],
      ['answers', expressionOf({ output: method(named('network'), 'apply', x, { ...given, ...more }) })],
    ],
    files: (['model', 'weights', 'stateDict', 'onnx'] as const).filter(() => d.chance(0.5)),
  };
}

/** Whether a condition is two numbers per example. */
function isVector(condition: Written): boolean {
  const { name, list } = (condition ?? {}) as { name?: string; list?: readonly Expression[] };
  const shape = list?.[0];
  return name === 'normal' && shape?.is === 'array' && shape.items.length === 2;
}
