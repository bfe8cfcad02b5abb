import type { Tensor } from '@tensorflow/tfjs-core';
import type { Observer } from '../../training/observer.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { createKind, type Kind } from './kind.js';
import { turnOf } from './sources.js';

/** So many plans are kept: one for each shape of a batch. */
const MOST_PLANS = 4;

/** The kinds of steps that a trainer makes. */
export interface Kinds<N extends string> {
  /** The kind of a step with these inputs after so many others. */
  of(inputs: Readonly<Record<string, Tensor>>, steps: number): Kind<N>;
  /** Frees all plans. */
  free(): void;
  /** Forgets all plans, whose memory is gone. */
  forget(): void;
  /** Says once in a run why steps are not replayed. */
  readonly observer: Observer;
}

export function createKinds<N extends string>(trainer: Trainer<N>): Kinds<N> {
  const kinds = new Map<string, Kind<N>>();
  const { settings } = trainer.state;
  const said = new Set<string>();
  return {
    of(inputs, steps) {
      const shapes = Object.entries(inputs).map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join('x')}`);
      const key = [...shapes, turnOf(settings, steps)].join();
      const kind = kinds.get(key) ?? createKind(trainer);
      // the one that was used last is at the end
      kinds.delete(key);
      kinds.set(key, kind);
      const [oldest] = kinds;
      if (kinds.size > MOST_PLANS && oldest) {
        oldest[1].free();
        kinds.delete(oldest[0]);
      }
      return kind;
    },
    free() {
      for (const kind of kinds.values()) kind.free();
      kinds.clear();
    },
    forget: () => kinds.clear(),
    observer: {
      name: 'replay',
      report: () => {
        const reasons = [...kinds.values()].flatMap(({ refusal }) => refusal ?? []).filter((one) => !said.has(one));
        return reasons.map((reason) => {
          said.add(reason);
          return { kind: 'not replayed', message: `Steps are made as usual, because ${reason}.` };
        });
      },
    },
  };
}
