import { assemble } from '../../scripts/assembly.js';

/** Things that a job can do: its first number. Then come its flag, its address and a value. */
export const ACT = {
  add: 0,
  trapFirst: 1,
  awaitFlag: 2,
  hang: 3,
  raiseThenAdd: 4,
  trapAfterFlag: 5,
  raise: 6,
} as const;

const source = `
export function act(what: i32, flag: usize, address: usize, value: i32): void {
  if (what == 1) {
    // fails where it is the first to come
    if (atomic.cmpxchg<i32>(flag, 0, 1) == 0) unreachable();
  } else if (what == 2 || what == 5) {
    while (atomic.load<i32>(flag) == 0) {}
    if (what == 5) unreachable();
  } else if (what == 3) {
    atomic.store<i32>(flag, 1);
    // until somebody writes a 2
    while (atomic.load<i32>(flag) != 2) {}
  } else if (what == 4) {
    atomic.store<i32>(flag, 1);
    for (let i = 0; i < 100000000; i++) if (atomic.load<i32>(flag) != 1) return;
  } else if (what == 6) {
    atomic.store<i32>(flag, 1);
  }
  store<i32>(address, load<i32>(address) + value);
}`;

/** A module of one function that can fail, wait and hang, for tests of the pool. */
export async function actingModule(): Promise<WebAssembly.Module> {
  const flags =
    '--runtime stub --importMemory --noExportMemory --sharedMemory --initialMemory 1 --maximumMemory 4 -O3 --enable threads --use abort=';
  return WebAssembly.compile(await assemble('act.ts', flags, (path) => (path === 'act.ts' ? source : null)));
}
