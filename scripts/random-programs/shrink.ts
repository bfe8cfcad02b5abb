import {
  placesOf,
  childrenOf,
  expressionOf,
  replaced,
  type Expression,
  type Place,
  type Program,
} from './expression.js';

/** How many shorter programs are tried at most. */
const TRIES = 150;

/** A program that fails, and why. */
export interface Shrunk {
  readonly program: Program;
  readonly why: string;
}

/** A shorter program that fails in the same way. `fails` gives the reason of a failure of the same kind; undefined for others. */
export async function shrink(
  program: Program,
  why: string,
  fails: (program: Program) => Promise<string | undefined>,
): Promise<Shrunk> {
  let [best, reason, tries] = [program, why, 0];
  const attempt = async (next: Program): Promise<boolean> => {
    if (tries++ >= TRIES || sizeOf(next) >= sizeOf(best)) return false;
    const found = await fails(next);
    if (found === undefined || !isAlike(found, reason)) return false;
    [best, reason] = [next, found];
    return true;
  };
  let isShorter = true;
  while (isShorter && tries < TRIES) {
    isShorter = false;
    for (const next of shorterThan(best)) {
      if (!(await attempt(next))) continue;
      isShorter = true;
      break;
    }
  }
  return { program: best, why: reason };
}

/** Whether two reasons say the same apart from their numbers. */
function isAlike(a: string, b: string): boolean {
  const words = (text: string): string => text.replace(/-?[\d.]+(e[-+]?\d+)?|NaN|-?Infinity/g, '0').slice(0, 45);
  return words(a) === words(b);
}

const sizeOf = (program: Program): number =>
  JSON.stringify(program.constants).length + 40 * (program.files?.length ?? 0);

/** Programs with something less: whole constants and files first, then large expressions, then small ones. */
function* shorterThan(program: Program): Generator<Program> {
  const { files = [] } = program;
  if (files.length > 0) yield { ...program, files: [] };
  for (const file of files) yield { ...program, files: files.filter((one) => one !== file) };
  for (const [name] of program.constants) {
    yield replaced(program, [name], undefined);
  }
  const places = placesOf(program)
    .map(([place, expression]) => ({ place, expression, size: JSON.stringify(expression).length }))
    .sort((a, b) => b.size - a.size);
  for (const { place, expression } of places) {
    const parent = place.length > 1 ? parentOf(program, place) : undefined;
    // an optional field, or a member of a list; without its clock, a schedule would follow the computer's
    if (parent !== undefined && (parent.is === 'object' || parent.is === 'array') && place.at(-1) !== 'now')
      yield replaced(program, place, undefined);
    // a network within a network of the same sizes, and simple values
    for (const next of simplerThan(expression)) yield replaced(program, place, next);
  }
}

function parentOf(program: Program, [constant, ...keys]: Place): Expression | undefined {
  let expression = program.constants.find(([name]) => name === constant)?.[1];
  for (const key of keys.slice(0, -1))
    expression = expression && childrenOf(expression).find(([name]) => name === key)?.[1];
  return expression;
}

function* simplerThan(expression: Expression): Generator<Expression> {
  if (expression.is === 'call' || expression.is === 'own') {
    for (const [, child] of childrenOf(expression)) {
      if (child.is === 'call' || child.is === 'own') yield child;
      if (child.is === 'array') for (const item of child.items) if (item.is === 'call' || item.is === 'own') yield item;
      if (child.is === 'object') for (const field of Object.values(child.fields)) if (field.is === 'call') yield field;
    }
    if (expression.is === 'call' && expression.name !== 'createRandom' && expression.list.length > 1)
      yield { ...expression, list: expression.list.slice(0, -1) };
  }
  if (
    expression.is === 'value' &&
    typeof expression.value === 'number' &&
    Math.abs(expression.value) > 1 &&
    Math.abs(expression.value) < 1e6
  )
    yield expressionOf(1);
}
