import type { Draw } from './draw.js';
import {
  call,
  childrenOf,
  expressionOf,
  named,
  own,
  placesOf,
  replaced,
  withChild,
  type Expression,
  type Place,
  type Program,
  type Written,
} from './expression.js';

const odd = (text: string): Expression => ({ is: 'odd', text });

/** Values of the wrong kind for almost anything. */
const wrongKinds: readonly Expression[] = [
  ...[null, 'text', '', true, 3, [], [0, 1], {}].map((value: Written) => expressionOf(value)),
  ...['undefined', 'NaN', '() => undefined', '10n', 'new Date(0)', 'new Map()'].map(odd),
];

function wrongNumber(d: Draw, value: number): Expression {
  const other: readonly Written[] = [
    NaN,
    NaN,
    Infinity,
    -Infinity,
    -value,
    -1,
    0,
    0.5,
    value + 0.5,
    1,
    2,
    2 ** 53,
    1e300,
    String(value),
    null,
    true,
    [value],
  ];
  return expressionOf(d.pick(other));
}

const isTensor = (expression: Expression): expression is Expression & { is: 'method' } =>
  expression.is === 'method' && ['normal', 'uniform', 'integers'].includes(expression.name);

function wrongTensor(d: Draw, expression: Expression & { is: 'method' }): Expression {
  const shape = expression.list[0];
  const sizes = shape?.is === 'array' ? shape.items : [];
  const reshaped = (items: readonly Expression[]): Expression => ({
    ...expression,
    list: [{ is: 'array', items }, ...expression.list.slice(1)],
  });
  const number = (value: Written) => expressionOf(value);
  return d.pick<() => Expression>([
    () => own(d.pick(['integer', 'float', 'bool']), expression),
    () => own('disposed', expression),
    () => own('promised', expression),
    () => reshaped(sizes.slice(1)),
    () => reshaped([...sizes, number(1)]),
    () => reshaped([number(0), ...sizes.slice(1)]),
    () => reshaped([number(5), ...sizes.slice(1)]),
    () => reshaped([...sizes.slice(0, -1), number(7)]),
    () => reshaped([]),
    () => d.pick(wrongKinds),
  ])();
}

/** Parts of another kind than the one that is expected. */
const parts: readonly Expression[] = [
  call('mlp', { sizes: [2, 2], random: call('createRandom', 1) }),
  call('mlp', { sizes: [3, 5], random: call('createRandom', 1) }),
  call('embedding', { classes: 3, size: 2, random: call('createRandom', 1) }),
  call('flatten'),
  call('createRandom', 1),
  call('createAdam', { learningRate: 0.1 }),
  call('cosineSchedule', { steps: 4 }),
];

function wrongCall(d: Draw, expression: Expression, program: Program): Expression {
  const names = program.constants.map(([name]) => name).filter((name) => !name.startsWith('out'));
  return d.pick<() => Expression>([
    () => d.pick(wrongKinds),
    () => d.pick(parts),
    () => own('promised', expression),
    () => ({ is: 'own', name: 'disposedPart', list: [expression] }),
    () => (names.length > 0 ? named(d.pick(names)) : d.pick(parts)),
  ])();
}

function wrongObject(d: Draw, expression: Expression & { is: 'object' }): Expression {
  const names = Object.keys(expression.fields);
  const without = (name: string): Expression => withChild(expression, name, undefined);
  return d.pick<() => Expression>([
    () => d.pick(wrongKinds),
    () => ({ is: 'object', fields: { ...expression.fields, misspelt: expressionOf(1) } }),
    ...(names.length > 0
      ? [
          () => without(d.pick(names)),
          () => without(d.pick(names)),
          () => ({ is: 'object', fields: { ...expression.fields, [d.pick(names)]: d.pick(wrongKinds) } }) as Expression,
        ]
      : []),
  ])();
}

function wrongArray(d: Draw, expression: Expression & { is: 'array' }): Expression {
  const { items } = expression;
  return d.pick<() => Expression>([
    () => d.pick(wrongKinds),
    () => ({ is: 'array', items: items.slice(1) }),
    () => ({ is: 'array', items: [] }),
    () => ({ is: 'array', items: [...items, ...items] }),
    () => ({ is: 'array', items: [...items, d.pick(wrongKinds)] }),
    () => ({ is: 'array', items: items.slice().reverse() }),
  ])();
}

