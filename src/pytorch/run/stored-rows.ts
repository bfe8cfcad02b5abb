import { isTensor } from '../../tensor/checks.js';
import { readNumbers } from '../../tensor/lost-backend.js';
import type { BatchData } from '../../training/data/data-set.js';
import { takeFromHost, type HostTensor, type Role } from '../../training/data/host-data.js';
import type { SafetensorsTensor } from '../../training/saving/safetensors.js';

/** One tensor of a data set, as a run has it. */
export interface StoredRows {
  /** The name of a recording's input. */
  readonly name: string;
  /** The type of a batch. */
  readonly dtype: 'float32' | 'int32';
  /** Whether bytes are divided by 255. */
  readonly isScaled: boolean;
  readonly stored: SafetensorsTensor;
}

/** Reads a data set, with the condition and the further conditions that it may have. */
export async function storedRows(where: string, data: BatchData): Promise<StoredRows[]> {
  const isPair = !isTensor(data) && 'x' in data;
  const { x, condition, conditions = {} } = isPair ? data : { x: data, condition: undefined };
  const named = [
    ['x', x, 'x'] as const,
    ...(condition ? [['condition', condition, 'condition'] as const] : []),
    ...Object.entries(conditions).map(([name, one]) => [name, one, 'condition'] as const),
  ];
  return Promise.all(named.map(([name, one, role]) => rowsOf(where, name, one as HostTensor, role)));
}

async function rowsOf(where: string, name: string, data: HostTensor, role: Role): Promise<StoredRows> {
  if (isTensor(data)) {
    const [numbers] = await readNumbers(where, [data]);
    const dtype = data.dtype === 'int32' ? 'int32' : 'float32';
    const stored = {
      name,
      dtype: dtype === 'int32' ? ('I32' as const) : ('F32' as const),
      shape: data.shape,
      data: numbers!,
    };
    return { name, dtype, isScaled: false, stored };
  }
  const sample = takeFromHost(data, Uint32Array.of(0), role);
  const dtype = sample.dtype === 'int32' ? 'int32' : 'float32';
  sample.dispose();
  const { data: numbers, shape } = data;
  if (numbers instanceof Float32Array)
    return { name, dtype, isScaled: false, stored: { name, dtype: 'F32', shape, data: numbers } };
  if (dtype === 'float32')
    return { name, dtype, isScaled: true, stored: { name, dtype: 'U8', shape, data: Uint8Array.from(numbers) } };
  return { name, dtype, isScaled: false, stored: { name, dtype: 'I32', shape, data: Int32Array.from(numbers) } };
}
