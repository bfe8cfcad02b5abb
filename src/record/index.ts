/**
 * Recordings: the operations of a function or of a training step, to be printed for other programs.
 *
 * @packageDocumentation
 */

export type { InputSpec } from './inputs.js';
export type { Recorded } from './named-of.js';
export { record, type RecordOptions } from './record.js';
export { recordStep, type BatchSpec, type RecordStepOptions } from './record-step.js';
export type {
  NamedTensor,
  RecordedAttribute,
  RecordedConstant,
  RecordedDraw,
  RecordedInput,
  RecordedNode,
  RecordedNumbers,
  RecordedSize,
  RecordedState,
  RecordedTensor,
  RecordedType,
  Recording,
  Size,
} from './recording.js';
