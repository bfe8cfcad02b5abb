import type { RandomState, RandomStream } from '../../random/index.js';
import { checkInteger } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { jsonFields, type Json } from '../json.js';
import type { Optimizer } from '../optimizers/optimizer.js';

/** What a trainer has beside variables. */
export interface PlainParts {
  /** The kind of trainer: a state of another kind is refused. */
  readonly trainer: string;
  readonly random: RandomStream;
  /** Under the names that their states have in the plain part. */
  readonly optimizers: Readonly<Record<string, Optimizer>>;
}

/** The plain part of a trainer's state. */
export function plainState({ trainer, random, optimizers }: PlainParts, steps: number): Json {
  const states = Object.entries(optimizers).map(([name, optimizer]) => [name, optimizer.state().plain] as const);
  return { trainer, steps, random: random.state() as unknown as Json, ...Object.fromEntries(states) };
}

/** Takes such a part over and gives its number of steps; throws before anything changed. */
export function restorePlainState({ trainer, random, optimizers }: PlainParts, plain: Json): number {
  const fields = jsonFields(plain);
  if (fields?.['trainer'] !== trainer) {
    const rule = `must be the state of a ${trainer.toUpperCase()} trainer`;
    throw wrongKind({ where: 'restore', argument: 'plain', rule, got: plain });
  }
  const steps = fields['steps'];
  checkInteger('restore', 'plain.steps', steps, 0);
  const before = Object.values(optimizers).map((optimizer) => ({ optimizer, plain: optimizer.state().plain }));
  const randomBefore = random.state();
  random.restore(fields['random'] as unknown as RandomState);
  try {
    for (const [name, optimizer] of Object.entries(optimizers)) optimizer.restore(fields[name] ?? null);
  } catch (error) {
    random.restore(randomBefore);
    for (const { optimizer, plain: own } of before) optimizer.restore(own);
    throw error;
  }
  return steps;
}
