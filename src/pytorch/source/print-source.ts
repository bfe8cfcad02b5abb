import type { RecordedNode, RecordedNumbers, RecordedTensor, Recording, Size } from '../../record/recording.js';
import { unusable } from '../../tensor/errors.js';
import { helpers, type Helper } from './helpers.js';
import { operationOf } from './operations.js';
import { createNames } from './python-names.js';
import { numberText, textOf, tupleOf, typeText, type PythonPrinter } from './python-printer.js';

/** A recorded step as a file of Python. */
export interface PrintedSource {
  readonly source: string;
  /** Constants that are too long for the file, by their names in `CONSTANTS`. */
  readonly constants: ReadonlyMap<string, { readonly tensor: RecordedTensor; readonly data: RecordedNumbers }>;
  /** The parameters of the function by the names of inputs and draws. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Constants up to this size are written in the file. */
const SHORT = 64;
/** Expressions up to this length are written where they are used, if that is one place. */
const INLINE = 60;

/**
 * Prints a recording as the function `step` of a Python file that needs torch only. With `joinings`, the results of these operations are joined over processes
 * where they are made, and numbers that depend on the batch are those of all examples; otherwise gradients are averaged.
 */
// oxlint-disable-next-line max-lines-per-function -- closures over what is noted
export function printSource(
  recording: Recording,
  where: string,
  argument: string,
  joinings?: ReadonlyMap<RecordedNode, string>,
): PrintedSource {
  const { inputs, draws, state, constants, nodes, outputs, sizes } = recording;
  const names = createNames();
  const texts = new Map<RecordedTensor, string>();
  const numbers = new Map<RecordedTensor, string>();
  const used = new Set<Helper>();
  const before: string[] = [];
  const long = new Map<string, { readonly tensor: RecordedTensor; readonly data: RecordedNumbers }>();
  let current: RecordedNode | undefined;

  const refuse = (what?: string): never => {
    const { operation, scope } = current!;
    const seen = `${operation}${scope && ` in ${scope}`}${what ? ` with ${what}` : ''}`;
    const fix = 'Train it here, or without this operation.';
    throw unusable(where, argument, 'must consist of operations that can be written as PyTorch', { seen, fix });
  };
  const parameters = new Map([...inputs, ...draws].map(({ name }) => [name, names.make(name)]));
  for (const { name, tensor } of [...inputs, ...draws]) texts.set(tensor, parameters.get(name)!);
  for (const { name, tensor } of state) texts.set(tensor, `s[${JSON.stringify(name)}]`);
  const lengths = new Map(Object.keys(sizes).map((name) => [name, names.make(name)]));
  const size = (value: Size): string => sizeText(value, lengths);
  const counts = joinings ? new Map(Array.from(lengths, ([name, own]) => [name, `across.count(${own})`])) : lengths;
  const constantOf = new Map(constants.map((one) => [one.tensor, one.data]));
  const hoist = (text: string): string => {
    const name = names.make('C', true);
    before.push(`${name} = ${text}`);
    return name;
  };
  const p: PythonPrinter = {
    size,
    amount: (value, dtype) => (dtype === 'float32' ? amountText : sizeText)(value, counts),
    refuse,
    value: (tensor) => numbers.get(tensor) ?? p.tensor(tensor),
    tensor: (tensor) => {
      const known = texts.get(tensor);
      if (known !== undefined) return known;
      const text = constantText(tensor, constantOf.get(tensor)!);
      texts.set(tensor, text);
      return text;
    },
    help: (name) => {
      used.add(name);
      return name;
    },
  };
  function constantText(tensor: RecordedTensor, data: RecordedNumbers): string {
    const shape = tupleOf(p, tensor.shape);
    const type = `dtype=${typeText(tensor.dtype)}`;
    if (data.length > 0 && data.every((one) => Object.is(one, data[0])))
      return hoist(`torch.full(${shape}, ${textOf(data[0]!, tensor.dtype)}, ${type})`);
    if (data.length <= SHORT)
      return hoist(`torch.tensor([${Array.from(data, (one) => textOf(one, tensor.dtype)).join(', ')}], ${type}).reshape(${shape})`); // prettier-ignore
    const name = `constant${long.size}`;
    long.set(name, { tensor, data });
    return `CONSTANTS["${name}"]`;
  }
  for (const { tensor, data } of constants)
    if (tensor.shape.length === 0 && tensor.dtype !== 'bool') numbers.set(tensor, textOf(data[0]!, tensor.dtype));

  const uses = usesIn(recording);
  const lines: string[] = [];
  let scope = '';
  for (const node of nodes) {
    current = node;
    if (node.operation === 'Together' && joinings) {
      node.outputs.forEach((output, i) => set(output, p.tensor(node.inputs[i]!)));
      continue;
    }
    if (node.operation === 'Together') {
      const made = node.outputs.map((output) => set(output, names.make('g', true)));
      const given = Object.keys(node.inputs).map((_, i) => p.tensor(node.inputs[i]!));
      lines.push('', '    # gradients, averaged over processes', `    ${assigned(made)} = together([${given.join(', ')}])`, ''); // prettier-ignore
      continue;
    }
    const own = (operationOf(node.operation) ?? refuse())(p, node);
    const joining = joinings?.get(node);
    const expression = joining ? `across.${joining}(${own})` : own;
    const [output, ...others] = node.outputs as [RecordedTensor, ...RecordedTensor[]];
    const isList = others.length > 0 || /^(SplitV|Unpack)$/.test(node.operation);
    if (!isList && expression.length <= INLINE && uses.get(output) === 1) {
      set(output, /^[\w.]+(\[[^[\]]*\])?$/.test(expression) ? expression : `(${expression})`);
      continue;
    }
    if (!isList && /^[A-Za-z]\w*(\["[^"]*"\])?$/.test(expression)) {
      set(output, expression);
      continue;
    }
    if (node.scope !== scope) lines.push(...(node.scope ? [`    # ${node.scope}`] : []));
    scope = node.scope;
    const made = node.outputs.map((one) => set(one, names.make('v', true)));
    lines.push(`    ${isList ? assigned(made) : made[0]!} = ${expression}`);
  }
  function set(tensor: RecordedTensor, text: string): string {
    texts.set(tensor, text);
    return text;
  }
  const entries = (list: readonly (readonly [string, RecordedTensor])[]): string =>
    list.map(([name, tensor]) => `        ${JSON.stringify(name)}: ${p.tensor(tensor)},\n`).join('');
  const metrics = entries(outputs.map(({ name, tensor }) => [name, tensor]));
  const next = entries(state.flatMap((one) => (one.next ? [[one.name, one.next] as const] : [])));
  const found = Object.entries(sizes).map(([name, { of, axis }]) => `    ${lengths.get(name)!} = ${p.tensor(of)}.shape[${axis}]`); // prettier-ignore
  const about = [...inputs, ...draws].map(({ name, shape, dtype }) => `    ${parameters.get(name)!}: ${dtype} [${shape.map(size).join(', ')}]`); // prettier-ignore
  const last = joinings ? `across=${p.help('Alone')}()` : 'together=lambda gradients: gradients';
  const source = [
    '# One training step, recorded by tfjs-generative: the losses, their gradients and the update.',
    'import torch\nimport torch.nn.functional as F\n',
    '# tensors that are too long for this file; go_on.py sets them',
    'CONSTANTS = {}\n',
    ...before,
    ...Array.from(used, (name) => `\n\n${helpers[name]}`),
    `\n\ndef step(s, ${Array.from(parameters.values(), (name) => `${name}, `).join('')}${last}):`,
    '    """The metrics of a step, and the state that it changes.\n',
    '    s: the state by its names in a checkpoint',
    ...about,
    '    """',
    ...found,
    ...lines,
    `    metrics = {\n${metrics}    }`,
    `    return metrics, {\n${next}    }\n`,
  ].join('\n');
  return { source, constants: long, parameters };
}

/** The left side of an assignment of a list. */
function assigned(names: readonly string[]): string {
  return `${names.join(', ')}${names.length === 1 ? ',' : ''}`;
}

/** How often each value is read; results count twice. */
function usesIn({ nodes, outputs, state }: Recording): ReadonlyMap<RecordedTensor, number> {
  const uses = new Map<RecordedTensor, number>();
  const use = (tensor: RecordedTensor, more = 1): void => void uses.set(tensor, (uses.get(tensor) ?? 0) + more);
  for (const { inputs } of nodes) for (const tensor of Object.values(inputs)) use(tensor);
  for (const { tensor } of outputs) use(tensor, 2);
  for (const { next } of state) if (next) use(next, 2);
  return uses;
}

/** A sum of products of free sizes, as a float. */
function amountText(value: Size, names: ReadonlyMap<string, string>): string {
  const terms = Object.entries(typeof value === 'number' ? { '1': value } : value);
  const factors = (product: string): string[] => (product === '1' ? [] : product.split('*').map((name) => names.get(name)!)); // prettier-ignore
  return terms.map(([product, factor]) => [numberText(factor), ...factors(product)].join(' * ')).join(' + ');
}

/** A sum of products of free sizes. */
function sizeText(value: Size, names: ReadonlyMap<string, string>): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : numberText(value);
  const terms = Object.entries(value);
  let whole = 1;
  const isWhole = (factor: number): boolean => Math.abs(factor * whole - Math.round(factor * whole)) < 1e-6;
  while (whole < 10000 && !terms.every(([, factor]) => isWhole(factor))) whole++;
  const parts = terms.map(([product, factor]) => {
    const count = Math.round(factor * whole);
    if (product === '1') return String(count);
    const text = product.split('*').map((name) => names.get(name)!).join(' * '); // prettier-ignore
    return count === 1 ? text : `${count} * ${text}`;
  });
  const sum = parts.join(' + ').replaceAll('+ -', '- ');
  return whole === 1 ? sum : `(${sum}) // ${whole}`;
}
