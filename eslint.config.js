import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import typescript from 'typescript-eslint';

/** The house plan: a room may import from the rooms below it in this list, and from itself. */
const rooms = [
  'vae',
  'gan',
  'diffusion',
  'training',
  'metrics',
  'nets',
  'distributions',
  'operations',
  'gradients',
  'random',
  'tensor',
];

/** Entries behind a door of their own: they may import from any room, and nothing imports from them. */
const doors = ['layers', 'wasm', 'node', 'testing'];

/** The one tfjs package, besides tfjs-core's root, that may be imported behind a door. */
const behindDoor = { layers: '@tensorflow/tfjs-layers', wasm: '@tensorflow/tfjs-backend-wasm' };

function importRule(forbiddenRooms, allowedPackage) {
  const others = allowedPackage === undefined ? '' : `|${allowedPackage.slice('@tensorflow/'.length)}$`;
  return [
    'error',
    {
      patterns: [
        {
          regex: `^@tensorflow/(?!tfjs-core$${others})`,
          message: 'src/ imports the root of @tensorflow/tfjs-core only; the app chooses the backend.',
        },
        { regex: '^tfjs-generative', message: 'Inside src/ import by relative path.' },
        ...(forbiddenRooms.length === 0
          ? []
          : [
              {
                regex: `^(?:\\.{1,2}/)+(?:${forbiddenRooms.join('|')})/`,
                message: 'Arrows between rooms go down the house plan only.',
              },
            ]),
      ],
    },
  ];
}

export default defineConfig(
  {
    ignores: ['dist/', 'out/', 'docs/api/', 'coverage/', 'temp/', 'src/wasm/assembly/', 'tests/programs/', 'api/'],
  },
  eslint.configs.recommended,
  typescript.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // A promise may be kept at once: what fails is told by rejection all the same.
      '@typescript-eslint/require-await': 'off',
      // Parts are records of functions, made to be taken apart; none of them reads `this`.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
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
      ],
      'no-restricted-imports': importRule(doors),
    },
  },
  ...rooms.map((room, level) => ({
    files: [`src/${room}/**/*.ts`],
    rules: { 'no-restricted-imports': importRule([...rooms.slice(0, level), ...doors]) },
  })),
  ...doors.map((door) => ({
    files: [`src/${door}/**/*.ts`],
    rules: {
      'no-restricted-imports': importRule(
        doors.filter((other) => other !== door),
        behindDoor[door],
      ),
    },
  })),
  {
    files: ['tests/**/*.ts'],
    rules: {
      // `expect.any` and `expect.objectContaining` are typed any, as is what a test of the types refuses.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [typescript.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
