import type { NamedTensorInfoMap } from '@tensorflow/tfjs-core';

/** Inputs of a kernel, of which a few are lists, each changed by a function; those that are left out stay out. */
export function mapInputs<From, To>(
  inputs: Readonly<Record<string, From | null | undefined>> | readonly From[],
  change: (from: From) => To,
): Record<string, To> | To[] {
  if (Array.isArray(inputs)) return (inputs as readonly From[]).map(change);
  return Object.fromEntries(
    Object.entries(inputs as Readonly<Record<string, From | null | undefined>>).flatMap(([name, one]) =>
      one == null ? [] : [[name, change(one)] as const],
    ),
  );
}

/** Inputs in the form in which kernels take them. */
export type KernelInputs = NamedTensorInfoMap;
