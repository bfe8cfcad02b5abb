import { PLAIN_EPSILON } from '../../nets/layers/plain-norm.js';
import { asColumn } from '../at-each-place.js';
import type { Graph, Value } from '../graph.js';
import { chain, outline, type Kind, type Outline } from '../layer.js';
import { centred } from './layer-norm.js';
import { labelsFor } from './with-condition.js';

/** The numbers that modulate a block, from the condition. */
export const modulation = (conditionSize?: number): Outline =>
  chain(outline('activation', { activation: 'swish' }), outline('dense', { inputs: conditionSize }));

/** Layer normalisation without a learned scale and offset. */
export function normed(graph: Graph, x: Value, channels: number): Value {
  return graph.node('LayerNormalization', [centred(graph, graph.last(x)), new Float32Array(channels).fill(1)], {
    epsilon: PLAIN_EPSILON,
  });
}

interface DitBlockOptions {
  readonly inputs: number;
  readonly heads?: number;
  readonly conditionSize: number;
}

export const ditBlock: Kind<DitBlockOptions> = {
  parts: ({ heads = 4, conditionSize }) => [
    outline('attention', { heads }),
    outline('dense', { activation: 'gelu' }),
    outline('dense'),
    modulation(conditionSize),
  ],
  // it does not tell how many axes there are
  input: () => undefined,
  keepsShape: true,
  emit: (graph, x, { options: { inputs }, parts: [attention, rise, fall, vectors] }) => {
    const all = graph.split(labelsFor(graph, vectors), 6);
    const added = (x: Value, at: number, body: (x: Value) => Value): Value => {
      const [scale, shift, gate] = all.slice(at).map((one) => asColumn(graph, one, x)) as [Value, Value, Value];
      const scaled = graph.node('Mul', [normed(graph, x, inputs), graph.node('Add', [scale, 1])]);
      return graph.node('Add', [x, graph.node('Mul', [body(graph.node('Add', [scaled, shift])), gate])]);
    };
    const seen = added(graph.last(x), 0, (value) => graph.emit(attention, value));
    return added(seen, 3, (value) => graph.emit(fall, graph.emit(rise, value)));
  },
};
