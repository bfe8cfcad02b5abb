import { axesOf, tupleOf, typeText, type PythonOperation, type PythonOperations } from './python-printer.js';

/** A reduction by a method that takes several axes. */
const reduce =
  (method: string): PythonOperation =>
  (p, { inputs: { x }, attributes, outputs: [output] }) => {
    const axes = axesOf(attributes['axis'] ?? attributes['reductionIndices'], x!.shape.length);
    const to = output!.dtype;
    const type = method === 'sum' && x!.dtype !== 'float32' ? `, dtype=${typeText(to)}` : '';
    const value = method === 'mean' && x!.dtype !== 'float32' ? `${p.tensor(x!)}.float()` : p.tensor(x!);
    if (axes.length === 0) return type || x!.dtype !== to ? `${value}.to(${typeText(to)})` : value;
    const keep = attributes['keepDims'] ? ', keepdim=True' : '';
    return `${value}.${method}(${tupleOf(p, axes)}${keep}${type})`;
  };

/** A reduction by a function that takes them one after the other. */
const each =
  (name: 'all_of' | 'any_of' | 'product_of'): PythonOperation =>
  (p, { inputs: { x }, attributes, outputs: [output] }) => {
    const axes = axesOf(attributes['axis'] ?? attributes['reductionIndices'], x!.shape.length);
    const keep = attributes['keepDims'] ? 'True' : 'False';
    if (axes.length === x!.shape.length && keep === 'False' && name !== 'product_of')
      return `${p.tensor(x!)}.${name.slice(0, 3)}()`;
    const type = name === 'product_of' ? `, ${typeText(output!.dtype)}` : '';
    return `${p.help(name)}(${p.tensor(x!)}, ${tupleOf(p, axes)}, ${keep}${type})`;
  };

const best =
  (method: string): PythonOperation =>
  (p, { inputs: { x }, attributes }) => {
    const [axis] = axesOf(attributes['axis'], x!.shape.length);
    return `${p.tensor(x!)}.${method}(${axis}).int()`;
  };

export const reductions: PythonOperations = /* @__PURE__ */ (() => ({
  All: each('all_of'),
  Any: each('any_of'),
  ArgMax: best('argmax'),
  ArgMin: best('argmin'),
  Max: reduce('amax'),
  Mean: reduce('mean'),
  Min: reduce('amin'),
  Prod: each('product_of'),
  Sum: reduce('sum'),
}))();
