import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceOf } from '../../docs/package.mjs';
import { checks } from '../../scripts/release/checks.js';
import { packRelease } from '../../scripts/release/pack.js';
import { placeOf, type Manifest } from '../../scripts/release/place.js';
import { run } from '../../scripts/release/run.js';
import { checkPublisher } from '../../scripts/release/publisher.js';
import { writeVersion } from '../../scripts/release/write-version.js';
import { unpackInto } from './pack.js';

const url = 'git+https://github.com/owner/name.git';
/** A repository whose version 0.1.0 is ready. */
const ready = mkdtempSync(join(tmpdir(), 'tfjs-generative-ready-'));

beforeAll(() => {
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CONTRIBUTING.md', 'CITATION.cff', 'dist']) {
    cpSync(name, join(ready, name), { recursive: true });
  }
  for (const name of ['docs', 'examples']) symlinkSync(resolve(name), join(ready, name));
  changeManifest(ready, (manifest) => ({ ...manifest, version: '0.1.0', repository: { type: 'git', url } }));
  writeFileSync(
    join(ready, 'CHANGELOG.md'),
    '# tfjs-generative\n\n## 0.1.0\n\n### Minor Changes\n\n- 1234567: First.\n',
  );
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  writeVersion(join(ready, 'dist'), version, '0.1.0');
});
afterAll(() => rmSync(ready, { recursive: true, force: true }));

function change(file: string, by: (text: string) => string): void {
  writeFileSync(file, by(readFileSync(file, 'utf8')));
}

function changeManifest(root: string, by: (manifest: Manifest) => object): void {
  change(join(root, 'package.json'), (text) => JSON.stringify(by(JSON.parse(text) as Manifest)));
}

/** The problems that some checks find in what is packed from a repository, by the name of the check. */
async function problemsIn(root: string, names: readonly string[]): Promise<Record<string, string[]>> {
  const packed = packRelease(root);
  const app = mkdtempSync(join(tmpdir(), 'tfjs-generative-app-'));
  try {
    unpackInto(app, packed.tarball);
    const problems: Record<string, string[]> = {};
    for (const name of names) problems[name] = await checks[name]!(packed, app);
    return problems;
  } finally {
    rmSync(app, { recursive: true, force: true });
  }
}

