import type { Tensor } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { checkRandom } from '../../random/check-random.js';
import { checkFunction, checkGiven, checkObject, checkResult } from '../../tensor/checks.js';
import { outOfRange, unusable, wrongKind } from '../../tensor/errors.js';
import { optional, readOptions, type Rules } from '../../tensor/options.js';
import { checkObservers } from '../observer.js';
import { createCallOrder } from './call-order.js';
import { averageName, momentsName, SINGLE, type Game, type ModelKind } from './read-game.js';
import type { GameStep, LossAndMetrics } from './step-input.js';
import { checkMetrics } from './trainer.js';
import { clipNormRule, type AnyOptions } from './trainer-options.js';
import type { Updates, UpdatesOptions } from './update-player.js';

// What a user's model may have wrong. The models of this library have none of it, so that their trainers come without this file.

/** The rules of the options of {@link createTrainer}. */
const modelRules = {
  name: checkName,
  parts: checkParts,
  random: checkRandom,
  averages: { default: {} },
  clipNorm: clipNormRule,
  settings: { is: checkObject, default: undefined },
  dtype: { is: checkDataKind, default: 'float32' },
  observers: { is: checkObservers, default: [] },
  prepare: { is: checkFunction, default: undefined },
  optimizer: optional,
  loss: optional,
  optimizers: optional,
  play: optional,
} satisfies Rules<AnyOptions>;

function checkDataKind(where: string, argument: string, dtype: unknown): void {
  if (dtype === 'float32' || dtype === 'int32') return;
  throw wrongKind(where, argument, "must be 'float32' or 'int32'", { got: dtype });
}

function checkName(where: string, argument: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw wrongKind(where, argument, 'must be a name such as "autoencoder"', { got: name });
}

function checkParts(where: string, argument: string, parts: Readonly<Record<string, Part>>): void {
  if (parts === null || typeof parts !== 'object' || Array.isArray(parts) || Object.keys(parts).length === 0) {
    const rule = 'must be a record of at least one part, such as { encoder, decoder }';
    throw wrongKind(where, argument, rule, { got: parts });
  }
}

/** Reads the options of a user's model, of either kind. */
export function readModel(where: string, options: object): AnyOptions {
  const read = readOptions(where, options as AnyOptions, modelRules);
  const { parts, averages, play, loss, optimizers } = read;
  if (play === undefined) {
    checkWithout(where, 'loss', read, 'optimizers');
    checkFunction(where, 'loss', loss);
  } else {
    checkWithout(where, 'play', read, 'loss');
    checkFunction(where, 'play', play);
    if (Object.keys(optimizers ?? {}).length === 0) {
      const rule = 'must be a record of an optimizer for each part that is updated';
      throw wrongKind(where, 'optimizers', rule, { got: optimizers });
    }
    checkAreParts(where, 'optimizers', optimizers!, parts);
  }
  checkAreParts(where, 'averages', averages, parts);
  const updated = Object.keys(optimizers ?? parts);
  for (const name of Object.keys(averages)) {
    if (updated.includes(name)) continue;
    const rule = `must belong to a part with an optimizer: ${updated.join(', ')}`;
    throw outOfRange(where, `averages.${name}`, rule, { got: name });
  }
  const moments = play ? updated.map(momentsName) : [SINGLE];
  checkNames(where, [...Object.keys(parts), ...Object.keys(averages).map(averageName), ...moments]);
  return read;
}

/** Throws if a model of one kind has an option of the other. */
function checkWithout(where: string, argument: string, options: object, other: string): void {
  if ((options as Readonly<Record<string, unknown>>)[other] === undefined) return;
  const fix = 'A model has one loss, or a game that makes its updates itself.';
  throw wrongKind(where, argument, `must not be combined with \`${other}\``, { seen: 'both', fix });
}

/** Throws unless each name is that of a part. */
function checkAreParts(where: string, argument: string, record: object, parts: AnyOptions['parts']): void {
  for (const name of Object.keys(record)) {
    if (Object.hasOwn(parts, name)) continue;
    const rule = `must have the name of a part: ${Object.keys(parts).join(', ')}`;
    throw outOfRange(where, `${argument}.${name}`, rule, { got: name });
  }
}

