import type { TensorInfo } from '@tensorflow/tfjs-core';
import { groupsFor, type Gpu } from '../device/gpu.js';
import { each, namesIn, sizeOf, type Shader } from '../device/shader.js';
import { workOf, type Groups } from './in-groups.js';
import { kernelOf, type AddedKernel, type Inputs } from './kernel.js';

/** What a dispatch is for some inputs. */
export interface Plan {
  /** The shapes of the outputs; all have that of the first input by default. */
  readonly shapes?: readonly (readonly number[])[];
  /** Numbers of the shader that are not among the attributes. */
  readonly numbers?: object;
  /** For a shader that works in groups. */
  readonly groups?: Groups;
}

/** A dispatch that makes outputs from inputs. */
export interface Dispatch extends Shader {
  /** The names of the inputs. */
  readonly reads: string;
  plan?(inputs: Inputs, attributes: object): Plan;
}

/** Code that is run for each `i` below `u.n`, the size of the first output. */
export function ofEachNumber({ numbers = '', code, ...rest }: Dispatch): Dispatch {
  return { writes: 'y', ...rest, numbers: `n ${numbers}`, code: each('u.n', code) };
}

/** The outputs of a dispatch; they are 0 if any of them or an input is empty. */
export function dispatch(gpu: Gpu, shader: Dispatch, inputs: Inputs, attributes: object = {}): TensorInfo[] {
  const given = namesIn(shader.reads).map((name) => inputs[name.split(':')[0]!]!);
  const { groups, numbers, ...plan } = shader.plan?.(inputs, attributes) ?? {};
  const shapes = plan.shapes ?? namesIn(shader.writes).map(() => given[0]!.shape);
  if ([...given.map(({ shape }) => shape), ...shapes].some((shape) => shape.includes(0))) {
    return shapes.map((shape) => gpu.make(shape, new Float32Array(sizeOf(shape))));
  }
  const made = shapes.map((shape) => gpu.make(shape));
  const n = sizeOf(made[0]!.shape);
  const work = groups ? workOf(groups) : { n, workgroups: groupsFor(n) };
  gpu.run(shader, [...made, ...given], { ...attributes, ...numbers, ...work }, work.workgroups);
  return made;
}

/** A kernel that is one dispatch, with its name. */
export function ofOneDispatch(shader: Dispatch, operation?: unknown): AddedKernel {
  return kernelOf(
    shader.name,
    (gpu, inputs, attributes) => {
      const made = dispatch(gpu, shader, inputs, attributes);
      return made.length === 1 ? made[0]! : made;
    },
    operation,
  );
}
