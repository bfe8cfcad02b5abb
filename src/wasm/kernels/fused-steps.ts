import type { TensorInfo } from '@tensorflow/tfjs-core';
import { activated } from '../composition/activated.js';
import { compose, type KernelFunction } from '../composition/compose.js';

type Inputs = Parameters<KernelFunction>[0]['inputs'];

/** Whether bias and prelu weights, where there are any, are one number for each channel: tfjs's fused kernels take no others. */
export function isPerChannel({ bias, preluActivationWeights: alpha }: Inputs, channels: number): boolean {
  const isRow = (x: TensorInfo | undefined): boolean =>
    x === undefined || (x.shape.length === 1 && x.shape[0] === channels);
  return isRow(bias) && isRow(alpha);
}

/** A fused convolution as separate steps: the convolution, a bias of any shape that broadcasts, the activation. */
export function composeFused(
  convolution: string,
  { inputs, attrs = {}, backend }: Parameters<KernelFunction>[0],
): TensorInfo {
  const { x, filter, bias, preluActivationWeights } = inputs as Record<string, TensorInfo>;
  return compose(backend, (composition) => {
    const { run } = composition;
    const convolved = run(convolution, { x: x!, filter: filter! }, { ...attrs, activation: 'linear' });
    const sum = bias === undefined ? convolved : run('Add', { a: convolved, b: bias });
    return activated(composition, sum, attrs, preluActivationWeights);
  });
}
