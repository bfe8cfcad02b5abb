import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from './input-error.js';

/** One option of an example. */
export interface Option {
  /**
   * A `text` is taken as it is; a `file` or `folder` must exist; an `output` is a file to write; a `flag` takes no value; a `choice` is one of `choices`; a `colour`
   * is written as in CSS, `#rrggbb`.
   */
  readonly kind: 'integer' | 'number' | 'choice' | 'colour' | 'text' | 'file' | 'folder' | 'output' | 'flag';
  /** Without a default, the option is undefined if the user omits it. */
  readonly default?: number | string;
  /** The words of a `choice`. */
  readonly choices?: readonly string[];
  /** The smallest number that is accepted. */
  readonly minimum?: number;
  /** The largest number that is accepted. */
  readonly maximum?: number;
  readonly help: string;
}

/** The command line of an example. */
export interface CommandLine<T extends Readonly<Record<string, Option>>> {
  /** The command that runs it: `npm run quickstart --`. */
  readonly command: string;
  /** What it does, in one sentence. */
  readonly about: string;
  /** By name, without the dashes; `backend`, `wide`, `fused`, `seed` and `json` are added. */
  readonly options: T;
}

type Value<O extends Option> = O['kind'] extends 'flag'
  ? boolean
  : | (O['kind'] extends 'integer' | 'number' ? number : O extends { choices: readonly (infer C)[] } ? C : string)
    | (O extends { readonly default: number | string } ? never : undefined);

/** The values of the options of an example, by name. */
export type OptionValues<T extends Readonly<Record<string, Option>>> = {
  readonly [K in keyof T]: Value<T[K]>;
} & Computing & { readonly seed: number; readonly json: string | undefined };

/** The backend on which an example computes. */
export type Backend = (typeof sharedOptions.backend.choices)[number];

/** Where and how an example computes. */
export interface Computing {
  readonly backend: Backend;
  readonly wide: boolean;
  readonly fused: boolean;
}

const sharedOptions = {
  backend: {
    kind: 'choice',
    choices: ['wasm', 'webgpu', 'cpu'],
    default: 'wasm',
    help: 'where the maths runs: webgpu is the GPU, cpu is for comparisons only',
  },
  wide: { kind: 'flag', help: 'use 256-bit vectors on wasm, in Node 24 or newer: faster, same results' },
  fused: { kind: 'flag', help: 'like --wide, with fused arithmetic: even faster, but results depend on the machine' },
  seed: {
    kind: 'integer',
    default: 1,
    minimum: 0,
    maximum: 2 ** 32 - 1,
    help: 'seed of all random numbers: the same seed gives the same result',
  },
  json: { kind: 'output', help: 'write the result as JSON' },
} as const satisfies Record<string, Option>;

/**
 * Reads the command line of an example. `--help` prints the usage and exits with code 0; invalid input is reported in
 * one line on stderr and exits with code 2, before the example has done anything.
 */
