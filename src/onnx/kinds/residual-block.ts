import type { Kind, Outline } from '../layer.js';
import { chain, composed, convOutline, denseOutline, normOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface ResidualBlockOptions {
  readonly inputs: number;
  readonly filters: number;
  readonly groups: number;
  readonly activation: unknown;
  readonly conditionSize?: number | null;
}

export const residualBlock: Kind<ResidualBlockOptions> = {
  parts: ({ inputs, filters, groups, activation, conditionSize }) => {
    const activate: Outline = { kind: 'activation', options: { activation } };
    const norm = normOutline('groupNorm', filters, { groups });
    const body = chain(
      normOutline('groupNorm', inputs, { groups, activation }),
      convOutline(inputs, filters, { kernelSize: 3 }),
      conditionSize
        ? composed('withScaleAndShift', norm, chain(activate, denseOutline(conditionSize, 2 * filters)))
        : norm,
      activate,
      convOutline(filters, filters, { kernelSize: 3 }),
    );
    const shortcut = inputs === filters ? [] : [convOutline(inputs, filters, { kernelSize: 1 })];
    return [composed('residual', body, ...shortcut)];
  },
  emit: sequential.emit,
};
