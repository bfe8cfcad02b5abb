import { halvingsOf } from '../../nets/networks/dcgan-shapes.js';
import { nameOf } from '../activate.js';
import type { Kind } from '../layer.js';
import { composed, convOutline, denseOutline, embeddingOutline, normOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface DcganDiscriminatorOptions {
  readonly shape: readonly [number, number, number];
  readonly width: number;
  readonly classes?: number | null;
  readonly norm?: unknown;
}

export const dcganDiscriminator: Kind<DcganDiscriminatorOptions> = {
  parts: ({ shape, width, classes, norm }) => {
    const { count, smallest } = halvingsOf('dcganDiscriminator', shape);
    const activation = 'leakyRelu';
    const layer = { kernelSize: 4, strides: 2 };
    const convolutions = Array.from({ length: count }, (_, i) => {
      const [inputs, filters] = [i === 0 ? shape[2] : width * 2 ** (i - 1), width * 2 ** i];
      if (i === 0 || !norm) return [convOutline(inputs, filters, { ...layer, activation })];
      // the default number of groups
      return [convOutline(inputs, filters, layer), normOutline(nameOf(norm)!, filters, { activation, groups: 8 })];
    });
    const features = smallest[0] * smallest[1] * width * 2 ** (count - 1);
    const head = denseOutline(features, 1);
    const last = classes ? composed('withProjection', head, embeddingOutline(classes, features)) : head;
    return [...convolutions.flat(), composed('flatten'), last];
  },
  input: ({ options }) => options,
  emit: sequential.emit,
};
