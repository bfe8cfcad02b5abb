import { chain, outline, type Kind } from '../layer.js';

interface ResidualBlockOptions {
  readonly inputs: number;
  readonly filters: number;
  readonly groups?: number;
  readonly activation?: unknown;
  readonly conditionSize?: number | null;
  /** The kind of its convolutions in a U-Net. */
  readonly convolution?: string;
}

export const residualBlock: Kind<ResidualBlockOptions> = {
  parts: ({ inputs, filters, groups, activation = 'swish', conditionSize, convolution: kind = 'conv2d' }) => {
    const activate = outline('activation', { activation });
    const norm = outline('groupNorm', { groups });
    const condition = chain(activate, outline('dense', { inputs: conditionSize }));
    const convolution = outline(kind, { inputs });
    const body = chain(
      norm,
      activate,
      convolution,
      conditionSize ? outline('withScaleAndShift', {}, norm, condition) : norm,
      activate,
      convolution,
    );
    return [outline('residual', {}, body, ...(inputs === filters ? [] : [convolution]))];
  },
};
