import type { RecordedTensor, Size } from '../../record/recording.js';
import { numberOf } from '../attributes.js';
import type { Operation } from '../operation.js';
import { asRows, toFirst, wide, type Printer } from '../printer.js';
import { isSame, plus, productOf } from '../sizes.js';

/** Values less their mean: ONNX Runtime 1.21 loses the digits of a variance that is small beside the mean. */
const centred = (p: Printer, x: string, axes: readonly number[]): string =>
  p.node('Sub', [x, p.node('ReduceMean', [x], { axes })]);

/** Normalises groups of channels of each example, or all of them at each place, or what else the examples are. */
export const normalize: Operation = (p, names, node) => {
  const { x, scale, offset } = node.inputs as Record<'x' | 'scale' | 'offset', RecordedTensor>;
  const [output] = node.outputs as [RecordedTensor];
  const epsilon = numberOf(p, node.attributes['epsilon']);
  const groups = numberOf(p, node.attributes['groups']);
  const examples = node.attributes['examples'] as Size;
  const [channels] = scale.shape as [number];
  const places = productOf(x.shape.slice(0, -1));
  if (groups === 1 && isSame([examples], [places])) {
    const rows = asRows(p, x);
    const inner = centred(p, rows.name, [rows.shape.length - 1]);
    const inputs = [inner, names['scale'], names['offset']];
    return p.set(output, p.node('LayerNormalization', inputs, { axis: rows.shape.length - 1, epsilon }), rows.shape);
  }
  const inner = productOf(x.shape.slice(1, -1));
  if (isSame([examples], x.shape.slice(0, 1))) {
    const view = x.shape.length > 2 && x.shape.length < 5 ? wide(x.shape) : [examples, 1, inner, channels];
    const images = p.first(x, view);
    // ONNX's own operator counts its scales by group in one version, and by channel in the next
    const rows = centred(p, p.node('Reshape', [images, [0, groups, -1]]), [2]);
    const ones = [new Float32Array(groups).fill(1), new Float32Array(groups)].map((data) => p.constant(data));
    const normal = p.node('InstanceNormalization', [rows, ...ones], { epsilon });
    const [factors, terms] = [scale, offset].map((one) => p.first(one, [1, 1, 1, channels]));
    const back = p.node('Reshape', [normal, p.node('Shape', [images])]);
    const value = p.node('Add', [p.node('Mul', [back, factors]), terms]);
    return p.set(output, value, toFirst(view), inner !== 1);
  }
  const view = [examples, plus(0, places, 1 / numberOf(p, examples)), groups, channels / groups];
  const inside = centred(p, p.get(x, view), [1, 3]);
  const variance = p.node('ReduceMean', [p.node('Mul', [inside, inside])], { axes: [1, 3] });
  const normal = p.node('Div', [inside, p.node('Sqrt', [p.node('Add', [variance, epsilon])])]);
  const [factors, terms] = [scale, offset].map((one) => p.get(one, view.slice(2)));
  p.set(output, p.node('Add', [p.node('Mul', [normal, factors]), terms]), view);
};

/** sin(2 pi x) of steps in turns: float32 radians of a late step would be less precise. The second half is a quarter turn ahead. */
export const waves: Operation = (p, { steps }, { inputs, attributes, outputs: [output] }) => {
  const turnsPerStep = attributes['turnsPerStep'] as readonly number[];
  const phases = turnsPerStep.map((_, i) => (2 * i < turnsPerStep.length ? 0 : 0.25));
  const [factors, terms] = [turnsPerStep, phases].map((numbers) => p.constant(Float32Array.from(numbers)));
  const column = p.reshape(p.cast(steps!, 'float32'), [output!.shape[0]!, 1], inputs['steps']!.shape);
  const turns = p.node('Add', [p.node('Mul', [column, factors]), terms]);
  return p.node('Sin', [p.node('Mul', [p.node('Sub', [turns, p.node('Round', [turns])]), 2 * Math.PI])]);
};
