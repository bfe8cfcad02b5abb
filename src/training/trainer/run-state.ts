import type { Variable } from '@tensorflow/tfjs-core';
import type { RandomState, RandomStream } from '../../random/index.js';
import { checkAlive, checkInteger, checkInUse, checkKept } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../json.js';
import type { Observer } from '../observer.js';
import { keepValues } from '../optimizers/keep-values.js';
import type { Game, Player } from './read-game.js';
import { savedVariables, structuralNames, type TrainerState } from './trainer.js';

/** Everything that a step changes, and that a resumed run needs. */
export interface RunState {
  /** Steps so far. */
  readonly steps: number;
  /** Updates of each player so far. */
  readonly updates: Readonly<Record<string, number>>;
  readonly random: RandomStream;
  countStep(): void;
  countUpdate(player: string): void;
  /** Throws if the trainer was disposed, or one of its variables was disposed or lost. */
  checkAlive(where: string): void;
  /** Marks the trainer as disposed. */
  end(): void;
  /** The current state, for a checkpoint. */
  read(): TrainerState;
  /** Restores the plain part of another such state; throws before anything has changed. */
  restore(plain: Json): void;
  /** Keeps a copy of everything; the returned function restores it. Call it inside a tidy, which frees the copy. */
  keep(): () => void;
}

/** The game without its step. */
type Stateful = Omit<Game<string>, 'play'>;

/** Makes the state of a run that has not started. */
export function createRunState(game: Stateful): RunState {
  const { name, parts, players, observers } = game;
  const random = game.random.fork(`${name} trainer`);
  let steps = 0;
  let hasEnded = false;
  let updates = Object.fromEntries(Object.keys(players).map((player) => [player, 0]));
  const observerStates = createObserverStates(observers);

  /** The values that a step changes, other than variables. */
  const plain = () => ({
    trainer: name,
    steps,
    updates,
    random: random.state(),
    ...Object.fromEntries(Object.values(players).map(({ moments, optimizer }) => [moments, optimizer.state().plain])),
  });
  const complete = (): Json => ({ ...plain(), ...observerStates.read() });

  const restorePlain = (state: Json): void => {
    const { fields, ...counts } = readFields(name, state, players);
    random.restore(fields['random'] as RandomState);
    for (const { moments, optimizer } of Object.values(players)) optimizer.restore(fields[moments] ?? null);
    ({ steps, updates } = counts);
  };
  const restore = (state: Json): void => {
    restorePlain(state);
    observerStates.restore(state);
  };

  const firstVariables = new Map(Object.entries(parts).map(([part, own]) => [part, savedVariables(own)]));
  const checkEach = (where: string, check: typeof checkAlive): void => {
    checkInUse(where, 'trainer', hasEnded);
    for (const [group, variables] of groupsOf(game)) {
      check(where, group, variables);
      checkUnchanged(where, group, variables, firstVariables.get(group));
    }
  };

  return {
    get steps() {
      return steps;
    },
    get updates() {
      return updates;
    },
    random,
    countStep: () => void steps++,
    countUpdate: (player) => {
      updates = { ...updates, [player]: updates[player]! + 1 };
    },
    checkAlive: (where) => checkEach(where, checkAlive),
    end: () => {
      hasEnded = true;
    },
    // a checkpoint may be loaded after a GPU was lost
    read: () => stateOf(game, () => checkEach('trainer.state', checkKept), complete),
    restore: (state) => allOrNothing(restore, state, complete()),
    keep: () => {
      const current = plain();
      const putBack = keepValues(groupsOf(game).flatMap(([, variables]) => variables));
      return () => {
        putBack();
        restorePlain(current);
      };
    },
  };
}

