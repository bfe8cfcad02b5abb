import * as tf from '@tensorflow/tfjs-core';
import type { Expression, Program } from './expression.js';
import { hear } from './heard.js';
import { oddValues } from './odd-values.js';
import { ownParts } from './own-parts.js';

/** The public entries of the library, by name; the main one is `index`. */
export type Entries = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Changes the arguments of a call before it is made. */
export type BeforeCall = (name: string, list: unknown[]) => unknown[];

/** A run of a program: what its constants are, and all that it has made. */
export interface Evaluation {
  readonly scope: Map<string, unknown>;
  evaluate(expression: Expression): Promise<unknown>;
  /** Evaluates the constants that a law does not evaluate itself. */
  run(program: Program): Promise<void>;
  /** Disposes everything that the program made. */
  dispose(): void;
}

/** Constants that laws evaluate, when they need them. */
export const isLate = (name: string): boolean => /^(out|feeds$|answers$|onnxInputs$)/.test(name);

export function startEvaluation(entries: Entries, beforeCall: BeforeCall = (_, list) => list): Evaluation {
  const scope = new Map<string, unknown>();
  const made: unknown[] = [];

  const keep = <T>(value: T): T => {
    if (value !== null && typeof value === 'object') made.push(value);
    return value;
  };
  const all = async (list: readonly Expression[]): Promise<unknown[]> => {
    const values: unknown[] = [];
    // a promise on purpose stays one
    for (const one of list) {
      const promised = promisedBy(one);
      values.push(promised ? Promise.resolve(await evaluate(promised)) : await evaluate(one));
    }
    return values;
  };
  const object = async (fields: Readonly<Record<string, Expression>>): Promise<object> => {
    const names = Object.keys(fields);
    const values = await all(Object.values(fields));
    return Object.fromEntries(names.map((name, i) => [name, values[i]]));
  };
  const evaluate = async (expression: Expression): Promise<unknown> => {
    switch (expression.is) {
      case 'value':
        return expression.value;
      case 'odd':
        return keep(oddValues[expression.text]?.());
      case 'name':
        return scope.get(expression.name);
      case 'export':
        return entries[expression.entry]?.[expression.name];
      case 'call': {
        const list = beforeCall(expression.name, await all(expression.list));
        const f = entries[expression.entry]?.[expression.name] as ((...list: unknown[]) => unknown) | undefined;
        if (typeof f !== 'function') throw new Missing(`${expression.entry}/${expression.name}`);
        return keep(await f(...list));
      }
      case 'method': {
        const of = await evaluate(expression.of);
        const list = await all(expression.list);
        const f = (of as Readonly<Record<string, unknown>> | null | undefined)?.[expression.name];
        if (typeof f !== 'function') throw new Missing(expression.name);
        return keep(await (f as (...list: unknown[]) => unknown).apply(of, list));
      }
      case 'own': {
        const f = ownParts[expression.name as keyof typeof ownParts] as (...list: unknown[]) => unknown;
        return expression.list ? keep(f(...(await all(expression.list)))) : f;
      }
      case 'object':
        return object(expression.fields);
      case 'array':
        return all(expression.items);
    }
  };
  return {
    scope,
    evaluate,
    run: async ({ constants }) => {
      for (const [name, expression] of constants) if (!isLate(name)) scope.set(name, await evaluate(expression));
    },
    dispose: () => {
      for (const value of made.reverse()) disposeValue(value, 5);
      made.length = 0;
    },
  };
}

/** The program itself calls something that does not exist, because it was spoiled: nothing to judge. */
export class Missing extends Error {}

const promisedBy = (one: Expression): Expression | undefined =>
  one.is === 'own' && one.name === 'promised' ? one.list?.[0] : undefined;

/** Disposes tensors within a value, and what has `dispose`. */
function disposeValue(value: unknown, depth: number): void {
  if (value === null || typeof value !== 'object' || depth === 0 || ArrayBuffer.isView(value)) return;
  if (value instanceof tf.Tensor) {
    if (!value.isDisposed) value.dispose();
    return;
  }
  const { dispose } = value as { readonly dispose?: unknown };
  if (typeof dispose === 'function') {
    if (Array.isArray((value as { readonly variables?: unknown }).variables)) hear('index/Part.dispose');
    (dispose as () => void).call(value);
    return;
  }
  for (const inner of Object.values(value)) disposeValue(inner, depth - 1);
}
