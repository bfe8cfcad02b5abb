import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../examples/shared/input-error.js';
import { parseOptions, usage } from '../../examples/shared/options.js';

const commandLine = {
  command: 'npm run quickstart --',
  about: 'Trains a model.',
  options: {
    epochs: { kind: 'integer', default: 5, minimum: 1, help: 'passes over the training images' },
    rate: { kind: 'number', default: 1e-3, help: 'of learning' },
    kind: { kind: 'choice', choices: ['small', 'large'], help: 'of network' },
    data: { kind: 'folder', help: 'IDX files' },
    resume: { kind: 'file', help: 'a checkpoint' },
  },
} as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'options-'));
  writeFileSync(join(folder, 'file'), 'x');
});
afterAll(() => rmSync(folder, { recursive: true }));

const parse = (...words: string[]) => parseOptions(commandLine, words);

describe('parseOptions', () => {
  it('returns defaults, and undefined without a default', () => {
    expect(parse()).toEqual({
      epochs: 5,
      rate: 1e-3,
      kind: undefined,
      data: undefined,
      resume: undefined,
      backend: 'wasm',
      wide: false,
      fused: false,
      seed: 1,
      json: undefined,
    });
  });

  it('reads each kind, with a blank or an equals sign', () => {
    const json = join(folder, 'new/folder/out.json');
    const values = parse(
      '--epochs',
      '12',
      '--rate=2.5e-4',
      '--kind',
      'large',
      '--data',
      folder,
      '--resume',
      join(folder, 'file'),
      '--backend',
      'webgpu',
      '--wide',
      '--seed=0',
      '--json',
      json,
    );
    expect(values).toEqual({
      epochs: 12,
      rate: 2.5e-4,
      kind: 'large',
      data: folder,
      resume: join(folder, 'file'),
      backend: 'webgpu',
      wide: true,
      fused: false,
      seed: 0,
      json,
    });
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  it('has the types of the table', () => {
    const { epochs, data, json } = parse();
    const number: number = epochs;
    const text: string | undefined = data ?? json;
    // @ts-expect-error -- no such option
    expect([number, text, parse().latent]).toEqual([5, undefined, undefined]);
  });

  it.each([
    [['--epoch', '3'], 'Unknown option "--epoch". npm run quickstart -- --help lists the options.'],
    [['-e', '3'], 'Unknown option "-e".'],
    [['--toString', '3'], 'Unknown option "--toString".'],
    [['fast'], 'Unexpected argument "fast".'],
    [['--epochs'], '--epochs needs a value.'],
    [['--kind', '--seed', '3'], '--kind needs a value.'],
    [['--kind', 'middle'], '--kind must be one of small, large; got "middle".'],
    [['--backend', 'wsam'], '--backend must be one of wasm, webgpu, cpu; got "wsam".'],
    [['--epochs='], '--epochs needs a value.'],
    [['--epochs', 'many'], '--epochs must be an integer of at least 1; got "many".'],
    [['--epochs', '0'], '--epochs must be an integer of at least 1; got "0".'],
    [['--epochs', '-3'], 'got "-3".'],
    [['--epochs', '2.5'], 'got "2.5".'],
    [['--epochs', '0x10'], 'got "0x10".'],
    [['--epochs', ' '], 'got " ".'],
    [['--epochs', '3\n4'], 'got "3\\n4".'],
    [['--rate', 'NaN'], '--rate must be a number; got "NaN".'],
    [['--rate', '1e999'], '--rate must be a number; got "1e999".'],
    [['--seed', '-1'], '--seed must be an integer of at least 0 and at most 4294967295; got "-1".'],
    [['--seed', '4294967296'], '--seed must be an integer'],
    [['--data', 'no/such/folder'], '--data must be a folder; there is no "no/such/folder".'],
    [['--data', 'package.json'], '--data must be a folder; "package.json" is a file.'],
    [['--resume', 'no-such-file'], '--resume must be a file; there is no "no-such-file".'],
    [['--resume', 'src'], '--resume must be a file; "src" is a folder.'],
    [['--json', 'src'], '--json must be a file to write; "src" is a folder.'],
    [['--json', 'package.json/x.json'], '--json must be a file to write; "package.json" is not a folder.'],
  ])('refuses %j in one line', (words, message) => {
    expect(() => parse(...words)).toThrow(InputError);
    expect(() => parse(...words)).toThrow(message);
    expect(() => parse(...words)).toThrow(/^[^\n]+$/);
  });
});

describe('usage', () => {
  it('shows every option with its default', () => {
    const text = usage(commandLine);
    expect(text).toMatch(/^ {2}--epochs N +passes over the training images \(default 5\)$/m);
    for (const name of [
      'rate NUMBER',
      'kind small|large',
      'data DIR',
      'resume FILE',
      'backend wasm|webgpu|cpu',
      'seed N',
      'json FILE',
      'help',
    ]) {
      expect(text).toContain(`  --${name} `);
    }
  });
});

describe('a program with run, readOptions and writeReport', () => {
  const shared = fileURLToPath(new URL('../../examples/shared', import.meta.url));
  const root = fileURLToPath(new URL('../..', import.meta.url));

  function start(body: string, ...words: string[]) {
    const program = join(folder, `program-${readdirSync(folder).length}.ts`);
    writeFileSync(
      program,
      `import { InputError } from '${shared}/input-error.ts';
       import { readOptions } from '${shared}/options.ts';
       import { run, writeReport } from '${shared}/report.ts';
       run(async () => {
         const options = readOptions({ command: 'program', about: 'Tries.', options: { size: { kind: 'integer', default: 2, help: 'n' } } });
         ${body}
         void InputError; void writeReport;
       });`,
    );
    const tsx = ['--import', 'tsx', program, ...words];
    return spawnSync(process.execPath, tsx, { cwd: root, encoding: 'utf8' });
  }

  it('writes its result and ends with code 0', () => {
    const json = join(folder, 'deep/result.json');
    const { status, stderr } = start(
      'await writeReport(options.json, { size: options.size, seed: options.seed });',
      '--json',
      json,
      '--seed',
      '7',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual({ size: 2, seed: 7 });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['result.json']);
  });

  it('prints the usage for --help before anything else and ends with code 0', () => {
    const { status, stdout, stderr } = start('throw new Error("ran");', '--size', 'wrong', '--help');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('--size N');
  });

  it.each([
    ['a wrong option', 'throw new Error("ran");', ['--size', 'x'], 2, '--size must be an integer; got "x".\n'],
    ['wrong input', 'throw new InputError("bad data");', [], 2, 'bad data\n'],
    ['an error', 'throw new Error("first\\n  second");', [], 1, 'first second\n'],
    [
      'an error outside the promise',
      'setTimeout(() => { throw new Error("late"); }, 1); await new Promise(() => setTimeout(() => 0, 5000));',
      [],
      1,
      'late\n',
    ],
    [
      'a rejection nobody awaits',
      'void Promise.reject(new Error("lost")); await new Promise(() => setTimeout(() => 0, 5000));',
      [],
      1,
      'lost\n',
    ],
  ])('prints exactly one line for %s', (_, body, words, code, line) => {
    const { status, stdout, stderr } = start(body, ...words);
    expect([status, stdout, stderr]).toEqual([code, '', line]);
  });
});
