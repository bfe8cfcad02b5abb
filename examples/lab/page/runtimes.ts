// Which runtimes there are in this browser, and how fast each was here.
import { effect, signal } from '@preact/signals-core';
import type { Experiment } from '../experiment/experiment.js';
import { findAdapter } from '../../shared/find-adapter.js';
import { pacesOf, workOf, type Pace } from './pace-of-work.js';
import { experiment, session } from './store.js';

export type Runtime = Experiment['runtime'];

/** The pace of the last run on each runtime. */
const paces = signal<Partial<Record<Runtime, Pace>>>({});

effect(() => {
  const { snapshot, experiment: ran, stepsBefore } = session.value;
  const { status, history } = snapshot.value;
  if (status === 'running') return;
  const milliseconds = pacesOf(history, stepsBefore);
  if (milliseconds.length === 0) return;
  paces.value = { ...paces.peek(), [ran.runtime]: { work: workOf(ran), milliseconds } };
});

/** How fast the experiment that is shown was on a runtime, if it ran there. */
export function paceOn(runtime: Runtime): Pace | undefined {
  const pace = paces.value[runtime];
  return pace?.work === workOf(experiment.value) ? pace : undefined;
}

/** Why a runtime is missing in this browser; undefined if it is there. */
export async function whyMissing(runtime: Runtime): Promise<string | undefined> {
  if (runtime === 'wasm') return typeof WebAssembly === 'object' ? undefined : 'this browser has no WebAssembly';
  if (runtime === 'webgl') return whyNoWebGl();
  const adapter = await findAdapter();
  return 'why' in adapter ? adapter.why : undefined;
}

function whyNoWebGl(): string | undefined {
  if (typeof OffscreenCanvas !== 'function') return 'this browser has no WebGL in workers';
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context === null ? 'this browser has no WebGL 2, or has switched it off' : undefined;
}
