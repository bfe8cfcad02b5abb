import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';
import { entries } from './docs/package.mjs';
import { findCircle } from './scripts/import-circles.mjs';

/**
 * The house plan: what each folder of src/ may import besides itself. A line names rooms of lines above it only, so there are
 * no cycles between folders. The line of an inner room, `house/room`, names its siblings, and `.` for files that stand in the
 * house itself; beyond the house it may import what the house may.
 */
const arrows = {
  tensor: '',
  storage: 'tensor',
  random: 'tensor',
  gradients: 'tensor',
  backend: 'tensor gradients',
  operations: 'tensor gradients',
  nets: 'tensor random gradients operations',
  'nets/layers': '.',
  'nets/conditions': '.',
  'nets/networks': '. layers conditions',
  distributions: 'tensor random gradients operations nets',
  'distributions/likelihoods': '.',
  metrics: 'tensor random distributions',
  training: 'tensor backend random gradients operations nets',
  'training/data': '.',
  'training/optimizers': '.',
  'training/trainer': '. data optimizers',
  'training/saving': '. data trainer',
  verdicts: 'tensor random gradients operations distributions nets training',
  loop: 'tensor nets training verdicts',
  vae: 'tensor random gradients operations distributions nets training verdicts',
  'vae/priors': '.',
  gan: 'tensor random gradients distributions nets training verdicts',
  'gan/augmentations': '',
  'gan/losses': '',
  diffusion: 'tensor random gradients operations distributions nets training verdicts',
  'diffusion/samplers': '.',
  'diffusion/consistency': '. samplers',
  tokens: 'tensor random gradients operations distributions nets training verdicts vae',
  'tokens/quantizers': '',
  'tokens/sampling': '.',
  tables: 'tensor random gradients operations distributions metrics nets training diffusion',
  'tables/report': '.',
  layers: 'tensor nets',
  images: 'tensor training',
  model: 'tensor random distributions nets training vae gan diffusion tokens tables',
  transforms: 'tensor random training',
  music: 'tensor training',
  record: 'tensor random gradients nets training',
  pytorch: 'tensor random nets training storage record',
  'pytorch/source': '',
  'pytorch/run': 'source',
  onnx: 'tensor nets training record',
  'onnx/operations': '.',
  browser: 'tensor storage images',
  webgpu: 'tensor gradients operations nets training',
  'webgpu/device': '',
  'webgpu/kernels': 'device',
  node: 'tensor storage backend images webgpu',
  run: 'tensor storage gradients training loop',
  'run/observers': '',
  'run/keeping': 'observers',
  logs: 'tensor training loop',
  testing: 'tensor random gradients distributions nets training vae gan diffusion tokens',
  'testing/exercises': '.',
  grading: 'tensor testing',
  'grading/child': '',
  wasm: 'tensor random backend gradients operations training record',
  'wasm/assembly': '',
  'wasm/threads': '',
  'wasm/heap': 'threads',
  'wasm/composition': '',
  'wasm/convolution': 'heap composition',
  'wasm/products': 'heap',
  'wasm/kernels': 'heap composition convolution products',
  'wasm/start': 'threads heap composition',
  'wasm/replay': 'heap composition',
};

/**
 * Entries behind a door of their own: the front door, src/index.ts, does not import them. `gradients` is also a room that others share.
 */
const doors = entries.filter((entry) => entry !== 'index' && entry !== 'gradients');

/** Rooms that two of them share, and the front door does not import either. */
const behindDoors = ['images', 'storage'];

/** What may be imported besides the root of tfjs-core, and by whom. */
const packages = {
  browser: 'idb-keyval$',
  grading: 'node:|sucrase$',
  layers: '@tensorflow/tfjs-layers$',
  metrics: 'ml-matrix$',
  node: 'node:|pngjs$|jpeg-js$|cli-progress$|webgpu$|@tensorflow/tfjs-backend-webgpu$',
  wasm: '@tensorflow/tfjs-backend-wasm$|node:worker_threads$',
};

const houseOf = (room) => room.split('/')[0];
const named = (room) => arrows[room].split(' ').filter((name) => name !== '');

checkArrows();
checkCircles();

/** The plan has a line for each folder, and its arrows go up the lines. */
function checkArrows() {
  const seen = new Set();
  for (const room of Object.keys(arrows)) {
    const [house, inner] = room.split('/');
    for (const name of named(room).filter((name) => name !== '.')) {
      const target = inner === undefined ? name : `${house}/${name}`;
      if (!seen.has(target))
        throw new Error(`eslint.config.js: \`arrows.${room}\` names ${name}, which is no line above.`);
    }
    seen.add(room);
  }
  const folders = readdirSync(new URL('src', import.meta.url), { recursive: true, withFileTypes: true });
  for (const folder of folders.filter((entry) => entry.isDirectory())) {
    const room = posix.relative(fileURLToPath(new URL('src', import.meta.url)), `${folder.parentPath}/${folder.name}`);
    if (!seen.has(room)) throw new Error(`eslint.config.js: \`arrows\` has no line for the folder src/${room}.`);
  }
}

/** No file imports itself by way of others when the program runs, also within a room. */
function checkCircles() {
  const files = readdirSync(new URL('src', import.meta.url), { recursive: true }).filter((file) =>
    file.endsWith('.ts'),
  );
  const sources = files.map((file) => [file, readFileSync(new URL(`src/${file}`, import.meta.url), 'utf8')]);
  const circle = findCircle(new Map(sources));
  if (circle !== undefined)
    throw new Error(`eslint.config.js: these files of src import each other: ${circle.join(', ')}.`);
}

