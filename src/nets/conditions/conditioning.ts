import type { Tensor } from '@tensorflow/tfjs-core';
import { checkResult, checkShape, isTensor } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { conditionFix } from '../apply-options.js';
import { checkNetwork } from '../check-network.js';
import { classesOf } from '../classes-of.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';

/** The condition, one of the further ones, or the timesteps that were passed to `apply`; throws if there are none. */
export function needed(
  where: string,
  options: ApplyOptions | null,
  name: 'condition' | 'timesteps',
  further?: string,
): Tensor {
  const value = further === undefined ? options?.[name] : options?.conditions?.[further];
  if (!isTensor(value)) {
    const argument = further === undefined ? `options.${name}` : `options.conditions.${further}`;
    throw wrongKind(where, argument, 'must be a tensor', {
      got: value,
      fix:
        further !== undefined
          ? `Pass { conditions: { ${further} } }.`
          : name === 'condition'
            ? (conditionFix(value) ?? 'Pass { condition: labels } to apply, with int32 labels, -1 for none.')
            : 'Pass { timesteps } to apply, int32 [batch].',
    });
  }
  return value;
}

/** The number of labels that a condition's network knows; undefined if it is a layer for vectors. */
export function labelsOf(labels: Network): number | undefined {
  return classesOf(labels) || undefined;
}

/** Makes the network of the public function `where` from its argument and `labels`; it accepts the labels that both accept. */
export function conditioned(
  where: string,
  argument: string,
  body: Network,
  labels: Network,
  apply: (input: Tensor, options: ApplyOptions) => Tensor,
): Network {
  checkNetwork(where, argument, body);
  checkNetwork(where, 'labels', labels);
  return madeBy(where, {}, joinNetworks([body, labels], apply, [labelsOf(labels), classesOf(body)]));
}

/** The output of `labels` for the condition: `[batch, size]`, one row per row of the input. */
export function labelsFor(where: string, labels: Network, input: Tensor, options: ApplyOptions, size?: number): Tensor {
  const condition = needed(where, options, 'condition');
  const rows = [input.shape[0], ...condition.shape.slice(1)];
  checkShape(where, 'options.condition', condition, rows, 'Pass one for each example of the input.');
  const vectors = renameErrors(where, { 'options.condition': condition }, () => labels.apply(condition, options));
  checkResult(where, 'labels.apply(options.condition)', vectors, [input.shape[0], size ?? null]);
  return vectors;
}

/** Throws unless `name` can be a key of `options.conditions`. */
export function checkName(where: string, argument: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw wrongKind(where, argument, "must be the name of a condition, such as 'picture'", { got: name });
  }
}
