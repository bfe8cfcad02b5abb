import * as tf from '@tensorflow/tfjs-core';
import { checkConditionRead } from '../nets/classes-of.js';
import { dropSome } from '../nets/conditions/drop-condition.js';
import type { RandomStream } from '../random/index.js';
import { checkInteger, checkNumber, checkRecord, checkResult } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { BatchSource } from '../training/data/batches.js';
import type { Observer } from '../training/observer.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkOptimizer } from '../training/optimizers/read-optimizer.js';
import type { AverageOptions } from '../training/trainer/average.js';
import { trainerBy } from '../training/trainer/create-trainer.js';
import { lossKind } from '../training/trainer/read-game.js';
import { averagesOf, trainerRules } from '../training/trainer/trainer-options.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { checkSequences, isCounted } from './sequences.js';
import type { TokenModel } from './token-model.js';

/** Options of {@link createTokenTrainer}. */
export interface TokenTrainerOptions {
  /** The model to train. */
  readonly model: TokenModel;
  /** From `createAdam`, or any `tf.Optimizer`; one for each trainer. */
  readonly optimizer: Optimizer | tf.Optimizer;
  /** The source of masks, dropped conditions and dropout, through its fork `tokens trainer`. */
  readonly random: RandomStream;
  /** The share of examples whose condition is dropped, in [0, 1): 0.1 for guidance. Labels become -1, vectors 0. 0 by default. */
  readonly dropCondition?: number | undefined;
  /** A running average of the model, which often has a lower loss; none by default. */
  readonly average?: AverageOptions<TokenModel> | undefined;
  /** Gradients are scaled down to this global norm, above 0; by default they are not. Transformers are usually trained with 1. */
  readonly clipNorm?: number | undefined;
}

/**
 * A trainer for a model of sequences.
 *
 * loss = ( sum over the batch of (-log p(x)) ) / tokens, where tokens after the end of a sequence are not counted
 *
 * @param options - see {@link TokenTrainerOptions}
 * @returns a trainer with the metrics `loss`, in nats per token, and `bits`, the same in bits; for a masked model both are bounds. Its
 *   batches are int32 `[n, length]`, with -1 after the end of a sequence. It does not own model or average; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @example
 * ```ts
 * const size = { tokens: 3, length: 6 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const trainer = createTokenTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const { bits } = await readMetrics(trainer.step(tf.zeros([8, 6], 'int32')));
 * console.log(bits); // log2(3) = 1.585, before the first update
 * ```
 */
export function createTokenTrainer(options: TokenTrainerOptions): Trainer<'loss' | 'bits'> {
  const caller = 'createTokenTrainer';
  const { model, dropCondition, average, ...shared } = readOptions(caller, options, {
    model: checkModel,
    optimizer: checkOptimizer,
    ...trainerRules,
    dropCondition: { is: checkNumber, default: undefined, least: 0, below: 1 },
  });
  const { tokens, length, end } = model;
  return trainerBy(
    caller,
    {
      ...shared,
      name: 'tokens',
      dtype: 'int32',
      parts: { model },
      averages: averagesOf(caller, 'model', model, average),
      settings: { tokens, length, end, dropCondition },
      observers: [tokenRange(tokens)],
      loss: ({ x, condition, options: applyOptions }) => {
        checkConditionRead('step', 'batch.', applyOptions, model);
        checkSequences('step', 'batch', x, length);
        const kept = dropCondition === undefined ? condition : dropSome('step', condition, dropCondition, applyOptions);
        const logProb = model.logProb(x, { ...applyOptions, condition: kept });
        checkResult('step', 'model.logProb(...)', logProb, [x.shape[0]]);
        const loss = tf.neg(tf.div(tf.sum(logProb), tf.sum(tf.cast(isCounted(x, end), 'float32'))));
        return { loss, bits: tf.mul(loss, Math.LOG2E) };
      },
    },
    lossKind,
  );
}

/** Rejects a run whose host data hold other tokens. On the device they give NaN, and the updates are skipped. */
function tokenRange(tokens: number): Observer {
  return {
    begin: ({ caller, ...run }) => {
      for (const argument of ['data', 'validation'] as const) {
        const [, high] = (run[argument] as Partial<BatchSource> | undefined)?.holds?.values ?? [];
        if (high === undefined || high < tokens) continue;
        throw outOfRange(caller, argument, `must hold tokens below ${tokens}, or -1`, { seen: String(high) });
      }
    },
  };
}

function checkModel(where: string, argument: string, model: TokenModel): void {
  checkRecord(where, argument, model, 'logProb sample', 'createTokenModel(...), createMaskedModel(...)');
  checkInteger(where, `${argument}.tokens`, model.tokens);
  checkInteger(where, `${argument}.length`, model.length);
}
