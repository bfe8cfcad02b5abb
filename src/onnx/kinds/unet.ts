import { chain, outline, type Kind, type Outline } from '../layer.js';

interface UnetOptions {
  readonly channels: number;
  readonly widths: readonly number[];
  readonly blocks: number;
  readonly attention: readonly number[];
  readonly classes?: number | null;
  readonly groups: number;
}

export const unet: Kind<UnetOptions> = {
  parts: ({ widths, blocks, attention, classes, groups }) => {
    const activation = 'swish';
    const convolution = outline('conv2d');
    const norm = outline('groupNorm', { groups });
    const level = (i: number): Outline => {
      const isLast = i === widths.length - 1;
      const way = (count: number, inputs: number): Outline[] =>
        Array.from({ length: count }, (_, n) => {
          // only whether inputs and outputs differ
          const sizes = { inputs: n === 0 ? inputs : 1, filters: 1 };
          const block = outline('residualBlock', { ...sizes, groups, activation, conditionSize: 1 });
          return attention.includes(i) ? [block, outline('residual', {}, chain(norm, outline('attention')))] : [block];
        }).flat();
      if (isLast) return chain(...way(blocks + 1, 1));
      const upsample = outline('upsample', { factor: 2 });
      const inner = [outline('conv2d', { strides: 2 }), level(i + 1), upsample, convolution];
      return chain(...way(blocks, 1), outline('besideInput', {}, chain(...inner)), ...way(blocks, 2));
    };
    const time = chain(
      outline('timeEmbedding', { size: widths[0] }),
      outline('dense', { activation }),
      outline('dense'),
    );
    const body = chain(convolution, level(0), norm, outline('activation', { activation }), convolution);
    return [outline('withTimesteps', {}, body, time, ...(classes ? [outline('embedding')] : []))];
  },
  input: ({ channels }) => [null, null, channels],
};
