import type { Tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { modelOfRecording } from '../../../src/onnx/print-recording.js';
import { writeModel } from '../../../src/onnx/write-model.js';
import type { Recording } from '../../../src/record/recording.js';

// one thread: test files share two cores
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'fatal';

/** Shape, type and numbers of an output. */
export interface Printed {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

export const bytesOf = (...given: Parameters<typeof modelOfRecording>): Uint8Array =>
  writeModel(modelOfRecording(...given));

/** Runs a model in ONNX Runtime's WebAssembly with inputs by name. */
export async function runNamed(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Printed>>> {
  const session = await ort.InferenceSession.create(bytes);
  try {
    const feeds = session.inputNames.map((name) => {
      const { dtype, shape } = inputs[name]!;
      const data = inputs[name]!.dataSync();
      const typed =
        dtype === 'float32'
          ? Float32Array.from(data)
          : dtype === 'int32'
            ? Int32Array.from(data)
            : Uint8Array.from(data);
      return [name, new ort.Tensor(dtype as 'float32', typed as Float32Array, shape)] as const;
    });
    const outputs = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, type, data }]) => [
        name,
        { shape: dims, dtype: type, data: Array.from(data as Float32Array, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

/** Prints a recording and runs it. */
export const runRecording = (
  recording: Recording,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, Printed>>> => runNamed(bytesOf(recording), inputs);
