import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import type { BeforeCall } from './evaluate.js';

/** Replaces the optimizers of trainers by ones that keep their gradients and move nothing. */
export function recordGradients(): {
  readonly beforeCall: BeforeCall;
  /** The gradients of all updates since the last call, by the names of the optimizers; the next evaluation disposes them. */
  take(): Record<string, tf.Tensor[]>;
  /** The variables that the gradients belong to. */
  readonly variables: Map<string, readonly tf.Variable[]>;
} {
  let kept: Record<string, tf.Tensor[]> = {};
  const variables = new Map<string, readonly tf.Variable[]>();
  const recorder = (name: string): g.Optimizer => ({
    prepare: () => undefined,
    apply: (gradients, moved) => {
      variables.set(name, moved);
      tf.dispose(kept[name] ?? []);
      kept[name] = gradients.map((gradient) => tf.keep(tf.clone(gradient)));
    },
    state: () => ({ tensors: [], plain: null }),
    restore: () => undefined,
    dispose: () => {
      tf.dispose(kept);
      kept = {};
    },
  });
  const isOptimizer = (value: unknown): boolean => typeof (value as g.Optimizer | undefined)?.dispose === 'function';
  const replaced = (options: Readonly<Record<string, unknown>>): object => {
    const { optimizer, optimizers, ...rest } = options;
    const all = optimizers as Readonly<Record<string, unknown>> | undefined;
    return {
      ...rest,
      ...(Number.isFinite(options['clipNorm']) ? { clipNorm: undefined } : {}),
      ...('optimizer' in options ? { optimizer: isOptimizer(optimizer) ? recorder('loss') : optimizer } : {}),
      ...('optimizers' in options
        ? {
            optimizers:
              all !== null && typeof all === 'object'
                ? Object.fromEntries(
                    Object.entries(all).map(([name, one]) => [name, isOptimizer(one) ? recorder(name) : one]),
                  )
                : all,
          }
        : {}),
    };
  };
  return {
    beforeCall: (name, [options, ...rest]) =>
      /^create\w*Trainer$/.test(name) && options !== null && typeof options === 'object' && !Array.isArray(options)
        ? [replaced(options as Readonly<Record<string, unknown>>), ...rest]
        : [options, ...rest],
    take: () => {
      const taken = kept;
      return taken;
    },
    variables,
  };
}
