import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import type { Batch, StepCallOptions, Trainer } from '../../../src/index.js';
import { saveOnnx } from '../../../src/onnx/index.js';
import { recordStep, type BatchSpec, type Recording, type RecordedNumbers } from '../../../src/record/index.js';
import type { StepCase } from './step-cases.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** What a run of steps gave, here and in ONNX Runtime. */
export interface Run {
  /** The metrics of each step by name, here. */
  readonly ours: readonly Readonly<Record<string, number>>[];
  /** The same, there. */
  readonly theirs: readonly Readonly<Record<string, number>>[];
  /** The state after the last step there, by name. */
  readonly state: ReadonlyMap<string, ort.Tensor>;
  /** The kilobytes of the models. */
  readonly kilobytes: number;
}

const feedsOf = (batch: Batch): Record<string, Tensor> => {
  const { x, condition } = (batch instanceof tf.Tensor ? { x: batch } : batch) as { x: Tensor; condition?: Tensor };
  return condition ? { x, condition } : { x };
};

/** The shapes of a batch, for any number of examples. */
const shapesOf = (batch: Batch): BatchSpec => {
  const shapes = Object.entries(feedsOf(batch)).map(([name, { shape, dtype }]) => [name, { shape: [null, ...shape.slice(1)], dtype: dtype as 'int32' }]); // prettier-ignore
  return Object.fromEntries(shapes) as { x: BatchSpec } & BatchSpec;
};

/** A tensor of ONNX Runtime; cpu keeps the numbers of a cast in the array of another type. */
const toOrt = (data: RecordedNumbers, shape: readonly number[], dtype: string): ort.Tensor => {
  const Numbers = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
  return new ort.Tensor(dtype as 'float32', Numbers.from(data) as Float32Array, shape);
};

type Turn = Pick<StepCallOptions, 'players'>;

/** The options of a step. */
export function turnOf({ players }: StepCase, step: number): Turn {
  return players ? { players: players[step % players.length]! } : {};
}

/** A step that was recorded and loaded. */
interface Loaded {
  readonly recording: Recording;
  readonly session: ort.InferenceSession;
}

/**
 * Makes so many steps here, and the recorded ones in ONNX Runtime: with the same batches, draws and numbers of the host, but each from its own
 * state.
 */
export async function runSteps(given: StepCase, trainer: Trainer, steps: number): Promise<Run> {
  const { batch } = given;
  const turns = (given.players ?? [undefined]).map((_, i) => turnOf(given, i));
  const first = batch(0);
  const loaded: Loaded[] = [];
  let kilobytes = 0;
  for (const turn of turns) {
    const recording = await recordStep(trainer, shapesOf(first), turn);
    const bytes = await saveOnnx(recording);
    kilobytes += bytes.length / 1024;
    loaded.push({ recording, session: await ort.InferenceSession.create(bytes) });
  }
  tf.dispose(first);
  const state = new Map(
    loaded.flatMap(({ recording }) =>
      recording.state.map(({ name, data, shape, dtype }) => [name, toOrt(data, shape as number[], dtype)] as const),
    ),
  );
  const [ours, theirs]: Record<string, number>[][] = [[], []];
  for (let step = 0; step < steps; step++) {
    const x = batch(step);
    const turn = turns[step % turns.length]!;
    const { recording, session } = loaded[step % turns.length]!;
    // the draws and the numbers of the host of the step that comes next
    const now = await recordStep(trainer, x, turn);
    const draws = await Promise.all(now.draws.map(async ({ name, value, dtype }) => [name, toOrt((await value.data()) as Float32Array, value.shape, dtype)] as const)); // prettier-ignore
    const fed = await Promise.all(Object.entries(feedsOf(x)).map(async ([name, one]) => [name, toOrt((await one.data()) as Float32Array, one.shape, one.dtype)] as const)); // prettier-ignore
    const chosen = now.inputs.flatMap(({ name, data, shape, dtype }) => (data ? [[name, toOrt(data, shape as number[], dtype)] as const] : [])); // prettier-ignore
    now.dispose();
    const all: Record<string, ort.Tensor> = {
      ...Object.fromEntries(state),
      ...Object.fromEntries([...fed, ...draws, ...chosen]),
    };
    const results = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, all[name]!])));
    for (const { name, next } of recording.state) if (next) state.set(name, results[`${name}:next`]!);
    theirs!.push(Object.fromEntries(recording.outputs.map(({ name }) => [name, Number(results[name]!.data[0])])));
    ours!.push(await stepHere(trainer, x, turn));
    tf.dispose(x);
  }
  for (const { session } of loaded) await session.release();
  return { ours: ours!, theirs: theirs!, state, kilobytes };
}

/** The metrics of a step here. */
export async function stepHere(trainer: Trainer, batch: Batch, turn: Turn): Promise<Record<string, number>> {
  const metrics = trainer.step(batch, turn);
  const numbers = await Promise.all(Object.entries<Tensor>({ ...metrics }).map(async ([name, one]) => [name, (await one.data())[0]!] as const)); // prettier-ignore
  tf.dispose({ ...metrics });
  return Object.fromEntries(numbers);
}

/** Gives a trainer a state from ONNX Runtime, and the counters and streams of the one with which it was recorded. */
export function loadState(trainer: Trainer, state: Run['state'], { plain }: Trainer['state']): void {
  for (const [name, variable] of Object.entries(trainer.state.variables)) {
    const given = state.get(name);
    if (given) tf.tidy(() => variable.assign(tf.tensor(given.data as Float32Array, variable.shape, variable.dtype)));
  }
  trainer.restore?.(plain);
}

/** The largest difference of losses, relative to them. */
export function relativeDifference(
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): number {
  const losses = Object.keys(ours).filter((name) => /loss/i.test(name));
  if (losses.length === 0) throw new Error(`no losses among ${Object.keys(ours).join()}`);
  return Math.max(...losses.map((name) => Math.abs(ours[name]! - theirs[name]!) / Math.abs(ours[name]!)));
}
