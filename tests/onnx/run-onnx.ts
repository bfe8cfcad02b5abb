import type { Tensor } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';

// one thread: test files share two cores
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** What a model gives: the shape and the numbers of each output, by name. */
export type Outputs = Readonly<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;

/** Runs a model in ONNX Runtime's WebAssembly, with inputs in the order of the model's. */
export async function runOnnx(bytes: Uint8Array, inputs: readonly Tensor[]): Promise<Outputs> {
  const [outputs] = await runBatches(bytes, [inputs]);
  return outputs!;
}

/**
 * {@link runOnnx} for several batches, one after the other: reading a model takes longer than running it. Inputs are in the order of the
 * model's, or by their names, and there may be more than the model has.
 */
export async function runBatches(
  bytes: Uint8Array,
  batches: readonly (readonly Tensor[] | Readonly<Record<string, Tensor>>)[],
): Promise<readonly Outputs[]> {
  const session = await ort.InferenceSession.create(bytes);
  const outputs: Outputs[] = [];
  for (const inputs of batches) {
    const feeds = await Promise.all(
      session.inputNames.map(async (name, i) => {
        const input = Array.isArray(inputs) ? (inputs as Tensor[])[i]! : (inputs as Record<string, Tensor>)[name]!;
        const values = await input.data();
        // cpu keeps the numbers of a cast in the array of another type
        const Numbers = { int32: Int32Array, bool: Uint8Array, float32: Float32Array }[input.dtype as 'float32'];
        return [name, new ort.Tensor(input.dtype as 'float32', Numbers.from(values), input.shape)] as const;
      }),
    );
    outputs.push((await session.run(Object.fromEntries(feeds))) as unknown as Outputs);
  }
  await session.release();
  return outputs;
}

/** The largest difference between a tensor and an output, which must have the same shape; NaN if one of two numbers is NaN. */
export async function difference(ours: Tensor, theirs: Outputs[string] | undefined): Promise<number> {
  if (theirs?.dims.join() !== ours.shape.join())
    throw new Error(`[${theirs?.dims.join()}] is not [${ours.shape.join()}]`);
  const values = await ours.data();
  let largest = 0;
  values.forEach((value, i) => {
    const distance = Object.is(value, theirs.data[i]) ? 0 : Math.abs(value - theirs.data[i]!);
    largest = Math.max(largest, distance);
  });
  return largest;
}
