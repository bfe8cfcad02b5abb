import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withTimesteps: Kind = {
  emit: (graph, x, { parts: [body, time, labels] }) => {
    const steps = graph.emit(time, graph.input('timesteps', time));
    const condition =
      labels === undefined || graph.condition === 'none' ? steps : graph.node('Add', [steps, labelsFor(graph, labels)]);
    return graph.withCondition(condition).emit(body, x);
  },
};
