import type { StepDescription } from './replay-onnx.js';
import { replayOnnx, type Replay, type ReplayOptions } from './replay-onnx.js';
import { readSafetensors, type Stored } from './safetensors.js';

/** The folder that main.ts writes, with a folder for each of these models. */
export const FOLDER = 'out/onnx-training';
export const MODELS = ['vae', 'gan', 'unet', 'transformer'] as const;

/** A training, and the batches of its data. */
export interface Training {
  readonly replay: Replay;
  /** The metrics by name, the first of which is a loss. */
  readonly metrics: readonly string[];
  batch(step: number): Record<string, Stored>;
}

/** Opens the training of a model, whose files `read` finds by their names. */
export async function openTraining(
  read: (file: string) => Promise<Uint8Array>,
  options: Pick<ReplayOptions, 'runtime' | 'seed' | 'on'>,
): Promise<Training> {
  const description = JSON.parse(new TextDecoder().decode(await read('step.json'))) as StepDescription;
  const data = readSafetensors(await read('data.safetensors'));
  const replay = await replayOnnx({
    ...options,
    model: await read('step.onnx'),
    description,
    state: readSafetensors(await read('state.safetensors')),
  });
  const inputs = Object.entries(description.batch);
  return {
    replay,
    metrics: description.metrics,
    batch: (step) => Object.fromEntries(inputs.map(([name, shape]) => [name, batchOf(data.get(name)!, shape, step)])),
  };
}

/** The rows of a batch of this shape: one batch after the other, and from the beginning after the last whole one. */
export function batchOf({ shape: [rows], data }: Stored, shape: readonly number[], step: number): Stored {
  const size = shape[0]!;
  const start = (step % Math.floor(rows! / size)) * size;
  const row = data.length / rows!;
  return { shape, data: data.subarray(start * row, (start + size) * row) };
}
