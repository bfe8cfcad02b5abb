import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { shapeText, unusable } from '../../tensor/errors.js';

/** Enforces the order of calls in `play`: one update or pass after the other, each for one part, and none after the step. */
export interface CallOrder {
  /** Makes an update or a pass of a part, during which no other may begin and no variable of another part may change. */
  run<T>(where: string, part: string, own: readonly Variable[], work: () => T): T;
  /** Throws once the step is over. */
  checkNotOver(where: string): void;
  /** Rethrows the error of such a call, in case `play` caught it and left an update half made. Also throws if there was no update. */
  settle(): void;
  end(): void;
}

/** Enforces the order in one step; `parts` are all parts of the trainer. */
export function createCallOrder(parts: Readonly<Record<string, Part>>): CallOrder {
  let [isOver, isBusy, hasUpdate] = [false, false, false];
  let failure: { readonly error: unknown } | undefined;

  const refuseIf = (isClosed: boolean, where: string): void => {
    if (!isClosed) return;
    const seen = isOver ? 'a call after its end' : 'a call inside of another update or pass';
    const fix = 'Make updates and passes one after the other, without await.';
    throw unusable(where, 'game', 'must be used in its own step', { seen, fix });
  };

  return {
    run(where, part, own, work) {
      refuseIf(isOver || isBusy, where);
      isBusy = true;
      try {
        const checkOthers = watchOthers(where, parts, part, own);
        const result = work();
        checkOthers();
        hasUpdate ||= where === 'update';
        return result;
      } catch (error) {
        failure ??= { error };
        throw error;
      } finally {
        isBusy = false;
      }
    },
    checkNotOver: (where) => refuseIf(isOver, where),
    settle() {
      if (failure !== undefined) throw failure.error;
      if (!hasUpdate) throw unusable('step', 'play', 'must make an update', { seen: 'none' });
    },
    end() {
      isOver = true;
    },
  };
}

/** Returns a function that throws if a variable of another part has been assigned since. */
function watchOthers(
  where: string,
  parts: Readonly<Record<string, Part>>,
  own: string,
  variables: readonly Variable[],
): () => void {
  const others = Object.entries(parts).flatMap(([part, one]) =>
    one.variables
      .filter((variable) => !variables.includes(variable))
      .map((variable) => ({ part, variable, dataId: variable.dataId })),
  );
  return () => {
    const changed = others.find(({ variable, dataId }) => variable.dataId !== dataId);
    if (changed === undefined) return;
    const seen = `one of ${changed.part}, of shape ${shapeText(changed.variable.shape)}, that changed`;
    throw unusable('step', where, `must change only the variables of ${own}`, { seen });
  };
}
