import * as tf from '@tensorflow/tfjs-core';

/** An operator of JavaScript got a tensor: `+` makes a text of it, and others make NaN. */
export class OperatorUse extends Error {
  constructor(readonly isAddition: boolean) {
    super('an operator got a tensor');
  }
}

/** What {@link watchOperators} returns. */
interface Operators {
  /** Calls a function, which throws an {@link OperatorUse} if it calculates with a tensor by an operator other than `+`. */
  during<T>(f: () => T): T;
  /** The operator that explains an error, or NaN where there was no error. */
  cause(error?: unknown): OperatorUse | undefined;
}

/** Watches for operators of JavaScript that get a tensor. A text may be meant to be logged, so `+` only counts if something else fails. */
export function watchOperators(): Operators {
  let added: OperatorUse | undefined;
  function toPrimitive(this: tf.Tensor, hint: string): string {
    if (hint === 'number') throw new OperatorUse(false);
    if (hint === 'default') added ??= new OperatorUse(true);
    return this.toString();
  }
  return {
    during(f) {
      Object.defineProperty(tf.Tensor.prototype, Symbol.toPrimitive, { value: toPrimitive, configurable: true });
      try {
        return f();
      } finally {
        Reflect.deleteProperty(tf.Tensor.prototype, Symbol.toPrimitive);
      }
    },
    cause(error) {
      if (error instanceof OperatorUse) return error;
      return error === undefined || (error instanceof Error && /\bstring\b|\bNaN\b|a number/.test(error.message))
        ? added
        : undefined;
    },
  };
}
