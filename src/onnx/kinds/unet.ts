import type { Kind, Outline } from '../layer.js';
import { chain, composed, convOutline, denseOutline, embeddingOutline, normOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface UnetOptions {
  readonly channels: number;
  readonly widths: readonly number[];
  readonly blocks: number;
  readonly attention: readonly number[];
  readonly classes?: number | null;
  readonly timeSize: number;
  readonly groups: number;
}

export const unet: Kind<UnetOptions> = {
  parts: ({ channels, widths, blocks, attention, classes, timeSize, groups }) => {
    const width = widths[0]!;
    const convolution = (inputs: number, filters: number, strides = 1): Outline =>
      convOutline(inputs, filters, { kernelSize: 3, strides });
    const block = (inputs: number, filters: number, level: number): Outline => {
      const options = { inputs, filters, groups, activation: 'swish', conditionSize: timeSize };
      const made: Outline = { kind: 'residualBlock', options };
      if (!attention.includes(level)) return made;
      const heads: Outline = { kind: 'attention', options: { inputs: filters, heads: 1 } };
      return chain(made, composed('residual', chain(normOutline('groupNorm', filters, { groups }), heads)));
    };
    const level = (i: number): Outline => {
      const [here, below] = [widths[i]!, widths[i + 1]];
      const way = (count: number, inputs = here): Outline[] =>
        Array.from({ length: count }, (_, n) => block(n === 0 ? inputs : here, here, i));
      if (below === undefined) return chain(...way(blocks + 1));
      const inner = chain(
        convolution(here, below, 2),
        level(i + 1),
        { kind: 'upsample', options: { factor: 2 } },
        convolution(below, here),
      );
      return chain(...way(blocks), composed('besideInput', inner), ...way(blocks, 2 * here));
    };
    const body = chain(
      convolution(channels, width),
      level(0),
      normOutline('groupNorm', width, { groups, activation: 'swish' }),
      convolution(width, channels),
    );
    const time = chain(
      { kind: 'timeEmbedding', options: { size: width, maxPeriod: 10_000 } },
      denseOutline(width, timeSize, 'swish'),
      denseOutline(timeSize, timeSize),
    );
    return [composed('withTimesteps', body, time, ...(classes ? [embeddingOutline(classes, timeSize)] : []))];
  },
  emit: sequential.emit,
};
