import type { RecordedNode, RecordedTensor } from '../../record/recording.js';
import { placed, toFirst, type Printer } from '../printer.js';
import { isSame, withoutFirstOnes } from '../sizes.js';

/** Splits the inputs of an operation into a value of the output's shape and numbers for each channel; undefined if they are no such two. */
function perChannel(
  { operation, inputs: { a, b }, outputs: [output] }: RecordedNode,
  expected: string,
): { readonly x: RecordedTensor; readonly numbers: RecordedTensor } | undefined {
  if (operation !== expected || output!.dtype !== 'float32') return undefined;
  const pairs = [[a!, b!] as const, ...(operation === 'Sub' ? [] : [[b!, a!] as const])];
  const found = pairs.find(
    ([x, numbers]) =>
      isSame(x.shape, output!.shape) && isSame(withoutFirstOnes(numbers.shape), output!.shape.slice(-1)),
  );
  return found && { x: found[0], numbers: found[1] };
}

/**
 * Prints biases in the convolution before, and (x - mean) factor + offset as one batch normalisation, if nothing else reads what is in between;
 * otherwise returns false.
 */
export function printPerChannel(p: Printer, node: RecordedNode): boolean {
  const [output] = node.outputs as [RecordedTensor];
  const sum = perChannel(node, 'Add');
  if (!sum) return false;
  const vector = ({ numbers }: typeof sum): string => p.get(numbers, output.shape.slice(-1));
  const before = p.madeBy(sum.x, true);
  const form = p.forms(sum.x)[0]!;
  const maker = p.maker(form.name);
  if (
    before &&
    form.isFirst &&
    isSame(form.shape.slice(1, 2), output.shape.slice(-1)) &&
    /^Conv/.test(maker?.operator ?? '') &&
    maker!.inputs.length === 2
  ) {
    p.set(output, p.node(maker!.operator, [...maker!.inputs, vector(sum)], maker!.attributes), form.shape, true);
    return true;
  }
  const product = before && perChannel(before, 'Multiply');
  const first = product && p.madeBy(product.x, true);
  const difference = first && perChannel(first, 'Sub');
  if (!difference) return false;
  const isFirst = output.shape.length === 4 || placed(p, difference.x).isFirst;
  if (!isFirst && output.shape.length !== 2) return false;
  const name = isFirst ? p.first(difference.x) : p.get(difference.x);
  const ones = p.constant(new Float32Array(output.shape.at(-1) as number).fill(1));
  const inputs = [name, vector(product), vector(sum), vector(difference), ones];
  p.set(
    output,
    p.node('BatchNormalization', inputs, { epsilon: 0 }),
    isFirst ? toFirst(output.shape) : output.shape,
    isFirst,
  );
  return true;
}
