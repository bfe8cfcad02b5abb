import { defineExercise } from 'tfjs-generative/testing';

export const exercise = defineExercise({
  name: 'maskedConvolution',
  inputs: (random) => ({ x: random.normal([1, 4, 5, 2]), kernel: random.normal([3, 3, 2, 3]) }),

  mistakes: {
    noMask: 'no weight is multiplied by 0',
    exchanged: 'the first and the later layer are exchanged',
    firstSeesItself: 'the first layer sees the pixel itself',
    laterIsBlind: 'the later layer does not see its own place',
    mirrored: 'the mask keeps what comes after a pixel, but must keep what comes before it',
    onlyAbove: 'the pixels to the left in the same row are missing',
    onlyLeft: 'the rows above are missing',
    onlyUpperLeft: 'in the rows above, the pixels to the right are missing',
    wholeRow: 'the mask keeps the whole row of the pixel, but only its left part comes before',
    columns: 'rows and columns are exchanged: it is the mask for an order from column to column',
    onlyMiddle: 'only the weight in the middle is multiplied by 0',
    rightOfRow: 'in the row of the pixel, the right part is kept instead of the left one',
    below: 'the rows below are kept instead of those above',
    flipped: 'the kernel is turned round, but TensorFlow.js does not turn kernels',
    oneChannel: 'only the first channel is masked',
    oneFeature: 'only the first feature is masked',
    lastFlattened: 'the mask is applied to the pixels of the picture, not to the weights of the kernel',
  },
  exclusive: [
    [
      'noMask',
      'mirrored',
      'onlyAbove',
      'onlyLeft',
      'onlyUpperLeft',
      'wholeRow',
      'columns',
      'onlyMiddle',
      'rightOfRow',
      'below',
      'flipped',
      'oneChannel',
      'oneFeature',
    ],
    ['noMask', 'exchanged', 'firstSeesItself', 'laterIsBlind'],
    ['wholeRow', 'firstSeesItself', 'laterIsBlind', 'exchanged', 'rightOfRow'],
  ],
  alone: [
    'flipped',
    'oneChannel',
    'oneFeature',
    'onlyMiddle',
    'lastFlattened',
    'rightOfRow',
    'below',
    'wholeRow',
    'noMask',
  ],

  reference({ x, kernel }, wrong) {
    const [size, height, width] = [kernel.length, x[0]!.length, x[0]![0]!.length];
    const middle = (size - 1) / 2;
    const keeps = (i: number, j: number, isFirst: boolean): boolean => {
      const seesItself = isFirst ? wrong.firstSeesItself || wrong.exchanged : !(wrong.laterIsBlind || wrong.exchanged);
      if (wrong.noMask) return true;
      if (i === middle && j === middle) return seesItself;
      if (wrong.onlyMiddle) return true;
      if (wrong.mirrored) return i > middle || (i === middle && j > middle);
      if (wrong.columns) return j < middle || (j === middle && i < middle);
      if (wrong.onlyUpperLeft) return i <= middle && j <= middle;
      if (wrong.below) return i > middle || (i === middle && j < middle);
      if (i === middle) return wrong.wholeRow || (wrong.rightOfRow ? j > middle : j < middle && !wrong.onlyAbove);
      return i < middle && !wrong.onlyLeft;
    };
    const convolve = (isFirst: boolean): number[][][][] =>
      x.map((picture) =>
        picture.map((row, y) =>
          row.map((_, column) =>
            kernel[0]![0]![0]!.map((__, f) => {
              let sum = 0;
              for (let i = 0; i < size; i++)
                for (let j = 0; j < size; j++) {
                  const pixel = picture[y + i - middle]?.[column + j - middle];
                  if (pixel === undefined) continue;
                  for (const [c, value] of pixel.entries()) {
                    const isUnmasked = (wrong.oneChannel && c > 0) || (wrong.oneFeature && f > 0);
                    if (wrong.lastFlattened) {
                      // the mask of a kernel of the picture's size
                      const [a, b] = [y + i - middle - (height - 1) / 2, column + j - middle - (width - 1) / 2];
                      if (!(a < 0 || (a === 0 && (b < 0 || (b === 0 && !isFirst))))) continue;
                    } else if (!isUnmasked && !keeps(i, j, isFirst)) continue;
                    const [k, l] = wrong.flipped ? [size - 1 - i, size - 1 - j] : [i, j];
                    sum += value * kernel[k]![l]![c]![f]!;
                  }
                }
              return sum;
            }),
          ),
        ),
      );
    return { first: convolve(true), later: convolve(false) };
  },

  hints: [
    'Draw a kernel of three by three weights. Which of its nine pixels come before the middle one?',
    'The two layers have the same mask but for one weight. How can you make a mask from numbers, and which axes must it have to act on all channels and features?',
    'The mask belongs to the weights, not to the result. With which padding does the result have the size of the picture?',
  ],

  picture: {
    // one bright pixel in the middle of five by five
    inputs: () => ({
      x: [Array.from({ length: 5 }, (_, i) => Array.from({ length: 5 }, (__, j) => [i === 2 && j === 2 ? 1 : 0]))],
      kernel: Array.from({ length: 3 }, (_, i) => Array.from({ length: 3 }, (__, j) => [[1 + i + 0.3 * j]])),
    }),
  },

  checks: [
    { kind: 'values', points: 5 },
    {
      kind: 'values',
      name: 'a kernel of five by five',
      points: 1,
      inputs: (random) => ({ x: random.normal([2, 5, 4, 1]), kernel: random.normal([5, 5, 1, 2]) }),
    },
    {
      kind: 'gradients',
      points: 2,
      inputs: (random) => ({ x: random.normal([1, 3, 4, 1]), kernel: random.normal([3, 3, 1, 2]) }),
    },
    { kind: 'leaks', points: 1 },
  ],
});