/** Something else than an expression, mostly what may not stand there. */
export function spoiledExpression(d: Draw, expression: Expression, program: Program): Expression {
  switch (expression.is) {
    case 'value':
      return typeof expression.value === 'number' ? wrongNumber(d, expression.value) : d.pick(wrongKinds);
    case 'object':
      return wrongObject(d, expression);
    case 'array':
      return wrongArray(d, expression);
    default:
      return isTensor(expression) ? wrongTensor(d, expression) : wrongCall(d, expression, program);
  }
}

/** Places that are no argument of the library: what the laws read, and arguments of the tensors' own draws. */
function isFixed([constant, ...keys]: Place, program: Program): boolean {
  if (keys.length === 0) return constant !== 'batches' || true;
  if (constant === 'feeds' || constant === 'answers' || constant === 'onnxInputs') return true;
  let expression: Expression | undefined = program.constants.find(([name]) => name === constant)?.[1];
  for (const key of keys) {
    if (expression !== undefined && (isTensor(expression) || expression.is === 'own')) return true;
    expression = childrenOf(expression!).find(([name]) => name === key)?.[1];
  }
  return constant === 'batches' && keys.length === 0;
}

/** A program with one thing made wrong. */
export function spoil(d: Draw, program: Program): Program {
  const places = placesOf(program).filter(([place]) => !isFixed(place, program));
  if (places.length === 0) return program;
  const [place, expression] = d.pick(places);
  const by = spoiledExpression(d, expression, program);
  const mustRefuse = isOption(place, program) && isWrongFor(expression, by);
  const mayBeNotANumber =
    place.at(-1) === 'classes' || (by.is === 'value' && (by.value === 1e300 || by.value === 2 ** 53));
  return { ...replaced(program, place, by), spoiled: place.join('.'), mustRefuse, mayBeNotANumber };
}

/** Whether nothing that takes a value of the first kind may take the second. */
function isWrongFor(right: Expression, wrong: Expression): boolean {
  const isNever =
    (wrong.is === 'value' && (wrong.value === null || typeof wrong.value === 'string')) ||
    (wrong.is === 'odd' && ['NaN', '10n', 'new Date(0)', 'new Map()'].includes(wrong.text)) ||
    (wrong.is === 'own' && (wrong.name === 'promised' || (wrong.name === 'disposed' && isTensor(right))));
  if (
    right.is === 'object' &&
    ['mean', 'alphaBar', 'x', 'data', 'shape', 'encoder'].some(
      (name) => name in right.fields && !('random' in right.fields),
    )
  )
    return isNever;
  if (right.is === 'object') return isNever || (wrong.is === 'object' && 'misspelt' in wrong.fields);
  if (right.is === 'value') return typeof right.value === 'number' && isNever;
  if (right.is === 'array') return isNever && wrong.is !== 'own';
  return (
    isNever &&
    (isTensor(right) ||
      (right.is === 'call' && !/^saveModel|saveCheckpoint|saveWeights|encodeTable|describeTable/.test(right.name)))
  );
}

/** Whether a place is an argument or an option of a function of the library, and no data. */
function isOption(place: Place, program: Program): boolean {
  if (
    /rows|known|heldOut|metadata|settings|metrics|batches/.test(place.join('.')) ||
    /^door (grading|testing|tables)|(of|report)$/.test(program.rule)
  )
    return false;
  const [constant, ...keys] = place;
  let expression = program.constants.find(([name]) => name === constant)?.[1];
  let owner: Expression | undefined;
  for (const key of keys) {
    if (expression === undefined || expression.is === 'array' || expression.is === 'own') return false;
    if (key === 'of') return false;
    owner = expression.is === 'object' ? owner : expression;
    expression = childrenOf(expression).find(([name]) => name === key)?.[1];
  }
  return owner?.is === 'call' || owner?.is === 'method';
}
