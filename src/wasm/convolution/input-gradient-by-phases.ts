import type { TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import type { Composition } from '../composition/compose.js';
import { tapsOf } from '../composition/host-copies.js';
import type { AxisGeometry, ConvGeometry } from './conv-geometry.js';
import type { Padding } from './cover-taps.js';

/** A convolution of the output's gradient with stride 1. */
type Convolve = (dy: TensorInfo, filter: TensorInfo, pad: Padding) => TensorInfo;

/**
 * The gradient of a convolution with respect to its input.
 *
 * With stride 1 it is a convolution of `dy` with the filter turned around. With stride s the pixels of the input fall
 * into s * s phases (row mod s, column mod s); each phase meets only every s-th tap, so it is a small convolution of
 * its own, and no product with an inserted zero is computed. The phases are then interleaved.
 *
 * @param filter - `[height, width, ...]`, its last axes in the order that `convolve` expects
 */
export function inputGradientByPhases(
  kernelName: string,
  composition: Composition,
  geometry: ConvGeometry,
  dy: TensorInfo,
  filter: TensorInfo,
  convolve: Convolve,
): TensorInfo {
  const { height, width, batch, inputChannels } = geometry;
  for (const { stride, dilation } of [height, width]) {
    if (stride > 1 && dilation > 1) {
      throw outOfRange(kernelName, 'dilations', 'must be 1 where strides are not', { got: dilation });
    }
  }
  const { reshape, slice, free } = composition;
  const size = [height, width].map(({ input, stride }) => Math.ceil(input / stride)) as [number, number];

  const rows = phases(height).map((rowPhase) => {
    const columns = phases(width).map((columnPhase) => {
      const phase = onePhase(composition, geometry, dy, filter, rowPhase, columnPhase, convolve);
      const pixels = reshape(phase, [batch * size[0] * size[1], inputChannels]);
      free(phase);
      return pixels;
    });
    return reshape(weave(composition, columns), [batch * size[0], size[1] * width.stride * inputChannels]);
  });
  const whole = [batch, size[0] * height.stride, size[1] * width.stride, inputChannels];
  const woven = reshape(weave(composition, rows), whole);
  if (whole[1] === height.input && whole[2] === width.input) return woven;
  return slice(woven, [0, 0, 0, 0], [batch, height.input, width.input, inputChannels]);
}

/** One phase along one axis: its padding of `dy` (if negative, that much is cut off) and its taps. */
interface Phase {
  readonly before: number;
  readonly after: number;
  /** Turned around: the last tap comes first. */
  readonly taps: readonly number[];
}

function phases({ input, output, filter, stride, dilation, before }: AxisGeometry): Phase[] {
  const size = Math.ceil(input / stride);
  return Array.from({ length: stride }, (_, offset) => {
    const residue = (offset + before) % stride;
    const skipped = Math.floor((offset + before) / stride);
    const count = Math.max(0, Math.ceil((filter - residue) / stride));
    return {
      before: dilation * (count - 1) - skipped,
      after: size - output + skipped,
      taps: Array.from({ length: count }, (_, i) => residue + stride * (count - 1 - i)),
    };
  });
}

function onePhase(
  { call, run, slice }: Composition,
  { height, width, batch, inputChannels }: ConvGeometry,
  dy: TensorInfo,
  filter: TensorInfo,
  row: Phase,
  column: Phase,
  convolve: Convolve,
): TensorInfo {
  const cut = (amount: number): number => Math.max(0, -amount);
  const padding = (amount: number): number => Math.max(0, amount);
  const keptRows = height.output - cut(row.before) - cut(row.after);
  const keptColumns = width.output - cut(column.before) - cut(column.after);
  if (row.taps.length === 0 || column.taps.length === 0 || keptRows <= 0 || keptColumns <= 0) {
    const size = [height, width].map(({ input, stride }) => Math.ceil(input / stride));
    return run('Fill', {}, { shape: [batch, ...size, inputChannels], value: 0, dtype: 'float32' });
  }
  const isWhole = keptRows === height.output && keptColumns === width.output;
  const kept = isWhole
    ? dy
    : slice(dy, [0, cut(row.before), cut(column.before), 0], [batch, keptRows, keptColumns, dy.shape[3]!]);
  const taps = call(tapsOf, { x: filter }, { rows: [...row.taps], columns: [...column.taps] });
  return convolve(kept, taps, [
    [0, 0],
    [padding(row.before), padding(row.after)],
    [padding(column.before), padding(column.after)],
    [0, 0],
  ]);
}

/** The rows of several matrices, interleaved: matrices `[n, m]` become `[n, parts * m]`. */
function weave({ concat, free }: Composition, parts: readonly TensorInfo[]): TensorInfo {
  if (parts.length === 1) return parts[0]!;
  const woven = concat(parts, 1);
  parts.forEach(free);
  return woven;
}
