import { checkDenoiser, type Denoiser } from './denoiser.js';
import { copyWithPredict } from './estimate.js';

/**
 * A copy of a denoiser whose network's output is computed by another function, such as one that counts calls or averages two networks. Its
 * `estimate` is computed from that output, in place of your own: so samplers use it, too, also in a copy of {@link withClip} or
 * {@link withGuidance}.
 *
 * @param denoiser - see {@link createDenoiser}; it stays as it is
 * @param predict - as {@link Denoiser}.predict: of x_t `[batch, ...]` and int32 timesteps `[batch]`, to the shape of x_t
 * @returns a denoiser that shares the network
 * @throws TypeError or RangeError if an argument is wrong
 * @remarks `{ ...denoiser, predict }` would keep the old `estimate`; samplers refuse it.
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * let calls = 0;
 * const counted = withPredict(denoiser, (...given) => {
 *   calls += 1;
 *   return denoiser.predict(...given);
 * });
 * await sampleDdim(counted, { shape: [2, 2], steps: 10, random });
 * console.log(calls); // 10
 * ```
 */
export function withPredict(denoiser: Denoiser, predict: Denoiser['predict']): Denoiser {
  checkDenoiser('withPredict', 'denoiser', denoiser);
  return copyWithPredict(denoiser, predict);
}