/** Whether a folder may import from a house, or from a room of its own house. */
function mayImport(room, other) {
  if (houseOf(other) !== houseOf(room)) return named(houseOf(room)).includes(other);
  return other === room || other.startsWith(`${room}/`) || named(room).includes(other.split('/')[1]);
}

/** Paths of imports that are no arrow of the plan, as regular expressions. */
function closedPaths(room) {
  const house = houseOf(room);
  const others = Object.keys(arrows).filter((other) =>
    other.includes('/') ? houseOf(other) === house : other !== house,
  );
  const paths = others
    .filter((other) => !mayImport(room, other))
    .map((other) => `${posix.relative(`src/${room}`, `src/${other}`)}/`);
  // files that stand in src/, and in the house of an inner room
  paths.push(`${posix.relative(`src/${room}`, 'src')}/[^/]+$`);
  if (room !== house && !named(room).includes('.')) paths.push('../[^/]+$');
  return paths;
}

function importRule(closed, ownPackages) {
  const open = ['\\.', '@tensorflow/tfjs-core$', ...(ownPackages === undefined ? [] : [ownPackages])];
  return [
    'error',
    {
      patterns: [
        {
          regex: `^(?!${open.join('|')})`,
          message:
            'src/ imports the root of @tensorflow/tfjs-core and relative paths; others only where eslint.config.js says.',
        },
        {
          regex: `^(?:${closed.map((path) => path.replaceAll('.', '\\.')).join('|')})`,
          message: 'This is no arrow of the house plan, `arrows` in eslint.config.js.',
        },
      ],
    },
  ];
}

const { operations, functions } = JSON.parse(readFileSync(new URL('docs/operations.json', import.meta.url), 'utf8'));

/** Parts of tfjs that are lists of functions: the table has a line for each function, such as `util.sizeFromShape`. */
const lists = ['util', 'backend_util', 'broadcast_util', 'slice_util'];

/**
 * The operations and functions of tfjs that src/ may use: those with a line in docs/operations.json. Whatever else is written with the
 * imported name is reported, too, so that no operation is taken out of it unseen. tests/docs/operations.node.test.ts refuses lines that nothing uses.
 */
const knownOperations = {
  meta: { schema: [], type: 'problem' },
  create: (context) => ({
    ImportNamespaceSpecifier(node) {
      if (node.parent.importKind === 'type' || node.parent.source.value !== '@tensorflow/tfjs-core') return;
      const [variable] = context.sourceCode.getDeclaredVariables(node);
      for (const { identifier } of variable.references.filter(({ isTypeReference }) => !isTypeReference)) {
        for (const name of namesFrom(identifier)) {
          if (!Object.hasOwn(operations, name) && !Object.hasOwn(functions, name))
            context.report({ node: identifier, message: `tf.${name} has no line in docs/operations.json.` });
        }
      }
    },
  }),
};

/** The names that an expression, `tf` or a list such as `tf.util`, is used for; undefined is one that cannot be read off. */
function namesFrom(expression, prefix = '') {
  const { parent } = expression;
  if (parent.type === 'MemberExpression' && parent.object === expression && !parent.computed) {
    const name = prefix + parent.property.name;
    return lists.includes(name) ? namesFrom(parent, `${name}.`) : [name];
  }
  // tf.util as unknown as ..., typeof tf.engine
  if (parent.type === 'TSQualifiedName' || parent.type === 'TSTypeQuery') return [];
  if (parent.type === 'VariableDeclarator' && parent.id.type === 'ObjectPattern')
    return parent.id.properties.map(({ key }) => prefix + key?.name);
  return [`${prefix}undefined`];
}

/** Rules that need no types and that oxlint lacks; .oxlintrc.json has all others. */
export default defineConfig(
  {
    files: ['src/**/*.ts'],
    languageOptions: { parser: typescript.parser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { house: { rules: { 'known-operations': knownOperations } } },
    rules: {
      'house/known-operations': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(dataSync|arraySync|print)$/]',
          message: 'On WebGPU this returns wrong data or loses the device: await data() instead.',
        },
        {
          selector: "ImportDeclaration[source.value='@tensorflow/tfjs-core'][importKind!='type'] > ImportSpecifier",
          message: "Write import * as tf from '@tensorflow/tfjs-core', or import type.",
        },
        {
          selector:
            "Program > VariableDeclaration[kind!='const'], Program > ExportNamedDeclaration > VariableDeclaration[kind!='const']",
          message: 'A module has no mutable state.',
        },
        {
          selector: 'Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^Weak/]',
          message: 'A module has no mutable state: note it on the value, under a Symbol.for.',
        },
      ],
      'no-restricted-imports': importRule([...doors, ...behindDoors].map((door) => `./${door}/`)),
    },
  },
  ...Object.keys(arrows).map((room) => ({
    files: [`src/${room}/*.ts`],
    rules: { 'no-restricted-imports': importRule(closedPaths(room), packages[houseOf(room)]) },
  })),
  // What a script tag gets is more than the main entry.
  {
    files: ['src/global.ts'],
    rules: {
      'no-restricted-imports': importRule(
        doors.filter((door) => !['backend', 'browser', 'run'].includes(door)).map((door) => `./${door}/`),
      ),
    },
  },
  { ignores: ['src/wasm/assembly/'] },
);