/** A file of `dist` that an entry loads: its first chunk. */
function chunkOf(root: string, entry: string): string {
  const [, chunk] = /['"]\.\/([\w.-]+?\.(?:js|cjs|d\.ts))['"]/.exec(readFileSync(join(root, 'dist', entry), 'utf8'))!;
  return join(root, 'dist', chunk!);
}

const inDist = (root: string, name: string): string => join(root, 'dist', name);
const wrong = 'gaussianKl: () => ({ data: async () => [0] })';

interface Fault {
  readonly fault: string;
  readonly check: string;
  readonly says: RegExp;
  readonly plant: (root: string) => void;
}

const faults: readonly Fault[] = [
  {
    fault: 'a version that was never made',
    check: 'version',
    says: /the version is 0\.0\.0/,
    plant: (root) => changeManifest(root, (manifest) => ({ ...manifest, version: '0.0.0' })),
  },
  {
    fault: 'a build from before the version',
    check: 'version',
    says: /not built from version 0\.2\.0/,
    plant: (root) => changeManifest(root, (manifest) => ({ ...manifest, version: '0.2.0' })),
  },
  {
    fault: 'an empty changelog',
    check: 'changelog',
    says: /has no entry for 0\.1\.0/,
    plant: (root) => change(join(root, 'CHANGELOG.md'), (text) => text.replace(/^- .*$/m, '')),
  },
  {
    fault: 'a changelog of commits without words',
    check: 'changelog',
    says: /has no entry for 0\.1\.0/,
    plant: (root) => change(join(root, 'CHANGELOG.md'), (text) => text.replace('First.', '')),
  },
  {
    fault: 'a source map',
    check: 'files',
    says: /^dist\/index\.js\.map: /,
    plant: (root) => writeFileSync(inDist(root, 'index.js.map'), '{}'),
  },
  {
    fault: 'a missing licence',
    check: 'files',
    says: /^LICENSE: is missing/,
    plant: (root) => rmSync(join(root, 'LICENSE')),
  },
  {
    fault: 'a wrong size',
    check: 'size',
    says: /^the package has \S+ MB, more than \S+ MB$/,
    plant: (root) => change(inDist(root, 'index.js'), (text) => text + `// ${'x'.repeat(1.5e6)}`),
  },
  {
    fault: 'a dead link',
    check: 'readme',
    says: /blob\/v0\.1\.0\/docs\/gone\.md#there does not exist/,
    plant: (root) => change(join(root, 'README.md'), (text) => `${text}\n[gone](docs/gone.md#there)\n`),
  },
  {
    fault: 'a dead picture in HTML',
    check: 'readme',
    says: /v0\.1\.0\/docs\/gone\.png does not exist/,
    plant: (root) => change(join(root, 'README.md'), (text) => `${text}\n<img src="docs/gone.png">\n`),
  },
  {
    fault: 'a script that runs at users',
    check: 'scripts',
    says: /runs `postinstall`/,
    plant: (root) => changeManifest(root, (manifest) => ({ ...manifest, scripts: { postinstall: 'node -v' } })),
  },
  {
    fault: 'a missing file',
    check: 'publint',
    says: /run\.cjs/,
    plant: (root) => rmSync(inDist(root, 'run.cjs')),
  },
  {
    fault: 'types of the other kind of module',
    check: 'types',
    says: /Masquerading as ESM/,
    plant: (root) => change(join(root, 'package.json'), (text) => text.replace('./dist/run.d.cts', './dist/run.d.ts')),
  },
  {
    fault: 'a missing chunk',
    check: 'ES modules',
    says: /Cannot find module/,
    plant: (root) => rmSync(chunkOf(root, 'index.js')),
  },
  {
    fault: 'a dependency that is not declared',
    check: 'ES modules',
    says: /Cannot find package 'ml-matrix'/,
    plant: (root) => change(inDist(root, 'index.js'), (text) => `import 'ml-matrix';\n${text}`),
  },
  {
    fault: 'a wrong number',
    check: 'CommonJS',
    says: /nats, not 12\.5/,
    plant: (root) =>
      change(inDist(root, 'index.cjs'), (text) => `${text}\nmodule.exports = { ...module.exports, ${wrong} };\n`),
  },
  {
    fault: 'a type that does not resolve',
    check: 'TypeScript',
    says: /error TS2307/,
    plant: (root) => rmSync(chunkOf(root, 'index.d.ts').replace(/\.js$/, '.d.ts')),
  },
];

/** The problems that their checks find in a repository with these faults. */
async function problemsOf(planted: readonly Fault[]): Promise<Record<string, string[]>> {
  const root = mkdtempSync(join(tmpdir(), 'tfjs-generative-fault-'));
  try {
    cpSync(ready, root, { recursive: true });
    for (const { plant } of planted) plant(root);
    return await problemsIn(root, [...new Set(planted.map(({ check }) => check))]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('a release', () => {
  test('of this tree, made by the commands of a release, passes all checks and leaves the tree as it is', async () => {
    const state = async (): Promise<string> => (await run('.', 'git', 'status', '--porcelain')).output;
    const before = await state();
    const { output, failed } = await run('.', 'npm', 'run', 'tool', '--', 'release:dry', '--built');
    expect(failed, output).toBe(false);
    expect(output).toContain(`release:dry: ${Object.keys(checks).length} passed, 0 failed`);
    expect(output).not.toContain('tfjs-generative 0.0.0');
    expect(await state()).toBe(before);
  });

  test('has a check for each fault', () => {
    expect(Object.keys(checks).filter((name) => !faults.some(({ check }) => check === name))).toEqual([]);
  });

  // faults that do not hide each other are in one repository, because packing takes longest
  const separate = [
    ['a version that was never made', 'a missing chunk'],
    ['a build from before the version', 'a type that does not resolve'],
    ['an empty changelog', 'types of the other kind of module', 'a wrong number'],
    ['a dependency that is not declared'],
  ];
  const groups = separate.map((names) => faults.filter(({ fault }) => names.includes(fault)));
  const rest = faults.filter(({ fault }) => !separate.flat().includes(fault));

  describe.each([...groups, rest].map((group) => ({ group })))('with faults', ({ group }) => {
    let problems: Record<string, string[]>;
    beforeAll(async () => {
      problems = await problemsOf(group);
    });

    test.each(group)('fails on $fault', ({ check, says }) => {
      expect(problems[check]).toContainEqual(expect.stringMatching(says));
    });
  });
});

describe('the address of the repository', () => {
  const manifest = { name: 'tfjs-generative', version: '0.1.0', files: [], exports: {} };
  const at = (address: string): Manifest => ({ ...manifest, repository: { type: 'git', url: address } });

  test('gives the package its fields, and an absolute address to each link of its README', () => {
    const { folder, manifest } = packRelease(ready);
    expect(manifest.homepage).toBe('https://github.com/owner/name#readme');
    expect(manifest.bugs).toEqual({ url: 'https://github.com/owner/name/issues' });
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(readme).toContain('](https://github.com/owner/name/blob/v0.1.0/docs/vae.md)');
    expect(readme).toContain('](https://raw.githubusercontent.com/owner/name/v0.1.0/docs/images/families.svg)');
    expect(readme).not.toMatch(/\]\((?!https?:|#)/);
    const pictures = [...readme.matchAll(/\b(?:src|srcset)="([^"]*)"/g)].map(([, address]) => address!);
    expect(pictures.length).toBeGreaterThan(0);
    for (const address of pictures) expect(address).toMatch(/^https:\/\/raw\.githubusercontent\.com\/owner\/name\/v0/);
    expect(readFileSync(join(ready, 'README.md'), 'utf8')).toBe(readFileSync('README.md', 'utf8'));
    // the site's link
    expect(sourceOf(url)).toBe('https://github.com/owner/name');
  });

  test('may be missing until something is published', () => {
    expect(placeOf(manifest)).toBeUndefined();
    expect(placeOf(at(''))).toBeUndefined();
    expect(sourceOf('')).toBeUndefined();
    expect(() => checkPublisher(at(''), '11.5.1', {})).toThrow('before anything is published; got nothing');
    expect(() => placeOf(at('https://example.org/name'))).toThrow("OWNER/NAME.git; got 'https://example.org/name'");
  });

  test('is published by an npm that needs no token, and without one', () => {
    expect(() => checkPublisher(at(url), '11.5.1', {})).not.toThrow();
    expect(() => checkPublisher(at(url), '11.19.1', { NPM_TOKEN: '' })).not.toThrow();
    expect(() => checkPublisher(at(url), '11.5.0', {})).toThrow('11.5.1 or newer to publish; got 11.5.0');
    expect(() => checkPublisher(at(url), '9.12.0', {})).toThrow('got 9.12.0');
    expect(() => checkPublisher(at(url), '11.5.1', { NPM_TOKEN: 'secret' })).toThrow(
      'got NPM_TOKEN in the environment',
    );
  });
});

test('every action of the workflows is pinned by commit', () => {
  const folder = '.github/workflows';
  const used = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').match(/uses: .*/g) ?? []);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter((action) => !/^uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});
