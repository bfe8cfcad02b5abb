import { version } from '../../package.json';
import { encode, type Field } from '../training/saving/protobuf.js';

/** Attributes of a node. */
export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** A node of a graph. */
export interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  /** The first one is also the name of the node. */
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Numbers in a file; those of half precision as their bits, and bools as bytes. */
export interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array;
  /** The constant that has the same numbers in another shape or order. */
  readonly from?: string | undefined;
}

/** An input or output of a model: the sizes of one example, with null for those that may change. */
export interface Port {
  readonly sizes: readonly (number | null)[];
  readonly isInt?: boolean | undefined;
}

/** An input or output of a recording: all sizes, with names for those that may change, and null for those that depend on them. */
export interface FullPort {
  readonly shape: readonly (number | string | null)[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

/** A model of ONNX; constants, inputs and outputs by name. */
export interface OnnxModel {
  readonly nodes: Node[];
  readonly constants: Map<string, Constant>;
  readonly inputs: Map<string, Port | FullPort>;
  readonly outputs: Map<string, Port | FullPort>;
}

/** Types of elements. */
export const TYPES = { float32: 1, int32: 6, bool: 9 } as const;
const INT64 = 7;
const FLOAT16 = 10;

/**
 * Writes a model as the bytes of a file.
 *
 * @see https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto for the numbers of the fields
 */
export function writeModel({ nodes, constants, inputs, outputs }: OnnxModel): Uint8Array<ArrayBuffer> {
  const name = 'tfjs-generative';
  const graph: Field[] = [
    ...nodes.map(({ operator, inputs, outputs, attributes }): Field => [
      1,
      [
        ...inputs.map((input): Field => [1, input]),
        ...outputs.map((output): Field => [2, output]),
        [3, outputs[0]],
        [4, operator],
        ...Object.entries(attributes).map(([name, value]): Field => [5, [[1, name], ...attribute(name, value)]]),
      ],
    ]),
    [2, name],
    ...Array.from(constants, ([name, { shape, data }]): Field => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return [5, [...shape.map((size): Field => [1, size]), [2, typeOf(data)], [8, name], [9, bytes]]];
    }),
    ...portFields(11, inputs),
    ...portFields(12, outputs),
  ];
  // the version of the format, and of the operators: the oldest that have all operators which are used here
  return encode([
    [1, 8],
    [2, name],
    [3, version],
    [7, graph],
    [
      8,
      [
        [1, ''],
        [2, 17],
      ],
    ],
  ]);
}

/** The value of an attribute, and its type: float, integer, text or integers. */
function attribute(name: string, value: Attributes[string]): Field[] {
  if (typeof value === 'string')
    return [
      [4, value],
      [20, 3],
    ];
  if (typeof value !== 'number') return [...value.map((one): Field => [8, one]), [20, 7]];
  return name === 'alpha' || name === 'epsilon'
    ? [
        [2, Float32Array.of(value)],
        [20, 1],
      ]
    : [
        [3, value],
        [20, 2],
      ];
}

function typeOf(data: Constant['data']): number {
  if (data instanceof Float32Array) return TYPES.float32;
  if (data instanceof Int32Array) return TYPES.int32;
  if (data instanceof Uint8Array) return TYPES.bool;
  return data instanceof Uint16Array ? FLOAT16 : INT64;
}

function portFields(field: number, ports: OnnxModel['inputs']): Field[] {
  return Array.from(ports, ([name, port]) => {
    const { shape, dtype } =
      'shape' in port ? port : { shape: ['batch', ...port.sizes], dtype: port.isInt ? 'int32' : 'float32' };
    const dimensions = shape.map((size): Field => [
      1,
      typeof size === 'string' ? [[2, size]] : [[1, size ?? undefined]],
    ]);
    return [
      field,
      [
        [1, name],
        [
          2,
          [
            [
              1,
              [
                [1, TYPES[dtype as 'bool']],
                [2, dimensions],
              ],
            ],
          ],
        ],
      ],
    ];
  });
}
