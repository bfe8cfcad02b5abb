import { noteOf } from '../tensor/made-by.js';
import type { Attributes, Graph, NodeInput, Value } from './graph.js';

/** The name of an activation, likelihood, target or norm, which a model file has in place of the value; undefined for a user's own. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : noteOf(value as object)?.kind;
}

/** Applies an activation of this library to a value. */
export function activate(graph: Graph, x: Value, activation: unknown): Value {
  if (activation === undefined || activation === null) return x;
  const node = (operator: string, inputs: readonly NodeInput[], attributes?: Attributes): Value =>
    graph.node(operator, inputs, x, attributes);
  const known: Readonly<Record<string, () => Value>> = {
    elu: () => node('Elu', [x]),
    gelu: () => {
      const share = node('Add', [node('Erf', [node('Mul', [x, Math.SQRT1_2])]), 1]);
      return node('Mul', [node('Mul', [x, share]), 0.5]);
    },
    leakyRelu: () => node('LeakyRelu', [x], { alpha: 0.2 }),
    relu: () => node('Relu', [x]),
    sigmoid: () => node('Sigmoid', [x]),
    softplus: () => node('Softplus', [x]),
    swish: () => node('Mul', [x, node('Sigmoid', [x])]),
    tanh: () => node('Tanh', [x]),
  };
  const make = known[nameOf(activation) ?? ''];
  if (make !== undefined) return make();
  return graph.refuse('an activation of your own', `Use one of ${Object.keys(known).join(', ')}.`);
}
