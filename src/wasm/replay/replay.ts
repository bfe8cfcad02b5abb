import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from '../../gradients/tape.js';
import { isTensor } from '../../tensor/checks.js';
import { checkRecord } from '../../tensor/plain-checks.js';
import { recorder } from '../../tensor/recorder.js';
import type { Batch } from '../../training/data/batch.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { createKinds } from './kinds.js';
import { createLedger } from './ledger.js';

/**
 * A trainer that replays its steps on the wasm backend: the kernels of a step are planned once, and later steps run them without tfjs's
 * tape, its engine and new memory. Weights, metrics, draws and checkpoints have the same bits. Small networks gain most.
 *
 * It makes a step as usual, then ten or more to compare, from other counts of steps, which are taken back; then it replays. Each shape of a
 * batch is planned by itself; four plans are kept. Steps that choose `players` or `look` inside, as `train` does in every eighth, are made as
 * usual, and so are all on another backend.
 *
 * @remarks
 * Use only the new trainer. What a step computes may depend on its batch, on variables, draws of tensors, averages, and schedules that are options.
 * If the host draws or reads other numbers, or computes something else at a later step, steps are made as usual, and the verdict
 * `not replayed` says why. A loss of your own that depends on counts of steps in any other way must not be replayed: nobody can
 * know what it does at a step that was not tried. A plan has memory of its own, which `tf.memory()` does not count: two buffers for each
 * variable, and the intermediate tensors.
 *
 * @param trainer - any trainer; it is used from now on by the new one alone
 * @returns the same trainer with other steps; its `dispose` also frees plans and disposes `trainer`
 * @throws TypeError if `trainer` is none
 * @example
 * ```ts
 * const replaying = replay(trainer);
 * const { loss } = await readMetrics(replaying.step(x));
 * ```
 */
export function replay<N extends string>(trainer: Trainer<N>): Trainer<N> {
  checkRecord('replay', 'trainer', trainer, 'step evaluate', 'createTrainer or a trainer of a family');
  const [kinds, ledger] = [createKinds(trainer), createLedger(trainer)];
  let backend: object | undefined;
  let isInStep = false;

  const isReady = (): boolean => {
    const isOn = tf.getBackend() === 'wasm' && gradientDepth() === 0 && recorder() === undefined && !isInStep;
    if (isOn && backend !== tf.backend()) {
      kinds.forget();
      backend = tf.backend();
    }
    return isOn && trainer.restore !== undefined;
  };
  const step: Trainer<N>['step'] = (batch, options) => {
    const inputs = inputsOf(batch);
    const isPlain = options === undefined || Object.values(options as object).every((value) => value === undefined);
    if (!isPlain || inputs === undefined || !isReady()) {
      ledger.tell();
      return trainer.step(batch, options);
    }
    const kind = kinds.of(inputs, (trainer.steps ?? 0) + ledger.steps());
    const tensors = Object.values(inputs);
    const metrics = kind.replay(tensors, ledger.plain);
    if (metrics !== undefined) {
      ledger.add(kind.change!);
      return metrics;
    }
    ledger.tell();
    isInStep = true;
    try {
      return kind.step(tensors, () => trainer.step(batch));
    } finally {
      isInStep = false;
    }
  };

  const replaying: Trainer<N> = {
    ...trainer,
    step,
    evaluate: (batch) => {
      ledger.tell();
      return trainer.evaluate(batch);
    },
    get state() {
      ledger.tell();
      return trainer.state;
    },
    ...(trainer.restore && {
      restore: (plain) => {
        ledger.tell();
        kinds.free();
        trainer.restore!(plain);
      },
    }),
    observers: [...(trainer.observers ?? []), kinds.observer],
    dispose: () => {
      ledger.tell();
      kinds.free();
      trainer.dispose();
    },
  };
  const get = (): number | undefined => (trainer.steps === undefined ? undefined : trainer.steps + ledger.steps());
  return Object.freeze(Object.defineProperty(replaying, 'steps', { get }));
}

/** The tensors of a batch by name; undefined if there is anything else. */
function inputsOf(batch: Batch): Record<string, Tensor> | undefined {
  const { conditions, ...others } = isTensor(batch) ? { x: batch } : (batch ?? {});
  const inputs = Object.fromEntries(
    Object.entries({ ...others, ...conditions }).filter(([, value]) => value !== undefined),
  ) as Record<string, Tensor>;
  const isWhole = Object.values(inputs).every((one) => isTensor(one) && !one.isDisposed);
  return isWhole && isTensor(inputs['x']) ? inputs : undefined;
}
