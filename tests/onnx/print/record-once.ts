import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type {
  RecordedAttribute,
  RecordedConstant,
  RecordedNode,
  RecordedNumbers,
  RecordedTensor,
  RecordedType,
  Recording,
} from '../../../src/record/recording.js';

/** What a function gives: a tensor, a list or a record of them. */
type Result = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

const numbers = (x: Tensor): RecordedNumbers => {
  const data = x.dataSync();
  if (x.dtype === 'float32') return Float32Array.from(data);
  return x.dtype === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
};

/** Notes the kernels of one call of a function on the cpu backend; its sizes are fixed. `state` are variables or constants with names. */
export function recordOnce(
  run: (...inputs: Tensor[]) => Result,
  inputs: Readonly<Record<string, Tensor>>,
  state: Readonly<Record<string, Tensor>> = {},
): { readonly recording: Recording; readonly outputs: Readonly<Record<string, Tensor>> } {
  const engine = tf.engine();
  const values = new WeakMap<object, Map<string, RecordedTensor>>();
  const constants: RecordedConstant[] = [];
  const nodes: RecordedNode[] = [];
  const known = (x: Tensor): Map<string, RecordedTensor> => {
    if (!values.has(x.dataId)) values.set(x.dataId, new Map());
    return values.get(x.dataId)!;
  };
  const key = ({ shape, dtype }: Tensor): string => `${shape.join()} ${dtype}`;
  const make = (x: Tensor): RecordedTensor => {
    const made = { shape: x.shape.slice(), dtype: x.dtype as RecordedType };
    known(x).set(key(x), made);
    return made;
  };
  const read = (x: Tensor): RecordedTensor => {
    const value = known(x).get(key(x));
    if (value) return value;
    const tensor = make(x);
    constants.push({ tensor, data: numbers(x) });
    return tensor;
  };
  const named = Object.entries(inputs).map(([name, x]) => {
    const tensor = make(x);
    return { name, tensor, ...tensor };
  });
  const kept = Object.entries(state).map(([name, x]) => {
    const tensor = make(x);
    return { name, tensor, ...tensor, next: undefined, data: numbers(x) };
  });
  const isOwn = Object.hasOwn(engine, 'runKernel');
  const original = engine.runKernel.bind(engine);
  let depth = 0;
  engine.runKernel = <T extends Tensor | Tensor[]>(
    operation: string,
    given: tf.NamedTensorMap,
    attributes?: tf.NamedAttrMap,
  ): T => {
    if (depth > 0) return original(operation, given, attributes);
    const entries = Object.entries(given).filter(([, x]) => x != null);
    const ins = Object.fromEntries(entries.map(([name, x]) => [name, read(x)]));
    depth++;
    let out: T;
    try {
      out = original<T>(operation, given, attributes);
    } finally {
      depth--;
    }
    const results = [out].flat() as Tensor[];
    if (results.some((x) => !known(x).has(key(x)))) {
      const attrs = (attributes ?? {}) as Readonly<Record<string, RecordedAttribute>>;
      nodes.push({ operation, inputs: ins, attributes: attrs, outputs: results.map(make), scope: '' });
    }
    return out;
  };
  let result: Result;
  try {
    result = run(...Object.values(inputs));
  } finally {
    if (isOwn) engine.runKernel = original;
    else delete (engine as Partial<typeof engine>).runKernel;
  }
  const list: (readonly [string, Tensor])[] = Array.isArray(result)
    ? (result as readonly Tensor[]).map((x, i) => [`output${i}`, x])
    : 'dataId' in result
      ? [['output', result as Tensor]]
      : Object.entries(result as Readonly<Record<string, Tensor>>);
  return {
    recording: {
      inputs: named,
      draws: [],
      state: kept,
      constants,
      nodes,
      outputs: list.map(([name, x]) => {
        const tensor = read(x);
        return { name, tensor, ...tensor };
      }),
      sizes: {},
      dispose: () => undefined,
    },
    outputs: Object.fromEntries(list),
  };
}

/** One recording of several, whose inputs and outputs have their names in front. */
export function together(recordings: Readonly<Record<string, Recording>>): Recording {
  const all = Object.entries(recordings);
  const named = <N extends { readonly name: string }>(key: string, list: readonly N[]): N[] =>
    list.map((one) => ({ ...one, name: `${key}/${one.name}` }));
  return {
    inputs: all.flatMap(([key, { inputs }]) => named(key, inputs)),
    draws: [],
    state: all.flatMap(([key, { state }]) => named(key, state)),
    constants: all.flatMap(([, { constants }]) => constants),
    nodes: all.flatMap(([key, { nodes }]) => nodes.map((node) => ({ ...node, scope: key }))),
    outputs: all.flatMap(([key, { outputs }]) => named(key, outputs)),
    sizes: {},
    dispose: () => undefined,
  };
}
