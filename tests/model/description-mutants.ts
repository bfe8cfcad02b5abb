import { atOnce } from '../../src/training/pause.js';
import { withSums } from '../../src/training/saving/checksums.js';
import { decodeSafetensors, encodeSafetensors } from '../support/safetensors.js';
import type { Dice } from '../training/saving/mutants.js';

/** A description as JSON has it. */
type Tree = null | boolean | number | string | Tree[] | { [key: string]: Tree };
interface Layer {
  [key: string]: Tree;
  kind: Tree;
}
interface Description {
  [key: string]: Tree;
  layers: Layer[];
}

/** Changes a description; a text takes the place of all of it. */
type Edit = (description: Description, dice: Dice) => unknown;

/** A file with another description, or other metadata, and checksums that go with it: validation itself is met. */
export function forge(file: Uint8Array, change: Readonly<Record<string, string>>): Uint8Array {
  const { metadata, tensors } = decodeSafetensors('forge', file);
  const others = Object.fromEntries(Object.entries({ ...metadata, ...change }).filter(([key]) => key !== 'checksums'));
  const list = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
  return encodeSafetensors({ tensors: list, metadata: atOnce(withSums(list, others)) });
}

/** The description of a file. */
export function descriptionOf(file: Uint8Array): Description {
  return JSON.parse(decodeSafetensors('forge', file).metadata['model']!) as Description;
}

/** A description as text, with what JSON.stringify would not write: numbers beyond all, and keys of prototypes. */
export function textOf(description: unknown): string {
  if (typeof description === 'string') return description;
  return JSON.stringify(description).replaceAll('"@huge"', '1e999').replaceAll('"@proto"', '"__proto__"');
}

/** A file whose description an edit has changed. */
export function mutantOf(file: Uint8Array, edit: Edit, dice: Dice): Uint8Array {
  const description = descriptionOf(file);
  const given = edit(description, dice);
  return forge(file, { model: textOf(typeof given === 'string' ? given : description) });
}

/** Every place of a tree: what holds it, and its key there. */
function placesOf(tree: Tree): [holder: Record<string, Tree>, key: string][] {
  if (tree === null || typeof tree !== 'object') return [];
  const holder = tree as Record<string, Tree>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as [typeof holder, string], ...placesOf(holder[key]!)]);
}

/** Changes one place that passes a test; nothing where there is none. */
const place =
  (passes: (value: Tree, key: string) => boolean, change: (value: Tree, dice: Dice) => Tree): Edit =>
  (description, dice) => {
    const found = placesOf(description).filter(([holder, key]) => passes(holder[key]!, key));
    if (found.length === 0) return;
    const [holder, key] = dice.of(found);
    holder[key] = change(holder[key]!, dice);
  };

const isNumber = (value: Tree): boolean => typeof value === 'number';
const isText = (value: Tree): boolean => typeof value === 'string';
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const chain = (levels: number): Tree => {
  let tree: Tree = {};
  for (let i = 0; i < levels; i++) tree = { parts: [tree] };
  return tree;
};
const layer = ({ layers }: Description, dice: Dice): Layer => dice.of(layers);
const joined = ({ layers }: Description, dice: Dice): Layer & { parts: number[] } =>
  dice.of(layers.filter(({ parts }) => Array.isArray(parts))) as never;
const optionsOf = (description: Description, dice: Dice): Record<string, Tree> => {
  const found = dice.of(description.layers.filter(({ options }) => options !== undefined));
  return found['options'] as Record<string, Tree>;
};

const sizes: Tree[] = [0, -1, 1.5, 1e6, 2 ** 31, 2 ** 32 + 1, 2 ** 53, 1e300, '@huge', -1e300];
const others: Tree[] = [
  null,
  true,
  false,
  '',
  '3',
  'NaN',
  [],
  {},
  [[]],
  [1, 2, 3],
  { length: 1e9 },
  '@proto',
  '\u001b[2J',
];
const keys = [
  '@proto',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'random',
  'apply',
  'then',
  'length',
  'kind',
  '0',
  '',
];
const values: Tree[] = [{ polluted: true }, 1, 'globalThis.polluted = true', [], null, { apply: 'alert(1)' }];
const names = [
  'constructor',
  '@proto',
  'toString',
  'hasOwnProperty',
  'eval',
  'Function',
  'Dense',
  'dense ',
  '',
  'lambda',
  'fromLayersModel',
  '../dense',
  '\u0000',
];

