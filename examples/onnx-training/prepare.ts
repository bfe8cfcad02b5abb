import type { Tensor } from '@tensorflow/tfjs-core';
import { saveCheckpoint, type Trainer } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { saveOnnx } from 'tfjs-generative/onnx';
import { recordStep, type Recording } from 'tfjs-generative/record';
import type { Draw } from './draws.js';
import type { StepDescription } from './replay-onnx.js';
import { writeSafetensors, type Stored } from './safetensors.js';

/** Writes what a training elsewhere needs: the step, what it needs to run, the state, and data. Resolves to the recorded step. */
export async function prepare(
  folder: string,
  trainer: Trainer,
  { x, data, timesteps }: { readonly x: Tensor; readonly data: Stored; readonly timesteps?: number | undefined },
): Promise<Recording> {
  const step = await recordStep(trainer, x);
  const description = describe(step, timesteps);
  await saveFile(`${folder}/step.onnx`, await saveOnnx(step));
  await saveFile(`${folder}/step.json`, new TextEncoder().encode(`${JSON.stringify(description, null, 2)}\n`));
  // a checkpoint is a safetensors file, whose names are those of the state
  await saveFile(`${folder}/state.safetensors`, await saveCheckpoint(trainer));
  await saveFile(`${folder}/data.safetensors`, writeSafetensors(new Map([['x', data]])));
  return step;
}

/** What a step needs at each call: the host draws timesteps, stratified over all `timesteps` of a schedule. */
export function describe({ inputs, draws, state, outputs }: Recording, timesteps = 0): StepDescription {
  const [given, chosen] = [inputs.filter(({ data }) => !data), inputs.filter(({ data }) => data)];
  const unknown = chosen.find(({ name }) => name !== 'timesteps');
  if (unknown) throw new Error(`Say in step.json how ${unknown.name} changes from step to step: see the README.`);
  return {
    batch: Object.fromEntries(given.map(({ name, shape }) => [name, shape as number[]])),
    draws: [
      ...chosen.map((input): Draw => ({ ...plain(input), distribution: 'stratified', low: 0, high: timesteps })),
      ...draws.map((draw): Draw => ({
        ...plain(draw),
        distribution: draw.distribution,
        low: draw.low,
        high: draw.high,
      })),
    ],
    state: state.filter(({ next }) => next).map(({ name }) => name),
    metrics: outputs.map(({ name }) => name),
  };
}

function plain({ name, shape, dtype }: Recording['inputs'][number]): Pick<Draw, 'name' | 'shape' | 'dtype'> {
  return { name, shape: shape as number[], dtype: dtype === 'int32' ? 'int32' : 'float32' };
}
