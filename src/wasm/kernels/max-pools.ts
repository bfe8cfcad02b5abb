import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelFunction } from '../composition/compose.js';
import { placesOfMaxima, windowsOf, type Windows } from '../convolution/places-of-maxima.js';
import type { ReplacedKernel } from './kernel.js';
import { numbersOf, written } from './on-host.js';

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
    return written(backend, valuesAt(pixels, places), windows.outShape);
  }),
  kernel('MaxPoolWithArgmax', ({ inputs, attrs = {}, backend }) => {
    const x = inputs['x'] as TensorInfo;
    const { pixels, places, windows } = look(x, attrs, backend);
    const image = tf.util.sizeFromShape(x.shape.slice(1));
    const indexes = attrs['includeBatchInIndex'] === true ? places : places.map((place) => place % image);
    return [
      written(
        backend,
        (x.dtype === 'int32' ? Int32Array : Float32Array).from(valuesAt(pixels, places)),
        windows.outShape,
      ),
      written(backend, indexes, windows.outShape),
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
  const gradients = numbersOf(backend, dy);
  const dx = new Float32Array(pixels.length);
  for (let i = 0; i < places.length; i++) if (places[i]! >= 0) dx[places[i]!]! += gradients[i]!;
  return written(backend, dx, input.shape);
}

function look(x: TensorInfo, attributes: NamedAttrMap, backend: unknown) {
  const windows: Windows = windowsOf(x.shape, attributes);
  const pixels = numbersOf<Float32Array | Int32Array>(backend, x);
  return { pixels, windows, places: placesOfMaxima(pixels, windows) };
}

function valuesAt(pixels: Float32Array | Int32Array, places: Int32Array): Float32Array {
  return Float32Array.from(places, (place) => (place < 0 ? -Infinity : pixels[place]!));
}