/** The kinds of changes of a description, each with a right checksum. */
export const edits: Readonly<Record<string, Edit>> = {
  'a size that is huge or none': place(isNumber, (_, dice) => dice.of(sizes)),
  'a size next to the right one': place(isNumber, (size, dice) => (size as number) + dice.of([-2, -1, 1, 2])),
  'two sizes that are huge': (description, dice) => {
    for (let i = 0; i < 2; i++) place(isNumber, (_, one) => one.of(sizes))(description, dice);
  },
  'another type': place(
    () => true,
    (_, dice) => dice.of(others),
  ),
  'another text': place(isText, (_, dice) => dice.of(names)),
  'an unknown kind': (description, dice) => void (layer(description, dice).kind = dice.of(names)),
  'another kind of ours': (description, dice) => void (layer(description, dice).kind = layer(description, dice).kind),
  'a kind of ours that is rare': (description, dice) =>
    void (layer(description, dice).kind = dice.of([
      'unet',
      'flatten',
      'spectralNorm',
      'withTimesteps',
      'createDecoder',
      'upsample',
      'timeEmbedding',
      'dcganGenerator',
      'attention',
    ])),
  'something left out': (description, dice) => {
    const [holder, key] = dice.of(placesOf(description));
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  'a key too many': (description, dice) => void (layer(description, dice)[dice.of(keys)] = dice.of(values)),
  'an option too many': (description, dice) => void (optionsOf(description, dice)[dice.of(keys)] = dice.of(values)),
  'a key too many at the top': (description, dice) => void (description[dice.of(keys)] = dice.of(values)),
  'an option of another layer': (description, dice) =>
    void Object.assign(optionsOf(description, dice), optionsOf(description, dice)),
  'two places swapped': (description, dice) => {
    const [[a, x], [b, y]] = [dice.of(placesOf(description)), dice.of(placesOf(description))];
    [a[x], b[y]] = [structuredClone(b[y]!), structuredClone(a[x]!)];
  },
  'a layer listed twice': (description, dice) => {
    const { layers } = description;
    layers.splice(dice.below(layers.length), 0, structuredClone(layer(description, dice)));
  },
  'layers in another order': ({ layers }, dice) => {
    layers.splice(dice.below(layers.length), 0, ...layers.splice(dice.below(layers.length), 1));
  },
  'a part that is itself, or later': (description, dice) => {
    const { parts } = joined(description, dice);
    parts[dice.below(parts.length)] = description.layers.length - 1 + dice.below(2);
  },
  'a part twice': (description, dice) => {
    const { parts } = joined(description, dice);
    parts.splice(dice.below(parts.length), 0, dice.of(parts));
  },
  'a part a thousand times': (description, dice) => {
    const one = joined(description, dice);
    one.parts = Array.from({ length: 1000 }, () => dice.of(one.parts));
  },
  'parts doubled forty times': (description) => {
    const { layers } = description;
    const first = layers.length - 1;
    for (let i = 0; i < 40; i++) layers.push({ kind: 'sequential', parts: [first + i, first + i] });
    description['model'] = layers.length - 1;
  },
  'two thousand levels of layers': (description, dice) => {
    const { layers } = description;
    const first = layers.length - 1;
    const kind = dice.of(['sequential', 'residual', 'patchwise']);
    for (let i = 0; i < 2000; i++) layers.push({ kind, parts: [first + i] });
    description['model'] = layers.length - 1;
  },
  'maps enlarged without end': (description, dice) => {
    const { layers } = description;
    const count = 2 + dice.below(60);
    const first = layers.length;
    for (let i = 0; i < count; i++) layers.push({ kind: 'upsample', options: { factor: 64 } });
    layers.push({ kind: 'sequential', parts: Array.from({ length: count }, (_, i) => first + i) });
    description['model'] = layers.length - 1;
  },
  'a list of many layers': (description, dice) => {
    description.layers = new Array<Layer>(dice.of([0, 1_900, 20_000])).fill({ kind: 'flatten' });
  },
  'a million texts': (description) => void (description['layers'] = new Array<never>(1e5).fill('flatten' as never)),
  'layers within layers': (description, dice) =>
    void (layer(description, dice)['parts'] = [chain(dice.of([1, 40, 80]))]),
  'twenty thousand levels of JSON': (description, dice) =>
    textOf(description).replace(/"layers":\[/, () => `"layers":[${nested(dice.of([101, 20_000]))},`),
  'no JSON': (description, dice) => {
    const text = textOf(description);
    return dice.of([
      text.slice(0, dice.below(text.length)),
      `${text},`,
      'NaN',
      'undefined',
      '',
      '()=>{}',
      text.replaceAll('"', "'"),
    ]);
  },
  'another version': (description, dice) => void (description['version'] = dice.of([0, 2, '1', null, 1.5, [1]])),
  'other parts': (description, dice) => {
    const last = description.layers.length - 1;
    description['model'] = dice.of<Tree>([
      -1,
      last + 1,
      '0',
      null,
      [],
      {},
      { '@proto': last },
      { constructor: last },
      { 'a b': 0 },
      { a: 'b' },
      { a: last, b: last },
      0.5,
    ]);
  },
  'an array of many numbers': place(Array.isArray, (_, dice) => new Array<Tree>(dice.of([33, 1025, 20_000])).fill(2)),
  'hidden waste': (description, dice) => {
    const { layers } = description;
    layers.unshift(
      dice.of<Layer>([
        { kind: 'timeEmbedding', options: { size: 2 ** 40 } },
        { kind: 'groupNorm', options: { inputs: 8e9 } },
        { kind: 'dense', options: { inputs: 1e5, units: 1e5 } },
        { kind: 'unet', options: { channels: 1, blocks: 1e9 } },
        { kind: 'mlp', options: { sizes: new Array<Tree>(1000).fill(1e4) } },
        { kind: 'embedding', options: { classes: 2 ** 31, size: 2 } },
        { kind: 'dcganGenerator', options: { latentSize: 1, shape: [2 ** 40, 2 ** 40, 1] } },
        { kind: 'batchNorm', options: { inputs: 2 ** 52 } },
      ]),
    );
    for (const one of layers.slice(1))
      if (Array.isArray(one['parts'])) one['parts'] = one['parts'].map((part) => (part as number) + 1);
  },
};
