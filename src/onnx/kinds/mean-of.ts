import { nameOf } from '../activate.js';
import type { Graph, Value } from '../graph.js';
import type { Options } from '../layer.js';

/** Up to this many levels, the mean of a discretized logistic is summed level by level. */
const SUMMED_LEVELS = 64;

/** The mean of a likelihood for a network's output; undefined if it is not a simple function of it. */
export function meanOf(graph: Graph, output: Value, likelihood: unknown): Value | undefined {
  const settings = (typeof likelihood === 'object' ? likelihood : {}) as Options;
  const name = settings['name'] ?? nameOf(likelihood);
  const parameters = graph.last(output);
  const of = (operator: string, ...inputs: readonly (Value | number)[]): Value => graph.node(operator, inputs);
  if (name === 'bernoulli') return of('Sigmoid', parameters);
  if (name === 'gaussian') return parameters;
  if (name === 'learnedGaussian') return graph.split(parameters, 2)[0];
  if (name === 'continuousBernoulli') {
    // a series around 0, and the closed form beyond, each on numbers of its side
    const size = of('Abs', parameters);
    const near = of('Min', size, 1);
    const square = of('Mul', near, near);
    const series = [-1 / 1209600, 1 / 30240, -1 / 720, 1 / 12].reduce<Value>(
      (sum, c) => of('Add', of('Mul', sum, square), c),
      of('Mul', square, 1 / 47900160),
    );
    const far = of('Max', size, 1);
    const decay = of('Exp', of('Neg', far));
    const closed = of('Sub', of('Add', of('Div', decay, of('Add', of('Neg', decay), 1)), 0.5), of('Reciprocal', far));
    const isFar = graph.node('Less', [near, size]);
    const odd = graph.node('Where', [isFar, closed, of('Mul', near, series)], {}, parameters);
    return of('Add', of('Mul', of('Sign', parameters), odd), 0.5);
  }
  if (name === 'discretizedLogistic') {
    const { levels, start } = settings as {
      readonly levels: number;
      readonly start?: Readonly<Record<'mean' | 'logScale', number>>;
    };
    const pair = graph.split(parameters, 2) as [Value, Value];
    const [mean, logScale] = start ? [of('Add', pair[0], start.mean), of('Add', pair[1], start.logScale)] : pair;
    const precision = of('Exp', of('Neg', logScale));
    if (levels > SUMMED_LEVELS) {
      const upper = of('Softplus', of('Mul', precision, mean));
      const lower = of('Softplus', of('Mul', precision, of('Sub', mean, 1)));
      return of('Mul', of('Exp', logScale), of('Sub', upper, lower));
    }
    const above = Array.from({ length: levels - 1 }, (_, level) =>
      of('Sigmoid', of('Mul', precision, of('Sub', mean, (level + 0.5) / (levels - 1)))),
    );
    return of('Div', of('Sum', ...above), levels - 1);
  }
  if (name !== 'categorical') return undefined;
  // blocks of a logit for each channel
  const classes = settings['classes'] as number;
  const blocks = graph.node(
    'Reshape',
    [parameters, [...new Array<number>(output.rank - 1).fill(0), classes, -1]],
    {},
    { rank: output.rank + 1 },
  );
  const shares = graph.node('Softmax', [blocks], { axis: output.rank - 1 });
  const numbers = Float32Array.from({ length: classes }, (_, i) => i);
  const column = graph.node('Reshape', [numbers, [classes, 1]], {}, blocks);
  return graph.node(
    'ReduceSum',
    [graph.node('Mul', [shares, column]), [output.rank - 1]],
    { keepdims: 0 },
    { rank: output.rank },
  );
}
