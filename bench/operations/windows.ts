import * as tf from '@tensorflow/tfjs';
import { filterBytes, layOut, rowLayout } from '../../src/wasm/convolution/layout.js';
import { heapOf, type Heap } from '../../src/wasm/heap/heap.js';
import { halveRows, shareRows } from '../../src/wasm/heap/jobs.js';
import { convGeometry } from '../../src/wasm/convolution/conv-geometry.js';

type Inputs = Readonly<Record<'x' | 'filter' | 'dy', tf.Tensor>>;

/**
 * A convolution and its gradients as products of windows (im2col): what the kernels do where Winograd's algorithm is not
 * used, with the same functions of the module and the same jobs.
 */
export function byWindows({ x, filter, dy }: Inputs, attributes: tf.NamedAttrMap): Record<string, () => tf.TensorInfo> {
  const heap = heapOf(tf.backend());
  const conv = convGeometry('Conv2D', x.shape, filter.shape, attributes, false);
  const { run, addressOf } = heap;
  const outputs = rowLayout(x.shape[0], conv.height.output, conv.width.output);

  function forward(): tf.TensorInfo {
    const y = heap.make(dy.shape);
    const parts = shareRows(heap.threads(), outputs);
    const [at, packed, ...scratch] = layOut(heap, conv, (here) => [
      run.filterPanelBytes({ conv: here }),
      ...parts.map(({ count }) => run.convolveScratch({ conv: here, rows: count })),
    ]) as [number, number, ...number[]];
    run.packFilter({ conv: at, filter: addressOf(filter), packed });
    const jobs = parts.map(({ begin, count }, i) => ({
      conv: at,
      x: addressOf(x),
      packed,
      y: addressOf(y),
      first: begin,
      rows: count,
      bias: 0,
      negativeSlope: 1,
      scratch: scratch[i]!,
    }));
    heap.runAll('convolve', jobs);
    return y;
  }

  function inputGradient(): tf.TensorInfo {
    const dx = heap.make(x.shape);
    const parts = shareRows(heap.threads(), rowLayout(x.shape[0], conv.height.input, conv.width.input));
    const [at, packed, ...scratch] = layOut(heap, conv, (here) => [
      run.transposedPanelBytes({ conv: here }),
      ...parts.map(({ count }) => run.inputGradientScratch({ conv: here, rows: count })),
    ]) as [number, number, ...number[]];
    run.packTransposedFilter({ conv: at, filter: addressOf(filter), packed });
    const jobs = parts.map(({ begin, count }, i) => ({
      conv: at,
      dy: addressOf(dy),
      packed,
      dx: addressOf(dx),
      first: begin,
      rows: count,
      scratch: scratch[i]!,
    }));
    heap.runAll('inputGradient', jobs);
    return dx;
  }

  function filterGradient(): tf.TensorInfo {
    const dw = heap.make(filter.shape);
    const halves = halveRows(outputs);
    const bytes = filterBytes(conv);
    const [at, second, ...scratch] = layOut(heap, conv, (here) => [
      bytes,
      ...halves.map(({ count }) => run.filterGradientScratch({ conv: here, rows: count, count: conv.outChannels })),
    ]) as [number, number, ...number[]];
    const jobs = halves.map(({ begin, count }, i) => ({
      conv: at,
      x: addressOf(x),
      dy: addressOf(dy),
      dw: i === 0 ? addressOf(dw) : second,
      first: begin,
      rows: count,
      from: 0,
      count: conv.outChannels,
      scratch: scratch[i]!,
    }));
    heap.runAll('filterGradient', jobs);
    run.addNumbers({ target: addressOf(dw), source: second, n: bytes / 4 });
    return dw;
  }

  return { forward, 'input gradient': inputGradient, 'filter gradient': filterGradient };
}

/** Frees the output of a kernel that ran outside tfjs's engine. */
export function free(heap: Heap, { dataId }: tf.TensorInfo): void {
  heap.backend.disposeData(dataId);
}

/** The largest difference between two results, as a share of the largest number. */
export function differenceOf(one: tf.TensorInfo, other: tf.TensorInfo): number {
  const [a, b] = [one, other].map((x) => heapOf(tf.backend()).backend.typedArrayFromHeap(x) as Float32Array);
  let [difference, largest] = [0, 0];
  a!.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - b![i]!));
    largest = Math.max(largest, Math.abs(value));
  });
  return difference / largest;
}
