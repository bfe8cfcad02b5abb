// The loader: a file to copy. It needs ONNX Runtime, and neither tfjs-generative nor TensorFlow.js.
import type { InferenceSession, Tensor, TensorConstructor } from 'onnxruntime-web';
import { createDraws, type Draw } from './draws.js';
import type { Stored } from './safetensors.js';

/** What step.json says of a recorded step. */
export interface StepDescription {
  /** The inputs of a batch by name, with their shapes. */
  readonly batch: Readonly<Record<string, readonly number[]>>;
  readonly draws: readonly Draw[];
  /** The state that changes: NAME is an input, and NAME:next an output. */
  readonly state: readonly string[];
  readonly metrics: readonly string[];
}

/** The part of ONNX Runtime that is used: pass `onnxruntime-web`, or one of its smaller entries. */
interface Runtime {
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<InferenceSession> };
  readonly Tensor: TensorConstructor;
}

/** What is replayed. */
export interface ReplayOptions {
  readonly runtime: Runtime;
  /** The bytes of step.onnx. */
  readonly model: Uint8Array;
  readonly description: StepDescription;
  /** Numbers by the names of the state; others are ignored. */
  readonly state: ReadonlyMap<string, Stored>;
  readonly seed: number;
  /** Where it runs: `wasm` by default, or `webgpu`, on which the state stays in buffers of the GPU. */
  readonly on?: 'wasm' | 'webgpu' | undefined;
}

/** A training in ONNX Runtime. */
export interface Replay {
  /** Makes one step and resolves to its metrics. `given` takes the place of draws. */
  step(
    batch: Readonly<Record<string, Stored>>,
    given?: Readonly<Record<string, Stored>>,
  ): Promise<Readonly<Record<string, number>>>;
  /** Copies the state. */
  read(): Promise<Map<string, Stored>>;
  dispose(): Promise<void>;
}

/** Starts a training: loads the model, and keeps the state between its steps. */
export async function replayOnnx(options: ReplayOptions): Promise<Replay> {
  const { runtime, model, description, state, seed, on = 'wasm' } = options;
  const { draws, metrics } = description;
  const next = (name: string): string => `${name}:next`;
  // metrics go to the host at each step; the state goes there only when it is read
  const places = [
    ...description.state.map((name) => [next(name), 'gpu-buffer']),
    ...metrics.map((name) => [name, 'cpu']),
  ];
  const session = await runtime.InferenceSession.create(model, {
    executionProviders: [on],
    ...(on === 'webgpu' && { preferredOutputLocation: Object.fromEntries(places) as object }),
  });
  const tensorOf = ({ shape, data }: Stored): Tensor =>
    data instanceof Int32Array ? new runtime.Tensor('int32', data, shape) : new runtime.Tensor('float32', data, shape);
  const drawNumbers = createDraws(seed);
  const needed = new Set(session.inputNames);
  let steps = 0;
  let current = Object.fromEntries(
    description.state.map((name) => {
      const stored = state.get(name);
      if (stored === undefined) throw new Error(`The state has no ${name}.`);
      return [name, tensorOf(stored)];
    }),
  );
  return {
    step: async (batch, given = {}) => {
      const drawn = draws.map((draw): [string, Stored] => {
        const stored = given[draw.name] ?? { shape: draw.shape, data: drawNumbers(draw, steps) };
        return [draw.name, stored];
      });
      const feeds = [...Object.entries(batch), ...drawn].map(([name, stored]) => [name, tensorOf(stored)] as const);
      const all = { ...current, ...Object.fromEntries(feeds) };
      const results = await session.run(Object.fromEntries(Object.entries(all).filter(([name]) => needed.has(name))));
      for (const tensor of Object.values(current)) tensor.dispose();
      current = Object.fromEntries(description.state.map((name) => [name, results[next(name)] ?? current[name]!]));
      steps++;
      return Object.fromEntries(metrics.map((name) => [name, Number(results[name]!.data[0])]));
    },
    read: async () => {
      const read = Object.entries(current).map(async ([name, tensor]): Promise<[string, Stored]> => {
        const data = (await tensor.getData()) as Float32Array | Int32Array;
        return [name, { shape: tensor.dims, data: data.slice() }];
      });
      return new Map(await Promise.all(read));
    },
    dispose: () => session.release(),
  };
}
