import type { Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { shapeText, unusable } from '../../tensor/errors.js';

/** The order of what a step's `play` does: one update or pass after the other, each of one part, and none after its end. */
export interface Turns {
  /** Runs an update or a pass of a part in which no other one begins, and no variable of another part moves. */
  take<T>(where: string, part: string, own: readonly Variable[], work: () => T): T;
  /** Throws once the step is over. */
  checkNotOver(where: string): void;
  /** Throws what a turn has thrown: where `play` catches it, an update is half made. Throws, too, if there was no update. */
  settle(): void;
  end(): void;
}

/** Why a step takes no call any more. */
const OVER = 'a call after its end';

/** The turns of a step that begins; `parts` are all of its parts. */
export function createTurns(parts: Readonly<Record<string, Part>>): Turns {
  /** Why no turn can begin, if none can. */
  let closed: string | undefined;
  let updates = 0;
  let failure: { readonly error: unknown } | undefined;

  const checkOpen = (where: string): void => {
    if (closed === undefined) return;
    const fix = 'Make updates and passes one after the other in `play`, without await.';
    throw unusable(where, 'game', 'must be used in its own step', { seen: closed, fix });
  };

  return {
    take(where, part, own, work) {
      checkOpen(where);
      closed = 'a call inside of another update or pass';
      try {
        const checkOthers = watchOthers(where, parts, part, own);
        const result = work();
        checkOthers();
        if (where === 'update') updates++;
        return result;
      } catch (error) {
        failure ??= { error };
        throw error;
      } finally {
        closed = undefined;
      }
    },
    checkNotOver(where) {
      if (closed === OVER) checkOpen(where);
    },
    settle() {
      if (failure !== undefined) throw failure.error;
      if (updates > 0) return;
      const fix = 'Call `update`, or that of a `pass`, for a part.';
      throw unusable('step', 'play', 'must make an update', { seen: 'none', fix });
    },
    end() {
      closed = OVER;
    },
  };
}

/** The function that it gives throws if a variable of another part has moved: it then has other numbers, not other values alone. */
function watchOthers(
  where: string,
  parts: Readonly<Record<string, Part>>,
  own: string,
  moving: readonly Variable[],
): () => void {
  const others = Object.entries(parts).flatMap(([part, { variables }]) =>
    part === own
      ? []
      : variables.filter((variable) => !moving.includes(variable)).map((variable) => ({ part, variable })),
  );
  const before = others.map(({ variable }) => variable.dataId);
  return () => {
    const moved = others.find(({ variable }, i) => variable.dataId !== before[i]);
    if (moved === undefined) return;
    const seen = `one of ${moved.part}, of shape ${shapeText(moved.variable.shape)}, that moved`;
    const fix = 'Move it in an update of its own part.';
    throw unusable('step', where, `must move the variables of ${own} alone`, { seen, fix });
  };
}
