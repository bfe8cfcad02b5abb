import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf, type Heap } from '../heap/heap.js';
import type { ModuleCalls, ModuleFunction, ModuleJobs } from '../heap/module-calls.generated.js';
import { facadeOf, type Backend } from './facade.js';
import { forgetCopies, type PlanMemory } from './memory.js';
import { usesOf } from './prune.js';
import { mapInputs, type KernelInputs } from './map-inputs.js';
import type { StepTrace, TracedCall } from './trace-step.js';

/** A part of a step. */
export type Work = () => void;

/** Kernels of tfjs that keep packed copies of an input. */
const PACKING = /MatMul|Conv|Prelu|Dense/;

/** The results of such functions are sizes. */
const SIZES = /(Scratch|Bytes)$/;

/** What {@link jobsOf} needs. */
export interface Jobs {
  readonly backend: Backend;
  readonly memory: PlanMemory;
  readonly trace: StepTrace;
  /** The calls that are needed. */
  readonly calls: readonly TracedCall[];
  /** Work of the host, before the call of a trace. */
  readonly host: readonly { readonly at: number; readonly work: Work }[];
}

/** Runs each call once, in the places that a plan has for its tensors, and returns what does the same again: jobs of the module, or the kernel. */
export function jobsOf({ backend, memory, trace, calls, host }: Jobs, side: number): Work[] {
  const heap = heapOf(backend);
  let given: readonly TensorInfo[] = [];
  let next = 0;
  let jobs: Work[] | undefined;
  const refuse = (): never => {
    throw new Error('replay: a kernel made other tensors than before.');
  };
  const facade = facadeOf(backend, heap, {
    make: (shape, dtype) => {
      const made = given[next++] ?? refuse();
      return { dataId: made.dataId, shape, dtype };
    },
    dispose: () => true,
    share: () => undefined,
    touch: () => {
      jobs = undefined;
    },
    refuse,
    heap: watchedHeap(heap, memory.scratch, {
      add: (work) => jobs?.push(work),
      touch: () => {
        jobs = undefined;
      },
      refuse,
    }),
  });
  const placeIn = new Map(trace.calls.map((call, i) => [call, i]));
  const waiting = [...host];
  const before = (place: number): Work[] => {
    const due = waiting.filter(({ at }) => at <= place).map(({ work }) => work);
    waiting.splice(0, due.length);
    for (const work of due) work();
    return due;
  };
  return calls.flatMap((call): Work[] => {
    const first = before(placeIn.get(call)!);
    const inputs = mapInputs(call.inputs, ({ value, shape, dtype }) => {
      return { dataId: memory.placeOf(value, side)!.dataId, shape: [...shape], dtype };
    }) as KernelInputs;
    const made = call.made.map((value) => memory.placeOf(value, side)!);
    const args = { inputs, backend: facade, ...(call.attributes && { attrs: call.attributes }) };
    const run = (): void => {
      given = made;
      next = 0;
      call.kernel(args);
    };
    const packs = [...call.kernels].some((name) => PACKING.test(name));
    const packed = packs ? [...usesOf(call).map(({ value }) => memory.placeOf(value, side)!), ...made] : [];
    const again: Work = () => {
      for (const info of packed) forgetCopies(backend, info);
      run();
    };
    jobs = [];
    again();
    if (next !== made.length) refuse();
    const found = jobs as Work[] | undefined;
    jobs = undefined;
    return [...first, ...(call.isBound || found === undefined || found.length === 0 ? [again] : found)];
  });
}

interface Watch {
  readonly add: (work: Work) => void;
  readonly touch: () => void;
  readonly refuse: () => never;
}

/** A heap that tells of the jobs that it runs. */
function watchedHeap(heap: Heap, scratch: PlanMemory['scratch'], { add, touch, refuse }: Watch): Partial<Heap> {
  type AnyCall = (job: ModuleJobs[ModuleFunction]) => number | void;
  const run = Object.fromEntries(
    Object.entries(heap.run).map(([name, call]) => [
      name,
      (job: ModuleJobs[ModuleFunction]): number | void => {
        const result = (call as AnyCall)(job);
        if (result === undefined) add(() => void (call as AnyCall)(job));
        else if (!SIZES.test(name)) touch();
        return result;
      },
    ]),
  ) as unknown as ModuleCalls;
  return {
    run,
    runAll: (name, jobs) => {
      heap.runAll(name, jobs);
      const call = heap.run[name] as AnyCall;
      const [job] = jobs;
      if (jobs.length === 1) add(() => void call(job!));
      else add(() => heap.runAll(name, jobs));
    },
    // with more threads than at first a kernel may ask for more
    scratch: (bytes) => (bytes > scratch.bytes ? refuse() : scratch.at),
    write: (address, words) => {
      heap.write(address, words);
      add(() => heap.write(address, words));
    },
  };
}
