import type { Draw } from './draw.js';
import {
  call,
  childrenOf,
  expressionOf,
  method,
  named,
  own,
  placesOf,
  replaced,
  withChild,
  type Expression,
  type Program,
  type Written,
} from './expression.js';
import { stream } from './networks.js';

/** Members of an observer, from which some are drawn. */
const members = ['begin', 'look', 'read', 'update', 'report', 'epoch', 'afterEpoch', 'end'];

/** Those of a family suit its trainers only. */
const verdicts: Readonly<Record<string, string>> = {
  vae: 'vaeVerdicts',
  gan: 'ganVerdicts',
  diffusion: 'diffusionVerdicts',
  secondStage: 'priorVerdicts',
};

/** The program with observers, a source of data and a way to train, in some of the draws. */
export function observed(d: Draw, program: Program): Program {
  const batches = program.constants.find(([name]) => name === 'batches')?.[1];
  if (batches?.is !== 'array' || !d.chance(0.3)) return program;
  const metric = ['gan', 'game'].includes(program.rule) ? 'generatorLoss' : 'loss';
  const withRate = d.chance(0.3) ? withOwnRate(d, program, metric) : program;
  const isValidated = d.chance(0.6);
  const watched = { metric: isValidated && d.chance(0.5) ? `val_${metric}` : metric, goal: d.pick(['min', 'max']) };
  const observers = [
    () => own('watcher', d.chance(0.5) ? undefined : members.filter(() => d.chance(0.5))),
    () => own('watcher', undefined),
    () => call('run/stopEarly', { ...watched, patience: d.integer(1, 2), minChange: d.maybe(() => 0.01) }),
    () => call('run/stopAfter', { minutes: d.pick([0.01, 1]), now: own('clock', 200) }),
    () => call('run/stopOn', own('anySeen')),
    () =>
      call('run/keepCheckpoints', {
        store: d.chance(0.7) ? own('memoryStore', 0) : own('asFolder', call('node/folderStore', own('scratchPath', 0))),
        last: d.maybe(() => d.integer(1, 2)),
        every: d.maybe(() => d.integer(1, 2)),
        best: d.maybe(() => watched),
      }),
    () => call(d.chance(0.8) ? (verdicts[program.rule] ?? 'priorVerdicts') : d.pick(Object.values(verdicts))),
    () => own('thrower', d.integer(1, 6)),
  ].filter(() => d.chance(0.35));
  const training: Written = {
    data: sourceOf(d, batches),
    ...d.pick([{ epochs: d.integer(1, 2) }, { steps: d.integer(1, 5) }]),
    reportEvery: d.maybe(() => d.integer(1, 4)),
    observers: observers.length === 0 ? undefined : observers.map((make) => make()),
    validation: isValidated ? [batches.items[0]!] : undefined,
  };
  const more: (readonly [string, Expression])[] = [['training', expressionOf(training)]];
  if (d.chance(0.3)) more.push(['isWeb', expressionOf(true)]);
  if (d.chance(0.3)) more.push(['isRemade', expressionOf(true)]);
  if (d.chance(0.2)) more.push(['log', log(d)]);
  if (d.chance(0.1))
    more.push(['progress', call('node/terminalProgress', { total: d.integer(1, 9), stream: own('terminal', 0) })]);
  return {
    ...withRate,
    constants: [...withRate.constants, ...more],
    way: d.pick(['train', 'fit', 'createRun', 'serveRun'] as const),
  };
}

/** The learning rate of an optimizer observes the run. */
function withOwnRate(d: Draw, program: Program, metric: string): Program {
  const found = placesOf(program).find(([place]) => place[0] === 'trainer' && place.at(-1) === 'learningRate');
  if (found === undefined) return program;
  const rate = d.chance(0.5)
    ? call('run/decayOverTime', {
        minutes: d.pick([0.05, 1]),
        from: 0.02,
        to: d.maybe(() => 0.01),
        warmUp: d.maybe(() => d.integer(1, 3)),
        now: own('clock', 300),
      })
    : call('run/reduceOnPlateau', {
        metric,
        goal: d.pick(['min', 'max']),
        patience: d.integer(1, 2),
        from: 0.02,
        factor: d.maybe(() => d.pick([0.1, 0.5])),
        cooldown: d.maybe(() => 1),
      });
  return { ...replaced(program, found[0], rate), followsClock: true };
}

/** The batches themselves, a source that knows its position, or one that cuts and shuffles. */
function sourceOf(d: Draw, batches: Expression & { is: 'array' }): Expression {
  const data = batches.items[0]!;
  return d.pick([
    () => named('batches'),
    () => own('listSource', named('batches')),
    () =>
      isDrawn(data)
        ? call('batches', ofExamples(data, d.integer(2, 6)), {
            batchSize: d.integer(1, 3),
            random: d.maybe(() => stream(d)),
            dropLast: d.maybe(() => d.chance(0.5), 0.3),
          })
        : named('batches'),
  ])();
}

const isDrawn = (one: Expression): boolean =>
  one.is === 'object'
    ? Object.values(one.fields).every(isDrawn)
    : one.is === 'own'
      ? one.list?.length === 1 && isDrawn(one.list[0]!)
      : one.is === 'method' && one.list[0]?.is === 'array';

/** The batch with so many examples: all shapes of drawn tensors begin with it. */
function ofExamples(one: Expression, count: number): Expression {
  if (one.is === 'method') {
    const [shape, ...rest] = one.list;
    const sizes = shape?.is === 'array' ? shape.items.slice(1) : [];
    return method(one.of, one.name, [count, ...sizes], ...rest);
  }
  let made: Expression = one;
  for (const [key, child] of childrenOf(one)) made = withChild(made, key, ofExamples(child, count));
  return made;
}

function log(d: Draw): Expression {
  const file = d.pick([
    () => own('ownLogFile', 0),
    () => call('logs/memoryFile'),
    () => own('asFile', call('node/logFile', own('scratchPath', 0))),
  ])();
  return call('logs/createLog', { writers: [call(d.pick(['logs/csvWriter', 'logs/tensorBoardWriter']), file)] });
}
