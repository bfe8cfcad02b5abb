import { halve } from '../../nets/networks/dcgan-shapes.js';
import { chain, outline, type Kind } from '../layer.js';

interface DcganGeneratorOptions {
  readonly latentSize: number;
  readonly shape: readonly number[];
  readonly width?: number;
  readonly classes?: number | null;
}

export const dcganGenerator: Kind<DcganGeneratorOptions> = {
  parts: ({ shape, width = 64, classes }) => {
    const { count, smallest } = halve(shape);
    const norm = outline('batchNorm', { activation: 'relu' });
    const options = { kernelSize: 4, strides: 2 };
    const body = chain(
      outline('dense'),
      outline('reshape', { shape: [...smallest, width * 2 ** (count - 1)] }),
      ...Array.from({ length: count - 1 }, () => [norm, outline('conv2dTranspose', options)]).flat(),
      norm,
      outline('conv2dTranspose', { ...options, activation: 'sigmoid' }),
    );
    return [classes ? outline('withCondition', {}, body, outline('embedding')) : body];
  },
  input: ({ latentSize }) => [latentSize],
};
