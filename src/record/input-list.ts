import type { RecordedNode, RecordedTensor } from './recording.js';

/** The inputs of a list in their order. */
export function inputList(inputs: RecordedNode['inputs']): RecordedTensor[] {
  return Object.keys(inputs)
    .sort((a, b) => Number(a) - Number(b))
    .map((key) => inputs[key]!);
}
