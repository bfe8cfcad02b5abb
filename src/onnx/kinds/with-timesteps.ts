import type { Kind } from '../layer.js';
import { labelsFor } from './with-condition.js';

export const withTimesteps: Kind<object> = {
  emit: (graph, x, { parts: [body, time, labels] }, given) => {
    const steps = graph.emit(time!, given.timesteps(), given);
    const condition = labels === undefined ? steps : graph.node('Add', [steps, labelsFor(graph, labels, given)], steps);
    return graph.emit(body!, x, { ...given, condition: () => condition });
  },
};
