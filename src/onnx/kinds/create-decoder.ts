import type { Kind } from '../layer.js';
import { meanOf } from './mean-of.js';

/** The parameters of p(x|z), and its mean unless its likelihood is that of a table. */
export const createDecoder: Kind<{ readonly likelihood?: unknown }> = {
  outputs: (graph, x, { options: { likelihood }, parts }) => {
    const parameters = graph.emit(parts[0], x);
    const mean = meanOf(graph, parameters, likelihood);
    return mean ? { parameters, mean } : { parameters };
  },
};
