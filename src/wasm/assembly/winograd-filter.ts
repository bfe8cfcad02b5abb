import { Convolution } from './convolution';
import { transpose } from './pack';
import { addressOfColumn, stepOfColumn } from './panels';
import { phasedChannels, phasedOutChannels, planeBytes, tapsOf } from './winograd-tiles';
import { Filter, SQUARE_BYTES, pointsOf, transform } from './winograd-transforms';

/** Bytes of the vectors of a filter of 3x3 taps. */
const TAPS_BYTES: usize = 144;

/** Bytes of scratch for {@link packWinogradFilter}. */
export function packWinogradScratch(): i32 {
  return <i32>(SQUARE_BYTES + 4 * TAPS_BYTES);
}

/**
 * Transforms a filter and packs it for `winograd`, plane by plane.
 *
 * @param isBackward - whether it is for the gradient of the input: the filter of the forward pass, which is
 *   `[height, width, outChannels, channels]` as seen from here, is turned around and transposed
 * @param first - the first of the `count` channels of all phases to be packed; `count` is a multiple of 4
 */
export function packWinogradFilter(
  conv: Convolution,
  filter: usize,
  panels: usize,
  isBackward: bool,
  first: i32,
  count: i32,
  scratch: usize,
): void {
  const channels = phasedChannels(conv),
    outChannels = phasedOutChannels(conv);
  const taps = <usize>tapsOf(conv);
  const plane = planeBytes(channels, outChannels),
    planesOfRow = <usize>pointsOf(<i32>taps) * plane;
  const gathered = scratch + SQUARE_BYTES;
  // the filter is [taps, phases, taps, phases of all channels that have them, the other channels]
  const phases = conv.height.stride * conv.outPhases;
  const inRow = (isBackward ? outChannels : channels) / phases;
  const others = isBackward ? channels : outChannels;
  const other = (<usize>others) << 2;
  const tapColumn = <usize>inRow * other,
    phaseRow = taps * tapColumn,
    tapRow = <usize>phases * phaseRow;
  for (let k = first; k < first + count; k += 4)
    for (let j = 0; j < outChannels; j += 4) {
      const column = addressOfColumn(panels, j, outChannels, channels),
        step = stepOfColumn(j, outChannels);
      const phased = isBackward ? j : k;
      const phase = phased / inRow;
      const start = filter + <usize>phase * phaseRow + <usize>(phased - phase * inRow) * other;
      const source = start + ((<usize>(isBackward ? k : j)) << 2);
      // the taps of four channels k; in each vector four output channels j
      if (isBackward)
        for (let row: usize = 0; row < taps; row++)
          for (let column: usize = 0; column < taps; column++) {
            const from = source + (taps - 1 - row) * tapRow + (taps - 1 - column) * tapColumn;
            const to = gathered + ((row * taps + column) << 4);
            transpose(to, TAPS_BYTES, from, from + other, from + 2 * other, from + 3 * other);
          }
      for (let i: usize = 0; i < 4; i++) {
        transform<Filter>(
          <i32>taps,
          isBackward ? gathered + i * TAPS_BYTES : source + i * other,
          isBackward ? taps << 4 : tapRow,
          isBackward ? 16 : tapColumn,
          column + (<usize>k + i) * step,
          planesOfRow,
          plane,
          scratch,
        );
      }
    }
}
