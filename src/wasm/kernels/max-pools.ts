import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunction } from '../composition/compose.js';
import { placesOfMaxima, windowsOf, type Windows } from '../convolution/places-of-maxima.js';
import type { ReplacedKernel } from './kernel.js';

/**
 * Replaces the kernels of tfjs in which max pooling starts from the smallest positive number, which is wrong for windows without a
 * positive pixel. Ours find the largest pixel of each window on the host, the first of equal ones.
 */
export const maxPools: readonly ReplacedKernel[] = [
  kernel('MaxPoolGrad', gradientOf),
  kernel('MaxPool3DGrad', gradientOf),
  kernel('MaxPool3D', ({ inputs, attrs = {}, backend }) => {
    const x = inputs['x'] as TensorInfo;
    const { pixels, places, windows } = look(x, attrs, backend);
    return written(backend, valuesAt(pixels, places), windows.outShape, 'float32');
  }),
  kernel('MaxPoolWithArgmax', ({ inputs, attrs = {}, backend }) => {
    const x = inputs['x'] as TensorInfo;
    const { pixels, places, windows } = look(x, attrs, backend);
    const image = tf.util.sizeFromShape(x.shape.slice(1));
    const indexes = attrs['includeBatchInIndex'] === true ? places : places.map((place) => place % image);
    return [
      written(backend, valuesAt(pixels, places), windows.outShape, x.dtype),
      written(backend, indexes, windows.outShape, 'int32'),
    ];
  }),
];

function kernel(kernelName: string, kernelFunc: KernelFunction): ReplacedKernel {
  return { kernelName, replace: () => kernelFunc };
}

/** Adds the gradient of each window to its largest pixel. */
function gradientOf({ inputs, attrs = {}, backend }: Parameters<KernelFunction>[0]): TensorInfo {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const { pixels, places } = look(input, attrs, backend);
  const gradients = (backend as BackendWasm).readSync(dy.dataId) as Float32Array;
  const dx = new Float32Array(pixels.length);
  for (let i = 0; i < places.length; i++) if (places[i]! >= 0) dx[places[i]!]! += gradients[i]!;
  return written(backend, dx, input.shape, 'float32');
}

function look(x: TensorInfo, attributes: NamedAttrMap, backend: unknown) {
  const windows: Windows = windowsOf(x.shape, attributes);
  const pixels = (backend as BackendWasm).readSync(x.dataId) as Float32Array | Int32Array;
  return { pixels, windows, places: placesOfMaxima(pixels, windows) };
}

function valuesAt(pixels: Float32Array | Int32Array, places: Int32Array): Float32Array {
  return Float32Array.from(places, (place) => (place < 0 ? -Infinity : pixels[place]!));
}

function written(backend: unknown, values: Float32Array | Int32Array, shape: number[], dtype: tf.DataType): TensorInfo {
  const numbers = dtype === 'int32' ? Int32Array.from(values) : values;
  return { dataId: (backend as BackendWasm).write(numbers, shape, dtype), shape, dtype };
}
