import type { RandomState } from '../../random/index.js';
import { heapOf } from '../heap/heap.js';
import type { Backend } from './facade.js';
import type { Work } from './jobs-of.js';
import type { PlanMemory } from './memory.js';
import { uniformIn, type Table } from './tables.js';
import type { TracedDraw } from './trace-step.js';

/** A draw on the host, and the constants that depend on it. */
export interface DrawWithTables {
  readonly drawn: TracedDraw;
  readonly tables: readonly Table[];
}

/** Thrown when the host draws numbers with which a step does something else. */
export class UnusualDraw extends Error {
  override readonly name = 'UnusualDraw';

  constructor() {
    super('it does less for some numbers that the host draws');
  }
}

/** Draws as the host does in a usual step, and writes the constants. */
export function workOfDraw(backend: Backend, { placeOf }: PlanMemory, { drawn, tables }: DrawWithTables): Work {
  const heap = heapOf(backend);
  const before = uniformIn(drawn.list, tables);
  const targets = tables.flatMap(({ value, entries }) => {
    const info = placeOf(value, 0);
    return info ? [{ address: heap.addressOf(info), entries, words: new Array<number>(drawn.list.length) }] : [];
  });
  return () => {
    const list = drawn.draw();
    if (uniformIn(list, tables) !== before) throw new UnusualDraw();
    for (const { address, entries, words } of targets) {
      for (let i = 0; i < words.length; i++) words[i] = entries[list[i]!]!;
      heap.write(address, words);
    }
  };
}

/** Keeps the state of streams and words; the function that it returns restores them. */
export function keepStreams(words: readonly Int32Array[], drawn: readonly TracedDraw[]): () => void {
  const kept = words.map((one) => one.slice());
  const states: readonly RandomState[] = drawn.map(({ random }) => random.state());
  return () => {
    words.forEach((one, i) => one.set(kept[i]!));
    drawn.forEach(({ random }, i) => random.restore(states[i]!));
  };
}
