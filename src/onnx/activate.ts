import { noteOf } from '../tensor/made-by.js';
import type { Graph, Value } from './graph.js';

/** The name of an activation, likelihood, target or norm, which a model file has in place of the value; undefined for a user's own. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : noteOf(value as object)?.kind;
}

/** Applies an activation of this library, if there is one, to a value. */
export function activate(graph: Graph, x: Value, activation: unknown): Value {
  if (!activation) return x;
  const name = nameOf(activation) ?? '';
  if (name === 'swish') return graph.node('Mul', [x, graph.node('Sigmoid', [x])]);
  if (name === 'gelu')
    return graph.node('Mul', [
      graph.node('Mul', [x, 0.5]),
      graph.node('Add', [graph.node('Erf', [graph.node('Mul', [x, Math.SQRT1_2])]), 1]),
    ]);
  if (!/^(elu|leakyRelu|relu|sigmoid|softplus|tanh)$/.test(name))
    graph.refuse('an activation of your own', 'Use one of this library.');
  // the operators have the same names
  return graph.node(name[0]!.toUpperCase() + name.slice(1), [x], name === 'leakyRelu' ? { alpha: 0.2 } : {});
}
