import { halve } from '../../nets/networks/dcgan-shapes.js';
import { nameOf } from '../activate.js';
import { outline, type Kind } from '../layer.js';

interface DcganDiscriminatorOptions {
  readonly shape: readonly number[];
  readonly classes?: number | null;
  readonly norm?: unknown;
}

export const dcganDiscriminator: Kind<DcganDiscriminatorOptions> = {
  parts: ({ shape, classes, norm }) => {
    const activation = 'leakyRelu';
    const convolutions = Array.from({ length: halve(shape).count }, (_, i) =>
      i > 0 && norm
        ? [outline('conv2d', { strides: 2 }), outline(nameOf(norm)!, { activation })]
        : [outline('conv2d', { strides: 2, activation })],
    );
    const head = outline('dense');
    const last = classes ? outline('withProjection', {}, head, outline('embedding')) : head;
    return [...convolutions.flat(), outline('flatten'), last];
  },
  input: ({ shape }) => shape,
};
