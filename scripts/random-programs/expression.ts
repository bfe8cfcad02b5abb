import type { Way } from './run-law.js';

/** A program is data: it can be run, printed as source text, spoiled and shortened. Each value of it is an expression. */
export type Expression =
  | { readonly is: 'value'; readonly value: null | boolean | number | string }
  /** A value that JSON cannot hold, as source text of {@link oddValues}. */
  | { readonly is: 'odd'; readonly text: string }
  | { readonly is: 'name'; readonly name: string }
  /** A public function of an entry, called; or an exported value. */
  | { readonly is: 'call'; readonly entry: string; readonly name: string; readonly list: readonly Expression[] }
  | { readonly is: 'export'; readonly entry: string; readonly name: string }
  | { readonly is: 'method'; readonly of: Expression; readonly name: string; readonly list: readonly Expression[] }
  /** A function of the user's own, by its name in `own-parts.ts`; with a list it is called. */
  | { readonly is: 'own'; readonly name: string; readonly list?: readonly Expression[] }
  | { readonly is: 'object'; readonly fields: Readonly<Record<string, Expression>> }
  | { readonly is: 'array'; readonly items: readonly Expression[] };

/** What is written for an expression: plain values stand for themselves. */
export type Written =
  | null
  | boolean
  | number
  | string
  | undefined
  | Expression
  | readonly Written[]
  | { readonly [name: string]: Written };

/** A program: constants in order, some with a meaning for the laws. */
export interface Program {
  /** The rule that composed it. */
  readonly rule: string;
  /**
   * `trainer` is trained on `batches`. Names that begin with `out` are results, which both backends must agree on. A `part` is saved
   * and loaded in the ways of `files`, and must give the results that mention it again.
   */
  readonly constants: readonly (readonly [name: string, expression: Expression])[];
  readonly files?: readonly FileKind[] | undefined;
  /** Whether differences of its loss are no judge of its gradients: it has estimators that pass gradients straight through. */
  readonly withoutSlopes?: boolean | undefined;
  /** The place that was made wrong on purpose, as text. */
  readonly spoiled?: string | undefined;
  /** Whether the wrong value may make results NaN, by contract: a label without a class, or a number beyond float32. */
  readonly mayBeNotANumber?: boolean | undefined;
  /** Whether its learning rate follows a clock, for which a pause between single steps counts. */
  readonly followsClock?: boolean | undefined;
  /** How it is trained besides by single steps. */
  readonly way?: Way | undefined;
  /** Whether no function may accept what is wrong. */
  readonly mustRefuse?: boolean | undefined;
}

export type FileKind = 'model' | 'weights' | 'checkpoint' | 'onnx' | 'stateDict';

const isExpression = (value: object): value is Expression => typeof (value as { is?: unknown }).is === 'string';

/** The expression of a written value; fields that are undefined are left out. */
export function expressionOf(written: Written): Expression {
  if (written === undefined) return { is: 'odd', text: 'undefined' };
  if (typeof written === 'number' && (!Number.isFinite(written) || Object.is(written, -0)))
    return { is: 'odd', text: Object.is(written, -0) ? '-0' : String(written) };
  if (written === null || typeof written !== 'object') return { is: 'value', value: written };
  if (Array.isArray(written)) return { is: 'array', items: (written as readonly Written[]).map(expressionOf) };
  if (isExpression(written)) return written;
  const fields = Object.entries(written as { readonly [name: string]: Written }).filter(
    ([, value]) => value !== undefined,
  );
  return { is: 'object', fields: Object.fromEntries(fields.map(([name, value]) => [name, expressionOf(value)])) };
}

/** Calls a public function: `mlp` of the main entry, or `tokens/transformer`. */
export function call(path: string, ...list: readonly Written[]): Expression {
  return { is: 'call', ...placeOf(path), list: list.map(expressionOf) };
}

/** An exported value, such as `bernoulli`. */
export function exported(path: string): Expression {
  return { is: 'export', ...placeOf(path) };
}

export function method(of: Expression, name: string, ...list: readonly Written[]): Expression {
  return { is: 'method', of, name, list: list.map(expressionOf) };
}

export const named = (name: string): Expression => ({ is: 'name', name });

/** A function of the user's own; with arguments, its result. */
export function own(name: string, ...list: readonly Written[]): Expression {
  return list.length === 0 ? { is: 'own', name } : { is: 'own', name, list: list.map(expressionOf) };
}

function placeOf(path: string): { entry: string; name: string } {
  const [name, entry = 'index'] = path.split('/').reverse() as [string, string?];
  return { entry, name };
}

/** The expressions directly within one, by where they stand. */
export function childrenOf(expression: Expression): readonly (readonly [key: string, child: Expression])[] {
  switch (expression.is) {
    case 'call':
    case 'own':
      return (expression.list ?? []).map((child, i) => [String(i), child]);
    case 'method':
      return [['of', expression.of], ...expression.list.map((child, i) => [String(i), child] as const)];
    case 'object':
      return Object.entries(expression.fields);
    case 'array':
      return expression.items.map((child, i) => [String(i), child]);
    default:
      return [];
  }
}

/** The expression with another child at a place; without one, the place is removed. */
export function withChild(expression: Expression, key: string, child: Expression | undefined): Expression {
  const listed = (list: readonly Expression[]): Expression[] =>
    list.flatMap((old, i) => (String(i) !== key ? [old] : child ? [child] : []));
  switch (expression.is) {
    case 'call':
      return { ...expression, list: listed(expression.list) };
    case 'own':
      return { ...expression, list: listed(expression.list ?? []) };
    case 'method':
      return key === 'of' && child ? { ...expression, of: child } : { ...expression, list: listed(expression.list) };
    case 'object': {
      const others = Object.entries(expression.fields).filter(([name]) => name !== key);
      return { ...expression, fields: child ? { ...expression.fields, [key]: child } : Object.fromEntries(others) };
    }
    case 'array':
      return { ...expression, items: listed(expression.items) };
    default:
      return expression;
  }
}

/** Where an expression stands in a program: the constant, and keys from there. */
export type Place = readonly [constant: string, ...keys: string[]];

/** All places of a program, with what stands there. */
export function placesOf(program: Program): (readonly [place: Place, expression: Expression])[] {
  const found: (readonly [Place, Expression])[] = [];
  const visit = (place: Place, expression: Expression): void => {
    found.push([place, expression]);
    for (const [key, child] of childrenOf(expression)) visit([...place, key], child);
  };
  for (const [name, expression] of program.constants) visit([name], expression);
  return found;
}

/** The program with another expression at a place; without one, the place is removed. */
export function replaced(program: Program, [constant, ...keys]: Place, by: Expression | undefined): Program {
  const within = (expression: Expression, [key, ...rest]: readonly string[]): Expression | undefined => {
    if (key === undefined) return by;
    const child = childrenOf(expression).find(([name]) => name === key)?.[1];
    return child ? withChild(expression, key, within(child, rest)) : expression;
  };
  const constants = program.constants.flatMap(([name, expression]) => {
    if (name !== constant) return [[name, expression] as const];
    const next = within(expression, keys);
    return next ? [[name, next] as const] : [];
  });
  return { ...program, constants };
}
