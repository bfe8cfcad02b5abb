import { TIME_SIZE } from '../../nets/networks/denoising-mlp.js';
import type { Kind } from '../layer.js';
import { chain, composed, denseOutline, embeddingOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface DenoisingMlpOptions {
  readonly size: number;
  readonly width: number;
  readonly classes?: number | null;
}

export const denoisingMlp: Kind<DenoisingMlpOptions> = {
  parts: ({ size, width, classes }) => {
    const hidden = [size, width, width].flatMap((inputs) => [
      composed('withScaleAndShift', denseOutline(inputs, width), denseOutline(TIME_SIZE, 2 * width)),
      { kind: 'activation', options: { activation: 'swish' } },
    ]);
    const time = { kind: 'timeEmbedding', options: { size: TIME_SIZE, maxPeriod: 10_000 } };
    const labels = classes ? [embeddingOutline(classes, TIME_SIZE)] : [];
    return [composed('withTimesteps', chain(...hidden, denseOutline(width, size)), time, ...labels)];
  },
  emit: sequential.emit,
};
