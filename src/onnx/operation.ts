import type { RecordedNode } from '../record/recording.js';
import type { Printer } from './printer.js';

/**
 * Adds the nodes of an operation. `inputs` has the names of its inputs in their own shapes, which come to be when they are read. The result
 * has the names of the outputs in their own shapes; without one, the function has called {@link Printer.set} or {@link Printer.alias}.
 */
export type Operation = (
  p: Printer,
  inputs: Readonly<Record<string, string>>,
  node: RecordedNode,
) => string | readonly string[] | void;

/** The operations of a kind, by the names of kernels. */
export type Operations = Readonly<Record<string, Operation>>;
