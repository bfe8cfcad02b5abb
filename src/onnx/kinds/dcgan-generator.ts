import { LABEL_SIZE } from '../../nets/networks/dcgan-generator.js';
import { halvingsOf } from '../../nets/networks/dcgan-shapes.js';
import type { Kind } from '../layer.js';
import { chain, composed, convOutline, denseOutline, embeddingOutline, normOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface DcganGeneratorOptions {
  readonly latentSize: number;
  readonly shape: readonly [number, number, number];
  readonly width: number;
  readonly classes?: number | null;
}

export const dcganGenerator: Kind<DcganGeneratorOptions> = {
  parts: ({ latentSize, shape, width, classes }) => {
    const { count, smallest } = halvingsOf('dcganGenerator', shape);
    const widths = Array.from({ length: count }, (_, i) => width * 2 ** (count - 1 - i));
    const norm = (inputs: number) => normOutline('batchNorm', inputs, { activation: 'relu' });
    const inputs = classes ? latentSize + LABEL_SIZE : latentSize;
    const body = chain(
      denseOutline(inputs, smallest[0] * smallest[1] * widths[0]!),
      { kind: 'reshape', options: { shape: [...smallest, widths[0]!] } },
      norm(widths[0]!),
      ...widths.flatMap((from, i) => {
        const [filters, isLast] = [widths[i + 1] ?? shape[2], i === count - 1];
        const layer = { kernelSize: 4, strides: 2, activation: isLast ? 'sigmoid' : undefined };
        const convolution = { ...convOutline(from, filters, layer), kind: 'conv2dTranspose' };
        return isLast ? [convolution] : [convolution, norm(filters)];
      }),
    );
    return [classes ? composed('withCondition', body, embeddingOutline(classes, LABEL_SIZE)) : body];
  },
  emit: sequential.emit,
};
