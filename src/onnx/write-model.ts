import { version } from '../../package.json';
import { float, integer, joined, nested, text, type Message } from './protobuf.js';
import type { Attributes } from './graph.js';

/** The types of numbers, by their names in ONNX's TensorProto.DataType. */
const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;
const FLOAT16 = 10;

/** The version of the operators, and of the format of files: the oldest that have all operators which are used here. */
const OPSET = 17;
const IR = 8;

/** An input or output of a model; its sizes are numbers, names of sizes that may change, or null. */
export interface Port {
  readonly name: string;
  readonly sizes: readonly (number | string | null)[];
  readonly isInt?: boolean | undefined;
}

/** A model of ONNX. */
export interface OnnxModel {
  readonly nodes: {
    readonly operator: string;
    readonly name: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes: Attributes;
  }[];
  readonly constants: {
    readonly name: string;
    readonly shape: readonly number[];
    /** Half-precision numbers as their bits. */
    readonly data: Float32Array | BigInt64Array | Uint16Array;
  }[];
  readonly inputs: Port[];
  readonly outputs: Port[];
}

/**
 * Writes a model as the bytes of a file.
 *
 * @see https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto for the numbers of the fields
 */
export function writeModel({ nodes, constants, inputs, outputs }: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = [
    ...nodes.map(({ operator, name, inputs, outputs, attributes }) =>
      nested(
        1,
        ...inputs.map((input) => text(1, input)),
        ...outputs.map((output) => text(2, output)),
        text(3, name),
        text(4, operator),
        ...Object.entries(attributes).map(([name, value]) => nested(5, text(1, name), attribute(name, value))),
      ),
    ),
    text(2, 'tfjs-generative'),
    ...constants.map(({ name, shape, data }) => {
      const type = data instanceof Float32Array ? FLOAT : data instanceof Uint16Array ? FLOAT16 : INT64;
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return nested(5, ...shape.map((size) => integer(1, size)), integer(2, type), text(8, name), nested(9, [bytes]));
    }),
    ...inputs.map((port) => portField(11, port)),
    ...outputs.map((port) => portField(12, port)),
  ];
  return joined(
    [
      integer(1, IR),
      text(2, 'tfjs-generative'),
      text(3, version),
      nested(7, ...graph),
      nested(8, text(1, ''), integer(2, OPSET)),
    ].flat(),
  );
}

/** The value of an attribute, and its type: FLOAT 1, INT 2, STRING 3, INTS 7. */
function attribute(name: string, value: Attributes[string]): Message {
  if (typeof value === 'string') return [...text(4, value), ...integer(20, 3)];
  if (typeof value !== 'number') return [...value.flatMap((one) => integer(8, one)), ...integer(20, 7)];
  if (name === 'alpha' || name === 'epsilon') return [...float(2, value), ...integer(20, 1)];
  return [...integer(3, value), ...integer(20, 2)];
}

function portField(field: number, { name, sizes, isInt }: Port): Message {
  const dimensions = sizes.map((size) =>
    size === null ? nested(1) : nested(1, typeof size === 'number' ? integer(1, size) : text(2, size)),
  );
  const type = nested(1, integer(1, isInt ? INT32 : FLOAT), nested(2, ...dimensions));
  return nested(field, text(1, name), nested(2, type));
}