/** Throws if two things would have the same name in a checkpoint. */
function checkNames(where: string, names: readonly string[]): void {
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate === undefined) return;
  const rule = 'must have names that differ from those of moments and averages';
  throw outOfRange(where, 'parts', rule, { got: duplicate });
}

/** A kind of models that checks what the user's functions do and return in each step. */
export function checkedKind(kind: ModelKind): ModelKind {
  return {
    planPlayers: (where, options, owners) => {
      const planned = kind.planPlayers(where, options, owners);
      if (options.play) checkWithout(where, 'play', options, 'optimizer');
      return planned;
    },
    playOf: (options) => withCheckedMetrics(kind.playOf(options)),
    startUpdates: (options) => withChecks(kind.startUpdates(options), options),
  };
}

/** A game whose metrics are checked: they have the same names in each call. */
function withCheckedMetrics(play: Game<string>['play']): Game<string>['play'] {
  let names: string | undefined;
  return (game) => {
    const where = game.options.training ? 'step' : 'evaluate';
    const metrics = play(game);
    checkMetrics(where, metrics);
    const got = Object.keys(metrics).sort().join(', ');
    if (got !== (names ??= got)) {
      const fix = 'Give the same names in each step, and in evaluate.';
      throw wrongKind(where, 'metrics', `must have the names ${names}`, { seen: got, fix });
    }
    return metrics;
  };
}

/** The updates of a step, with checks of what they are given, and of the order of the calls of a game. */
function withChecks(
  { update, pass, withoutUpdate, settle, end }: Updates,
  { players, parts, only }: UpdatesOptions,
): Updates {
  const checkedUpdate: GameStep['update'] = (name, loss) => update(name, checkedLoss(loss));
  // a model with a loss has only one update
  if (!pass || !withoutUpdate) return { update: checkedUpdate, settle, end };
  const order = createCallOrder(parts);
  const variablesOf = (where: string, name: string): Part['variables'] => {
    const player = players[name];
    if (player !== undefined) return player.part.variables;
    const rule = `must be one of the trainer's optimizers: ${Object.keys(players).join(', ')}`;
    throw outOfRange(where, 'part', rule, { got: name });
  };
  const inOrder = <T>(where: string, name: string, variables: Part['variables'], work: () => T): T => {
    if (only?.includes(name) !== false) return order.run(where, name, variables, work);
    // it changes nothing
    order.checkNotOver(where);
    return work();
  };
  return {
    update: (name, loss) => inOrder('update', name, variablesOf('update', name), () => checkedUpdate(name, loss)),
    pass: (name, f) => {
      const variables = variablesOf('pass', name);
      const passed = inOrder('pass', name, variables, () => pass(name, checkedPass('pass', f)));
      let isUpdated = false;
      return {
        output: passed.output,
        update: (loss) =>
          inOrder('update', name, variables, () => {
            if (isUpdated) throw unusable('update', 'pass', 'must have one update', { seen: 'a second one' });
            isUpdated = true;
            return passed.update(checkedLoss(loss));
          }),
      };
    },
    withoutUpdate: (f) => {
      order.checkNotOver('withoutUpdate');
      return withoutUpdate(checkedPass('withoutUpdate', f));
    },
    settle: () => {
      order.settle();
      settle();
    },
    end: () => {
      order.end();
      end();
    },
  };
}

/** A user's function for a pass, whose result is checked. */
function checkedPass(where: string, f: () => Tensor): () => Tensor {
  checkFunction(where, 'f', f);
  return () => {
    const output = f();
    checkResult(where, 'f()', output);
    return output;
  };
}

/** A user's loss, whose result is checked. */
function checkedLoss<N extends string>(loss: () => LossAndMetrics<N>): () => LossAndMetrics<N> {
  checkFunction('update', 'loss', loss);
  return () => {
    const values = loss() as LossAndMetrics<N> | undefined;
    if (values !== undefined) checkGiven('step', 'loss', values, '{ loss }');
    checkResult('step', 'loss', values?.loss);
    for (const [name, value] of Object.entries<Tensor>(values)) checkResult('step', name, value);
    return values;
  };
}
