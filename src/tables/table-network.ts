import { swish } from '../nets/activations.js';
import { withScaleAndShift } from '../nets/conditions/with-scale-and-shift.js';
import { withTimesteps } from '../nets/conditions/with-timesteps.js';
import { createLayer, makeAll } from '../nets/layer.js';
import { dense } from '../nets/layers/dense.js';
import { layerNorm } from '../nets/layers/layer-norm.js';
import { timeEmbedding } from '../nets/layers/time-embedding.js';
import type { Network } from '../nets/network.js';
import { residual } from '../nets/networks/residual.js';
import { sequential } from '../nets/networks/sequential.js';
import { startAtZero } from '../nets/networks/start-at-zero.js';
import type { RandomStream } from '../random/stream.js';

/** Numbers in the vector of waves for a timestep. */
const TIME_SIZE = 64;

/** The sizes of a table's network. */
export interface TableNetworkOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  readonly layers: number;
  readonly random: RandomStream;
}

/** Residual layers that receive the timestep: h + swish(scale * dense(norm(h)) + shift). */
export function tableNetwork({ inputs, outputs, width, layers, random }: TableNetworkOptions): Network {
  const activate = createLayer([], (x) => swish(x));
  const layer = (i: number) => (): Network => {
    const sums = () => dense({ inputs: width, units: width, random: random.fork(String(i)) });
    const scales = () => dense({ inputs: TIME_SIZE, units: 2 * width, random: random.fork(`${i}/time`) });
    const body = () => sequential([withScaleAndShift(...makeAll([sums, scales])), activate]);
    return residual(sequential(makeAll([() => layerNorm({ inputs: width }), body])));
  };
  const body = makeAll([
    () => dense({ inputs, units: width, random: random.fork('first') }),
    ...Array.from({ length: layers }, (_, i) => layer(i)),
    () => layerNorm({ inputs: width }),
    () => startAtZero(dense({ inputs: width, units: outputs, random: random.fork('last') })),
  ]);
  return withTimesteps(sequential(body), { time: timeEmbedding({ size: TIME_SIZE }) });
}
