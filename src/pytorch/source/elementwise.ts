import { inputList } from '../../record/input-list.js';
import type { RecordedNode, RecordedTensor } from '../../record/recording.js';
import { activationText } from './activation-text.js';
import {
  numberOf,
  numberText,
  textOf,
  typeText,
  type PythonOperation,
  type PythonOperations,
  type PythonPrinter,
} from './python-printer.js';

/** Operators between two values. */
const INFIX =
  'Add:+ AddV2:+ Sub:- Multiply:* RealDiv:/ Equal:== NotEqual:!= Less:< LessEqual:<= Greater:> GreaterEqual:>= LogicalAnd:& LogicalOr:|';
/** Functions of one value, with their names in PyTorch if these differ by more than capitals. */
const CALLS =
  'Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Expm1 Floor IsFinite IsInf IsNan Log Log1p LogicalNot:logical_not Neg ' +
  'Reciprocal Round Rsqrt Sigmoid Sign Sin Sinh Sqrt Square Tan Tanh ZerosLike:zeros_like OnesLike:ones_like';
/** Those of `torch.nn.functional`. */
const FUNCTIONAL = 'Elu Relu6 Selu Softplus Gelu';
/** Functions of two tensors. */
const PAIRS = 'Maximum Minimum';

const entriesOf = (list: string): [string, string][] =>
  list.split(' ').map((entry) => {
    const [name, text = name!.toLowerCase()] = entry.split(/:(.*)/);
    return [name!, text];
  });

const table = (list: string, make: (text: string, name: string) => PythonOperation): PythonOperations =>
  Object.fromEntries(entriesOf(list).map(([name, text]) => [name, make(text, name)]));

const only = ({ inputs }: RecordedNode): RecordedTensor => Object.values(inputs)[0]!;
const pair = ({ inputs: { a, b } }: RecordedNode): readonly [RecordedTensor, RecordedTensor] => [a!, b!];

const infix =
  (operator: string): PythonOperation =>
  (p, node) => {
    const [a, b] = pair(node);
    const isBools = a.dtype === 'bool' && /[<>]/.test(operator);
    const as = (x: RecordedTensor, text: string): string => (isBools ? `${p.tensor(x)}.int()` : text);
    // two numbers would be one of Python
    const isTensor = p.value(a) === p.tensor(a) || p.value(b) === p.tensor(b);
    const text = `${as(a, isTensor ? p.value(a) : p.tensor(a))} ${operator} ${as(b, p.value(b))}`;
    return a.dtype === 'bool' && /^[-+*]$/.test(operator) ? p.refuse('bools') : text;
  };

const call =
  (prefix: string) =>
  (name: string): PythonOperation =>
  (p, node) =>
    `${prefix}.${name}(${p.tensor(only(node))})`;

/** Clips numbers; NaN stays. */
const clip: PythonOperation = (p, node) => {
  const { clipValueMin, clipValueMax } = node.attributes;
  const x = only(node);
  const [low, high] = [clipValueMin, clipValueMax].map((bound) => textOf(numberOf(p, bound), x.dtype));
  return `${p.tensor(x)}.clamp(${low}, ${high})`;
};

const cast: PythonOperation = (p, node) => {
  const x = only(node);
  const to = node.outputs[0]!.dtype;
  return x.dtype === to ? p.tensor(x) : `${p.tensor(x)}.to(${typeText(to)})`;
};

const select: PythonOperation = (p, { inputs: { condition, t, e } }) => {
  const [own, wanted] = [condition!.shape.length, t!.shape.length];
  const more = own === 0 ? 0 : Math.max(0, wanted - own);
  const place = `${p.tensor(condition!)}${more > 0 ? `[..., ${Array<string>(more).fill('None').join(', ')}]` : ''}`;
  const value = (x: RecordedTensor): string => (x.dtype === 'float32' ? p.value(x) : p.tensor(x));
  // of two numbers, the type would be Python's
  const isNumbers = p.value(t!) !== p.tensor(t!) && p.value(e!) !== p.tensor(e!);
  return `torch.where(${place}, ${isNumbers ? p.tensor(t!) : value(t!)}, ${value(e!)})`;
};

const division = (p: PythonPrinter, node: RecordedNode): string => {
  const [a, b] = pair(node);
  return `torch.div(${p.tensor(a)}, ${p.value(b)}, rounding_mode="floor")`;
};

// in a function: bundlers keep an object made by calls, even if it is not used
export const elementwise: PythonOperations = /* @__PURE__ */ (() => ({
  ...table(INFIX, infix),
  ...table(CALLS, call('torch')),
  ...table(FUNCTIONAL, call('F')),
  ...table(PAIRS, (name) => (p, node) => {
    const [a, b] = pair(node);
    return `torch.${name}(${p.tensor(a)}, ${p.tensor(b)})`;
  }),
  AddN: (p, { inputs }) => inputList(inputs).map((x) => p.tensor(x)).join(' + '), // prettier-ignore
  Cast: cast,
  ClipByValue: clip,
  // y + 1 below 0
  EluGrad: (p, { inputs: { dy, y } }) => `${p.tensor(dy!)} * (${p.tensor(y!)} + 1).clamp(max=1.0)`,
  FloorDiv: (p, node) => {
    const [a, b] = pair(node);
    return a.dtype === 'float32' ? `torch.floor(${p.tensor(a)} / ${p.value(b)})` : division(p, node);
  },
  LeakyRelu: (p, node) =>
    `F.leaky_relu(${p.tensor(only(node))}, ${numberText(numberOf(p, node.attributes['alpha'] ?? 0.2))})`,
  Mod: (p, node) => {
    const [a, b] = pair(node);
    if (a.dtype !== 'float32') return `torch.remainder(${p.tensor(a)}, ${p.value(b)})`;
    return `${p.help('floor_mod')}(${p.tensor(a)}, ${p.tensor(b)})`;
  },
  Pow: (p, node) => {
    const [a, b] = pair(node);
    return `torch.pow(${p.tensor(a)}, ${p.value(b)})`;
  },
  Prelu: (p, { inputs: { x, alpha } }) => activationText(p, p.tensor(x!), 'prelu', undefined, p.value(alpha!)),
  // of integers as well
  Relu: (p, node) => `F.relu(${p.tensor(only(node))})`,
  Select: select,
  SquaredDifference: (p, node) => {
    const [a, b] = pair(node);
    return `torch.square(${p.tensor(a)} - ${p.value(b)})`;
  },
  Step: (p, node) => {
    const alpha = numberText(numberOf(p, node.attributes['alpha'] ?? 0));
    return `${p.help('step_of')}(${p.tensor(only(node))}, ${alpha})`;
  },
}))();
