// Which runtimes there are in this browser, and how fast each was here.
import { effect, signal } from '@preact/signals-core';
import type { Experiment } from '../experiment/experiment.js';
import { findAdapter } from '../../shared/find-adapter.js';
import { session } from './store.js';

export type Runtime = Experiment['runtime'];

/** Updates before a rate says something. */
const ENOUGH = 20;

/** Measured milliseconds an update of the last run on each runtime. */
export const speeds = signal<Partial<Record<Runtime, number>>>({});

effect(() => {
  const { snapshot, experiment, stepsBefore } = session.value;
  const { status, step, history } = snapshot.value;
  if (status === 'running' || step - stepsBefore < ENOUGH) return;
  // the first updates compile
  const [from, to] = [history.find((report) => report.step > stepsBefore), history.at(-1)];
  if (from === undefined || to === undefined || to.step === from.step) return;
  const milliseconds = (1_000 * (to.seconds - from.seconds)) / (to.step - from.step);
  speeds.value = { ...speeds.peek(), [experiment.runtime]: milliseconds };
});

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
