import { chain, MAX_TENSORS, outline, repeated, type Kind, type Outline } from '../layer.js';
import { timeOf } from './with-step-sizes.js';

interface UnetOptions {
  readonly channels: number;
  readonly widths?: readonly number[];
  readonly blocks?: number;
  readonly attention?: readonly number[];
  readonly classes?: number | null;
  readonly stepSizes?: number | null;
  readonly groups?: number;
}

/** A U-Net of these convolutions. */
const unetOf = (kind: string, upsample: string): Kind<UnetOptions> => ({
  parts: ({ channels, widths = [32, 64], blocks = 1, attention = [], classes, stepSizes, groups }) => {
    const activation = 'swish';
    const convolution = outline(kind, { inputs: channels });
    const norm = outline('groupNorm', { groups });
    const seen = outline('residual', {}, chain(norm, outline('attention')));
    /** Blocks, of which the first has other numbers of channels if `inputs` is not 1. */
    const way = (level: number, count: number, inputs = 1): Outline[] =>
      repeated(Math.min(count, MAX_TENSORS / widths.length), (n) => {
        const sizes = { inputs: n > 0 ? 1 : inputs, filters: 1, conditionSize: 1 };
        const block = outline('residualBlock', { ...sizes, convolution: kind, groups, activation });
        return attention.includes(level) ? chain(block, seen) : block;
      });
    const level = (i: number): Outline => {
      if (i === widths.length - 1) return chain(...way(i, blocks + 1));
      const smaller = outline(kind, { strides: 2 });
      const inner = chain(smaller, level(i + 1), outline(upsample), convolution);
      return chain(...way(i, blocks), outline('besideInput', {}, inner), ...way(i, blocks, 2));
    };
    const dense = outline('dense');
    const time = chain(outline('timeEmbedding', { size: widths[0] }), outline('dense', { activation }), dense);
    const body = chain(convolution, level(0), norm, outline('activation', { activation }), convolution);
    return [outline('withTimesteps', {}, body, timeOf(time, stepSizes), ...(classes ? [outline('embedding')] : []))];
  },
});

export const unet = unetOf('conv2d', 'upsample');
export const unet1d = unetOf('conv1d', 'upsample1d');
