import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelInputs, PatchedEngine } from './patch-engine.js';
import { shapeOnly } from './shape-only.js';

/** What a kernel gave. */
interface Made {
  readonly name: string;
  readonly isList: boolean;
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[];
}

/** The kernels of a call in their order. */
export type HollowShapes = Made[];

/** Parts of tfjs's engine that are not public. */
interface TapeEngine {
  readonly state: {
    readonly gradientDepth: number;
    readonly kernelDepth: number;
    readonly tensorInfo: WeakMap<object, { readonly backend: { incRef(dataId: object): void } }>;
  };
  makeTensorFromDataId(dataId: object, shape: readonly number[], dtype: string, backend: unknown): Tensor;
  runKernelFunc(call: {
    readonly inputs: KernelInputs;
    readonly forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor | Tensor[];
    readonly backwardsFunc: (dy: Tensor, saved: Tensor[]) => object;
  }): Tensor | Tensor[];
}

/** Kernels without arithmetic. */
export interface HollowKernels {
  /** Runs the next kernel: if the call before ran the same one in this place, its results are tensors that share one small buffer. */
  run(name: string, inputs: KernelInputs, attributes?: object): Tensor | Tensor[];
  /** Whether a tensor has no numbers of its own. */
  isHollow(tensor: Tensor): boolean;
  /** The number of a buffer that the host may read; throws if it has no numbers. */
  checkRead(dataId: object): object;
  /** Frees the buffer. */
  end(): void;
}

/** Makes kernels whose results have the shapes that they had in an earlier call; `shapes` is filled in the first one. */
export function hollowKernels(engine: PatchedEngine, shapes: HollowShapes): HollowKernels {
  const { runKernel } = engine;
  const tape = engine as unknown as TapeEngine;
  const isFirst = shapes.length === 0;
  const base = tf.keep(tf.scalar(0));
  const { backend } = tape.state.tensorInfo.get(base.dataId)!;
  let place = 0;
  let isInside = false;
  const share = ({ shape, dtype }: Made['outputs'][number]): Tensor => {
    backend.incRef(base.dataId);
    return tape.makeTensorFromDataId(base.dataId, shape, dtype, backend);
  };
  const hollow = ({ outputs, isList }: Made): Tensor | Tensor[] => {
    const made = outputs.map(share);
    return isList ? made : made[0]!;
  };
  return {
    isHollow: ({ dataId }) => dataId === base.dataId,
    checkRead: (dataId) => {
      if (dataId === base.dataId) throw new Error('a read of what was not computed');
      return dataId;
    },
    end: () => base.dispose(),
    run: (name, inputs, attributes) => {
      // what is saved for gradients is cloned
      if (isInside) return runKernel.call(engine, name, inputs, attributes);
      isInside = true;
      try {
        return next(name, inputs, attributes);
      } finally {
        isInside = false;
      }
    },
  };
  function next(name: string, inputs: KernelInputs, attributes?: object): Tensor | Tensor[] {
    if (isFirst) {
      const result = shapeOnly(name, inputs, attributes, (kernel, given, how) =>
        runKernel.call(engine, kernel, given, how),
      );
      const isList = Array.isArray(result);
      shapes.push({ name, isList, outputs: [result].flat().map(({ shape, dtype }) => ({ shape, dtype })) });
      return result;
    }
    const made = shapes[place++];
    if (made?.name !== name) throw new Error(`another kernel: ${name}, not ${made?.name}`);
    const gradient = tf.getGradient(name);
    const isOnTape = tape.state.gradientDepth > 0 && tape.state.kernelDepth === 0;
    if (!isOnTape || !gradient) return hollow(made);
    return tape.runKernelFunc({
      inputs,
      forwardFunc: (_, save) => {
        const results = hollow(made);
        const all = [results].flat();
        const given = gradient.saveAllInputs
          ? Object.values(inputs)
          : (gradient.inputsToSave ?? []).map((key) => inputs[key]);
        save([...(given as Tensor[]), ...all.filter((_, i) => gradient.outputsToSave?.[i])]);
        return results;
      },
      backwardsFunc: (dy, saved) => gradient.gradFunc(dy, saved, attributes as tf.NamedAttrMap),
    });
  }
}