/** The state of a run, for `trainer.state`. */
function stateOf(game: Stateful, check: () => void, plain: () => Json): TrainerState {
  check();
  return {
    variables: structuralNames(Object.fromEntries(groupsOf(game))),
    // live, as the variables are: a copy of a trainer keeps this record
    get plain() {
      check();
      return plain();
    },
    settings: settingsOf(game),
    notResumable: whyNotResumable(game),
  };
}

/** Reads and restores the states of a trainer's observers. An observer that is missing in a checkpoint keeps its state. */
function createObserverStates(observers: readonly Observer[]) {
  const stateful = observers.flatMap((one, i) => (one.state ? [[one.name ?? i, one] as const] : []));
  return {
    read: () =>
      stateful.length > 0 && { observers: Object.fromEntries(stateful.map(([key, one]) => [key, one.state!()])) },
    restore: (state: Json): void => {
      const saved = jsonFields(jsonFields(state)?.['observers']);
      for (const [key, observer] of stateful) if (saved?.[key] !== undefined) observer.restore?.(saved[key]);
    },
  };
}

/** Throws unless a part has the variables that it had at first. */
function checkUnchanged(
  where: string,
  part: string,
  variables: readonly Variable[],
  first: readonly Variable[] = variables,
): void {
  if (first.length === variables.length && first.every((variable, i) => variable === variables[i])) return;
  const seen = `${variables.length} instead of ${first.length}`;
  throw outOfRange(where, part, 'must have the variables that it had when the trainer was made', { seen });
}

/** The settings of a run, without its variables; those of the model itself replace parts of the same names. */
function settingsOf({ parts, players, averages, clipNorm, settings }: Stateful): Readonly<Record<string, unknown>> {
  return {
    ...parts,
    ...Object.fromEntries(Object.values(players).map(({ moments, optimizer }) => [moments, optimizer.settings ?? {}])),
    ...Object.fromEntries(averages.map(({ name, decay }) => [name, { decay }])),
    clipNorm,
    ...settings,
  };
}

/** Why the run could not be resumed bit for bit; undefined if it can. */
function whyNotResumable({ parts, players }: Stateful): string | undefined {
  const owners: readonly { readonly notResumable?: string | undefined }[] = [
    ...Object.values(parts),
    ...Object.values(players).map(({ optimizer }) => optimizer.state()),
  ];
  const reasons = owners.flatMap(({ notResumable }) => notResumable ?? []);
  return reasons.length === 0 ? undefined : reasons.join(' and ');
}

/** The variables of a run, in the groups that name them: `encoder.0`, `optimizer.0`, `averageEncoder.0`. */
function groupsOf({ parts, players, averages }: Stateful): (readonly [string, readonly Variable[]])[] {
  return [
    ...Object.entries(parts).map(([name, part]) => [name, savedVariables(part)] as const),
    ...Object.values(players).map(({ moments, optimizer }) => [moments, optimizer.state().tensors] as const),
    ...averages.map(({ name, into }) => [name, savedVariables(into)] as const),
  ];
}

/** Reads the plain part of a state; throws unless it is that of an identical trainer. */
function readFields(name: string, plain: Json, players: Readonly<Record<string, Player>>) {
  const fields = jsonFields(plain);
  if (fields?.['trainer'] !== name) {
    const rule = `must be the state of a trainer named "${name}"`;
    throw wrongKind('restore', 'plain', rule, { got: fields?.['trainer'] ?? plain });
  }
  const { steps, updates } = fields;
  checkInteger('restore', 'plain.steps', steps, { least: 0 });
  const counts = Object.keys(players).map((player): [string, number] => {
    const count = jsonFields(updates)?.[player];
    checkInteger('restore', `plain.updates.${player}`, count, { least: 0 });
    return [player, count];
  });
  return { fields, steps, updates: Object.fromEntries(counts) };
}

/** Restores a state; if that throws, restores the current one. */
function allOrNothing(restore: (state: Json) => void, state: Json, current: Json): void {
  try {
    restore(state);
  } catch (error) {
    restore(current);
    throw error;
  }
}
