import type { RecordedNode, RecordedTensor } from '../../record/recording.js';
import { toFirst, toLast, wide, type Form, type Printer } from '../printer.js';
import { isSame, withoutFirstOnes, type Shape } from '../sizes.js';
import { formulas } from './formulas.js';

/** Operations of floats, with ONNX's name behind a colon if it is another. */
const OF_FLOATS =
  'Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Erf Exp Floor IsInf IsNan:IsNaN Log RealDiv:Div Reciprocal Relu Round Selu Sigmoid ' +
  'Sin Sinh Softplus Sqrt Tan Tanh';
/** Operations of integers as well, with those among {@link formulas}. */
const OF_NUMBERS =
  'Abs Add AddN:Add Maximum:Max Minimum:Min Multiply:Mul Neg Pow Sign Sub Square SquaredDifference ClipByValue FloorDiv Mod';
/** Operations that give bools. */
const COMPARISONS = 'Equal NotEqual Greater GreaterEqual:GreaterOrEqual Less LessEqual:LessOrEqual';
const TESTS = 'IsFinite IsInf IsNan';
const LOGICAL = 'LogicalAnd:And LogicalNot:Not LogicalOr:Or';
/** Operations whose inputs may be of any type. */
const OF_ANY = 'Cast Select';

/** The entry of a list for an operation; undefined if it has none. */
const entryOf = (list: string, operation: string): string[] | undefined =>
  list
    .split(' ')
    .map((entry) => entry.split(':'))
    .find(([name]) => name === operation);

/** Prints an operation on each number; returns false if it is another one. */
export function printElementwise(p: Printer, node: RecordedNode): boolean {
  const { operation } = node;
  const list = [OF_FLOATS, OF_NUMBERS, COMPARISONS, LOGICAL].find((list) => entryOf(list, operation));
  const formula = Object.hasOwn(formulas, operation) ? formulas[operation] : undefined;
  if (!list && !formula) return false;
  const tensors = Object.values(node.inputs);
  const [output] = node.outputs as [RecordedTensor];
  const isAny = entryOf(OF_ANY, operation) || list === LOGICAL;
  const isInt = (list === OF_NUMBERS || list === COMPARISONS) && tensors.every(({ dtype }) => dtype !== 'float32');
  const type = isInt ? 'int32' : 'float32';
  const form = formFor(p, tensors, output);
  const typed = (tensor: RecordedTensor): string => {
    const name = inForm(p, tensor, output, form);
    return isAny || tensor.dtype === type ? name : p.cast(name, type);
  };
  const names = Object.fromEntries(Object.entries(node.inputs).map(([key, tensor]) => [key, typed(tensor)]));
  const sorted = Object.keys(names).sort();
  const [, operator = operation] = entryOf(list ?? '', operation) ?? [];
  const value = formula
    ? formula(p, names, node)
    : sorted.length > 2
      ? sorted.map((key) => names[key]!).reduce((a, b) => p.node(operator, [a, b]))
      : p.node(
          operator,
          sorted.map((key) => names[key]!),
        );
  const isBool = isAny || list === COMPARISONS || entryOf(TESTS, operation);
  const made = isBool || output.dtype === type ? value : p.cast(value, output.dtype);
  p.set(output, made, form.shape, form.isFirst);
  return true;
}

/** The form in which an operation is done: with channels second if an input exists only so, or in another shape that all have. */
function formFor(p: Printer, tensors: readonly RecordedTensor[], output: RecordedTensor): Omit<Form, 'name'> {
  const natural = { shape: output.shape, isFirst: false };
  const whole = tensors.filter(({ shape }) => isSame(shape, output.shape)).map(p.forms);
  const other = whole.find((forms) => !forms.some(({ isFirst, shape }) => !isFirst && isSame(shape, output.shape)));
  const form = other?.find(({ isFirst }) => isFirst) ?? other?.[0];
  if (!form || whole.length === 0) return natural;
  // what is repeated must be along axes that the form has as well
  const fits = tensors.every(({ shape }) => {
    const rest = withoutFirstOnes(shape);
    if (isSame(shape, output.shape) || rest.length === 0) return true;
    if (form.isFirst) return viewIn(form, output.shape, shape) !== undefined;
    return isSame(output.shape.slice(-rest.length), form.shape.slice(-rest.length));
  });
  const all =
    form.isFirst || whole.every((forms) => forms.some(({ shape, isFirst }) => !isFirst && isSame(shape, form.shape)));
  return fits && all ? form : natural;
}

/** An input of an operation that is done in a form. */
function inForm(p: Printer, tensor: RecordedTensor, { shape }: RecordedTensor, form: Omit<Form, 'name'>): string {
  if (!form.isFirst && isSame(form.shape, shape)) return p.get(tensor);
  const isWhole = isSame(tensor.shape, shape);
  if (!form.isFirst) return p.get(tensor, isWhole ? form.shape : withoutFirstOnes(tensor.shape));
  if (isWhole) return p.first(tensor, toLast(form.shape));
  const rest = withoutFirstOnes(tensor.shape);
  return rest.length === 0 ? p.get(tensor, rest) : p.first(tensor, viewIn(form, shape, tensor.shape));
}

/** A repeated shape with the four axes that images or sequences have in a form; undefined if the output is no such thing. */
function viewIn(form: Omit<Form, 'name'>, output: Shape, shape: Shape): Shape | undefined {
  const { length } = output;
  if (length < 3 || length > 4 || !isSame(toFirst(output), form.shape)) return undefined;
  return wide([...new Array<number>(length - shape.length).fill(1), ...shape]);
}
