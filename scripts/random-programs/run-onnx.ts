import type * as tf from '@tensorflow/tfjs-core';

/** The largest difference from ONNX Runtime that is taken for rounding, as a share of the largest number. */
const TOLERANCE = 1e-5;

/** Runs an exported model in ONNX Runtime and compares its outputs with ours; undefined if they agree. */
export async function differenceOnOnnx(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, tf.Tensor>>,
  ours: Readonly<Record<string, tf.Tensor>>,
): Promise<string | undefined> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'fatal';
  const session = await ort.InferenceSession.create(bytes).catch((error: unknown) => String(error));
  if (typeof session === 'string') return `ONNX Runtime does not load the file: ${session.slice(0, 300)}`;
  try {
    const given: Record<string, InstanceType<typeof ort.Tensor>> = {};
    for (const name of session.inputNames) {
      const tensor = feeds[name];
      if (tensor === undefined) return `the file wants the input ${name}`;
      const type = tensor.dtype === 'int32' ? 'int32' : 'float32';
      given[name] = new ort.Tensor(type, (await tensor.data()) as Float32Array, tensor.shape);
    }
    const outputs = await session.run(given);
    for (const [name, tensor] of Object.entries(ours)) {
      const theirs = outputs[name];
      if (theirs === undefined) return `the file lacks the output ${name}`;
      if (theirs.dims.join() !== tensor.shape.join())
        return `${name} is [${theirs.dims.join()}], not [${tensor.shape.join()}]`;
      const values = await tensor.data();
      const size = Math.max(1, ...values.map(Math.abs));
      const at = values.findIndex(
        (value, i) => !(Math.abs(value - (theirs.data as Float32Array)[i]!) <= TOLERANCE * size),
      );
      if (at >= 0) return `${name} is ${values[at]} at ${at}, and ${(theirs.data as Float32Array)[at]} in ONNX Runtime`;
    }
    return undefined;
  } catch (error) {
    return `ONNX Runtime: ${String(error).slice(0, 300)}`;
  } finally {
    await session.release();
  }
}
