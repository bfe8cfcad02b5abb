import type { RecordedNode, RecordedType } from '../../record/recording.js';
import { numberOf } from '../attributes.js';
import type { Printer } from '../printer.js';

/** An operation on each number as nodes: the names of its inputs have the names that the kernel gives them. */
type Formula = (p: Printer, inputs: Readonly<Record<string, string>>, node: RecordedNode) => string;

/** The operations on each number that ONNX does not have as one operator, or with other attributes. */
export const formulas: Readonly<Record<string, Formula>> = {
  Cast: (p, { x }, { attributes: { dtype }, inputs }) =>
    inputs['x']!.dtype === dtype ? x! : p.cast(x!, dtype as RecordedType),
  ClipByValue: (p, { x }, { attributes: { clipValueMin, clipValueMax }, inputs }) =>
    p.node('Clip', [
      x,
      ...[clipValueMin!, clipValueMax!].map((bound) => p.scalar(numberOf(p, bound), inputs['x']!.dtype)),
    ]),
  Elu: (p, { x }) => p.node('Elu', [x]),
  // y + 1 below 0
  EluGrad: (p, { dy, y }) => p.node('Mul', [dy, p.node('Min', [p.node('Add', [y, 1]), 1])]),
  // accurate near 0
  Expm1: (p, { x }) =>
    p.node('Mul', [p.node('Tanh', [p.node('Mul', [x, 0.5])]), p.node('Add', [p.node('Exp', [x]), 1])]),
  FloorDiv: (p, { a, b }, { inputs }) =>
    inputs['a']!.dtype === 'float32'
      ? p.node('Floor', [p.node('Div', [a, b])])
      : p.node('Div', [p.node('Sub', [a, p.node('Mod', [a, b])]), b]),
  IsFinite: (p, { x }) => p.node('Less', [p.node('Abs', [x]), Infinity]),
  LeakyRelu: (p, { x }, { attributes: { alpha } }) => p.node('LeakyRelu', [x], { alpha: numberOf(p, alpha) }),
  // less what rounding added to 1 + x; where x is large, that does not count
  Log1p: (p, { x }) => {
    const near = p.node('Clip', [x, -0.5, 1]);
    const added = p.node('Sub', [p.node('Sub', [p.node('Add', [near, 1]), 1]), near]);
    return p.node('Sub', [p.node('Log', [p.node('Add', [x, 1])]), added]);
  },
  Mod: (p, { a, b }, { inputs }) => {
    if (inputs['a']!.dtype !== 'float32') return p.node('Mod', [a, b]);
    return p.node('Sub', [a, p.node('Mul', [b, p.node('Floor', [p.node('Div', [a, b])])])]);
  },
  NotEqual: (p, { a, b }) => p.node('Not', [p.node('Equal', [a, b])]),
  Prelu: (p, { x, alpha }) => p.node('PRelu', [x, alpha]),
  Relu6: (p, { x }) => p.node('Clip', [x, 0, 6]),
  Rsqrt: (p, { x }) => p.node('Reciprocal', [p.node('Sqrt', [x])]),
  Select: (p, { condition, t, e }, { inputs }) => {
    const [axes, wanted] = [inputs['condition']!.shape.length, inputs['t']!.shape.length];
    const rest = Array.from({ length: wanted - axes }, (_, i) => axes + i);
    const place = axes === 0 || rest.length === 0 ? condition : p.node('Unsqueeze', [condition, rest]);
    if (inputs['t']!.dtype !== 'bool') return p.node('Where', [place, t, e]);
    return p.cast(p.node('Where', [place, p.cast(t!, 'int32'), p.cast(e!, 'int32')]), 'bool');
  },
  Square: (p, { x }) => p.node('Mul', [x, x]),
  SquaredDifference: (p, { a, b }) => {
    const difference = p.node('Sub', [a, b]);
    return p.node('Mul', [difference, difference]);
  },
  // of NaN it is NaN, which a comparison would lose
  Step: (p, { x }, { attributes }) => {
    const alpha = numberOf(p, attributes['alpha'] ?? 0);
    const step = p.node('Ceil', [p.node('Clip', [x, 0, 1])]);
    if (alpha === 0) return step;
    if (alpha > 0 && alpha <= 1) return p.node('Max', [step, alpha]);
    return p.node('Add', [p.node('Mul', [step, 1 - alpha]), alpha]);
  },
};