export function readOptions<const T extends Readonly<Record<string, Option>>>(
  commandLine: CommandLine<T>,
  words: readonly string[] = process.argv.slice(2),
): OptionValues<T> {
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(usage(commandLine));
    process.exit(0);
  }
  try {
    return parseOptions(commandLine, words);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** Parses the words of a command line; throws InputError with one sentence. */
export function parseOptions<const T extends Readonly<Record<string, Option>>>(
  { command, options }: CommandLine<T>,
  words: readonly string[],
): OptionValues<T> {
  const table: Readonly<Record<string, Option>> = { ...options, ...sharedOptions };
  const seeHelp = `${command} --help lists the options.`;
  const types = Object.fromEntries(
    Object.entries(table).map(([name, { kind }]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' } as const]),
  );
  // Not strict, because the strict mode's messages are long and do not refer to the table.
  const { tokens } = parseArgs({ args: [...words], options: types, strict: false, tokens: true });
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') throw new InputError(`Unexpected argument ${shown(token.value)}. ${seeHelp}`);
    if (token.kind === 'option-terminator') continue;
    if (!Object.hasOwn(table, token.name)) throw new InputError(`Unknown option ${shown(token.rawName)}. ${seeHelp}`);
    if (table[token.name]!.kind === 'flag') {
      if (token.value !== undefined) throw new InputError(`${token.rawName} takes no value. ${seeHelp}`);
      given.set(token.name, '');
      continue;
    }
    if (token.value === undefined || token.value === '' || token.value.startsWith('--')) {
      throw new InputError(`${token.rawName} needs a value. ${seeHelp}`);
    }
    given.set(token.name, token.value);
  }
  const values = Object.entries(table).map(([name, option]) => {
    if (option.kind === 'flag') return [name, given.has(name)];
    const text = given.get(name) ?? option.default;
    return [name, text === undefined ? undefined : check(`--${name}`, option, String(text))];
  });
  return Object.fromEntries(values) as OptionValues<T>;
}

/** What `--help` prints. */
export function usage({ command, about, options }: CommandLine<Readonly<Record<string, Option>>>): string {
  const table: Readonly<Record<string, Option>> = { ...options, ...sharedOptions };
  const rows = Object.entries(table).map(([name, option]): [string, string] => {
    const standard = option.default === undefined ? '' : ` (default ${option.default})`;
    const value = option.choices?.join('|') ?? placeholders[option.kind];
    return [`--${name} ${value}`.trimEnd(), `${option.help}${standard}`];
  });
  rows.push(['--help', 'show this help']);
  const width = Math.max(...rows.map(([left]) => left.length));
  return `${about}\n\n${command} [options]\n\n${rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')}`;
}

const placeholders: Readonly<Record<Option['kind'], string>> = {
  integer: 'N',
  number: 'NUMBER',
  choice: 'WORD',
  colour: '#RRGGBB',
  text: 'TEXT',
  file: 'FILE',
  folder: 'DIR',
  output: 'FILE',
  flag: '',
};

function check(name: string, { kind, choices, minimum, maximum }: Option, text: string): number | string {
  if (kind === 'flag' || kind === 'text') return text;
  if (kind === 'choice') {
    if (choices!.includes(text)) return text;
    throw new InputError(`${name} must be one of ${choices!.join(', ')}; got ${shown(text)}.`);
  }
  if (kind === 'colour') {
    if (/^#[\da-f]{6}$/i.test(text)) return text;
    throw new InputError(`${name} must be a colour such as #ffffff; got ${shown(text)}.`);
  }
  if (kind === 'file' || kind === 'folder' || kind === 'output') {
    checkPath(name, kind, text);
    return text;
  }
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  const fits = kind === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!fits || value < (minimum ?? -Infinity) || value > (maximum ?? Infinity)) {
    const bounds = [
      minimum === undefined ? '' : ` of at least ${minimum}`,
      maximum === undefined ? '' : `${minimum === undefined ? ' of' : ' and'} at most ${maximum}`,
    ].join('');
    throw new InputError(
      `${name} must be ${kind === 'integer' ? 'an integer' : 'a number'}${bounds}; got ${shown(text)}.`,
    );
  }
  return value;
}

function checkPath(name: string, kind: 'file' | 'folder' | 'output', path: string): void {
  const found = stat(path);
  if (kind === 'folder' && !found?.isDirectory()) {
    throw new InputError(
      `${name} must be a folder; ${found ? `${shown(path)} is a file` : `there is no ${shown(path)}`}.`,
    );
  }
  if (kind === 'file' && !found?.isFile()) {
    throw new InputError(
      `${name} must be a file; ${found ? `${shown(path)} is a folder` : `there is no ${shown(path)}`}.`,
    );
  }
  if (kind !== 'output') return;
  if (found?.isDirectory()) throw new InputError(`${name} must be a file to write; ${shown(path)} is a folder.`);
  // Missing folders are created at the end of the run, but a file in place of a folder should be reported now.
  let above = dirname(path);
  while (!stat(above) && dirname(above) !== above) above = dirname(above);
  if (!stat(above)?.isDirectory())
    throw new InputError(`${name} must be a file to write; ${shown(above)} is not a folder.`);
}

function stat(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** Red, green and blue in [0, 1] of a colour `#rrggbb`. */
export function colourOf(text: string): [number, number, number] {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255) as [number, number, number];
}

/** Quotes a text so that it stays on one line. */
function shown(text: string): string {
  return JSON.stringify(text);
}
