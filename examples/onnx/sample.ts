import { Tensor, type InferenceSession } from 'onnxruntime-web';

/** What a sampler needs besides the two models; main.ts writes it as settings.json. */
export interface Settings {
  /** Decreasing timesteps at which the denoiser is called, and the share of the data's variance that is left at each. */
  readonly timesteps: readonly number[];
  readonly alphaBar: readonly number[];
  /** One per picture, and noise `[pictures, latent]`. */
  readonly labels: readonly number[];
  readonly noise: readonly number[];
  /** Mean and standard deviation of the decoder's latents. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Pictures `[pictures, 28, 28, 1]` of the labels: DDIM in the latents, then the decoder. */
export async function sample(
  denoiser: InferenceSession,
  decoder: InferenceSession,
  settings: Settings,
): Promise<Float32Array> {
  const { timesteps, alphaBar, labels, mean, deviation } = settings;
  const [count, size] = [labels.length, mean.length];
  const condition = new Tensor('int32', Int32Array.from(labels), [count]);
  let x = Float32Array.from(settings.noise);
  for (const [i, t] of timesteps.entries()) {
    const steps = new Tensor('int32', new Int32Array(count).fill(t), [count]);
    const estimate = await denoiser.run({ x: new Tensor('float32', x, [count, size]), timesteps: steps, condition });
    const [data, noise] = [estimate['sample']!.data as Float32Array, estimate['noise']!.data as Float32Array];
    // x of the next timestep; after the last one there is no noise
    const next = alphaBar[i + 1] ?? 1;
    x = data.map((value, j) => Math.sqrt(next) * value + Math.sqrt(1 - next) * noise[j]!);
  }
  const z = x.map((value, j) => mean[j % size]! + deviation[j % size]! * value);
  const { mean: pictures } = await decoder.run({ z: new Tensor('float32', z, [count, size]) });
  return pictures!.data as Float32Array;
}
