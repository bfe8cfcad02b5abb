/** The numbers of one tensor. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

interface Field {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Reads the tensors of float32 and int32 in a safetensors file, such as a checkpoint. */
export function readSafetensors(bytes: Uint8Array): Map<string, Stored> {
  // a copy, because arrays of numbers must begin at multiples of 4 bytes
  const { buffer } = Uint8Array.from(bytes);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))) as Record<string, Field>;
  const fields = Object.entries(header).filter(([, { dtype }]) => dtype === 'F32' || dtype === 'I32');
  return new Map(
    fields.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        const place = [buffer, 8 + length + begin, (end - begin) / 4] as const;
        return [name, { shape, data: dtype === 'I32' ? new Int32Array(...place) : new Float32Array(...place) }];
      },
    ),
  );
}

/** Writes tensors as a safetensors file. */
export function writeSafetensors(tensors: ReadonlyMap<string, Stored>): Uint8Array<ArrayBuffer> {
  const header: Record<string, Field> = {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const dtype = data instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = 8 * Math.ceil(text.length / 8);
  const bytes = new Uint8Array(8 + length + end).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  for (const [name, { data }] of tensors) {
    const start = 8 + length + header[name]!.data_offsets[0];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  }
  return bytes;
}
