import { TIME_SIZE } from '../../nets/networks/denoising-mlp.js';
import { chain, outline, type Kind } from '../layer.js';
import { timeOf } from './with-step-sizes.js';

export const denoisingMlp: Kind<{
  readonly size: number;
  readonly classes?: number | null;
  readonly stepSizes?: number | null;
}> = {
  parts: ({ size, classes, stepSizes }) => {
    const dense = outline('dense', { inputs: size });
    const hidden = [outline('withScaleAndShift', {}, dense, dense), outline('activation', { activation: 'swish' })];
    const body = chain(...hidden, ...hidden, ...hidden, dense);
    const labels = classes ? [outline('embedding')] : [];
    return [
      outline('withTimesteps', {}, body, timeOf(outline('timeEmbedding', { size: TIME_SIZE }), stepSizes), ...labels),
    ];
  },
};
