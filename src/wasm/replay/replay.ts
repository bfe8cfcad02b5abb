import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from '../../gradients/tape.js';
import { isTensor } from '../../tensor/checks.js';
import { checkRecord } from '../../tensor/plain-checks.js';
import { recorder } from '../../tensor/recorder.js';
import type { Batch } from '../../training/data/batch.js';
import type { Json } from '../../training/json.js';
import type { Observer } from '../../training/observer.js';
import type { StepCallOptions, Trainer } from '../../training/trainer/trainer.js';
import { advanced } from './counts.js';
import { createKind, type Kind } from './kind.js';
import { turnOf } from './sources.js';

/** So many plans are kept: one for each shape of a batch. */
const MOST_PLANS = 4;

/**
 * A trainer whose steps are replayed on the wasm backend.
 */
export function replay<N extends string>(trainer: Trainer<N>): Trainer<N> {
  checkRecord('replay', 'trainer', trainer, 'step evaluate', 'createTrainer or a trainer of a family');
  const kinds = new Map<string, Kind<N>>();
  /** Replayed steps of which the trainer does not know yet. */
  const pending = new Map<Kind<N>, number>();
  const { settings } = trainer.state;
  let backend: object | undefined;
  let isInStep = false;

  /** The plain state of the trainer when it last made a step itself. */
  let base: Json | undefined;
  const plainNow = (): Json => {
    let plain = (base ??= trainer.state.plain);
    for (const [{ change }, steps] of pending) plain = advanced(plain, change!, steps);
    return plain;
  };
  const tellTrainer = (): void => {
    base = undefined;
    if (pending.size === 0) return;
    const plain = plainNow();
    base = undefined;
    pending.clear();
    trainer.restore!(plain);
  };
  const forget = (): void => {
    for (const kind of kinds.values()) kind.free();
    kinds.clear();
  };
  const replayed = (): number => [...pending.values()].reduce((sum, steps) => sum + steps, 0);
  const kindOf = (inputs: Readonly<Record<string, Tensor>>): Kind<N> => {
    const shapes = Object.entries(inputs).map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join('x')}`);
    const key = [...shapes, turnOf(settings, (trainer.steps ?? 0) + replayed())].join();
    const known = kinds.get(key) ?? createKind(trainer);
    // the one that was used last is at the end
    kinds.delete(key);
    kinds.set(key, known);
    const [oldest] = kinds;
    if (kinds.size > MOST_PLANS) {
      tellTrainer();
      oldest![1].free();
      kinds.delete(oldest![0]);
    }
    return known;
  };
  const usual = (batch: Batch, options?: StepCallOptions) => {
    tellTrainer();
    return trainer.step(batch, options);
  };
  const isReady = (): boolean => {
    const isOn = tf.getBackend() === 'wasm' && gradientDepth() === 0 && recorder() === undefined && !isInStep;
    if (isOn && backend !== tf.backend()) {
      // memory of a removed backend is gone
      tellTrainer();
      kinds.clear();
      backend = tf.backend();
    }
    return isOn;
  };

  const copy: Trainer<N> = {
    ...trainer,
    step: (batch, options) => {
      const inputs = inputsOf(batch);
      const isUsual = options !== undefined && Object.values(options as object).some((value) => value !== undefined);
      if (isUsual || inputs === undefined || trainer.restore === undefined || !isReady()) return usual(batch, options);
      const kind = kindOf(inputs);
      const metrics = kind.replay(Object.values(inputs), plainNow);
      if (metrics !== undefined) {
        pending.set(kind, (pending.get(kind) ?? 0) + 1);
        return metrics;
      }
      tellTrainer();
      isInStep = true;
      try {
        return kind.step(Object.values(inputs), () => trainer.step(batch));
      } finally {
        isInStep = false;
      }
    },
    evaluate: (batch) => {
      tellTrainer();
      return trainer.evaluate(batch);
    },
    get state() {
      tellTrainer();
      return trainer.state;
    },
    ...(trainer.restore && {
      restore: (plain) => {
        tellTrainer();
        forget();
        trainer.restore!(plain);
      },
    }),
    observers: [...(trainer.observers ?? []), whyNot(kinds)],
    dispose: () => {
      tellTrainer();
      forget();
      trainer.dispose();
    },
  };
  const stepsNow = (): number | undefined => {
    tellTrainer();
    return trainer.steps;
  };
  return Object.freeze(Object.defineProperty(copy, 'steps', { get: stepsNow }));
}

/** The tensors of a batch by name; undefined if there is anything else. */
function inputsOf(batch: Batch): Record<string, Tensor> | undefined {
  const { conditions, ...others } = (isTensor(batch) ? { x: batch } : (batch ?? {})) as Exclude<Batch, Tensor>;
  const inputs = Object.fromEntries(
    Object.entries({ ...others, ...conditions }).filter(([, value]) => value !== undefined),
  ) as Record<string, Tensor>;
  const isWhole = Object.values(inputs).every((one) => isTensor(one) && !one.isDisposed);
  return isWhole && isTensor(inputs['x']) ? inputs : undefined;
}

/** Says once in a run why steps are not replayed. */
function whyNot(kinds: ReadonlyMap<string, Kind<string>>): Observer {
  const said = new Set<string>();
  return {
    name: 'replay',
    report: () => {
      const reasons = [...kinds.values()].flatMap(({ refusal }) => refusal ?? []).filter((one) => !said.has(one));
      return reasons.map((reason) => {
        said.add(reason);
        return { kind: 'not replayed', message: `Steps are made as usual, because ${reason}.` };
      });
    },
  };
}
