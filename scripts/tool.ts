// Runs one of the less common tasks, or lists them: npm run tool -- NAME [OPTIONS]
import { spawnSync } from 'node:child_process';

/** The command of each tool, and what it does. */
const tools: Readonly<Record<string, readonly [command: string, does: string]>> = {
  // checks, all of which `npm run check` runs
  knip: ['knip', 'lists files, exports and dependencies that nothing uses'],
  api: ['tsx scripts/api-reports.ts', 'writes the reports of public types in api/; --check compares them instead'],
  size: [
    'tsx scripts/size.ts',
    'measures what an import adds to an app, after a build, and what it has grown; --record writes the sizes on main',
  ],
  'package:check': [
    'publint --strict && attw --pack . --profile node16 --exclude-entrypoints wasm-helper',
    'checks the fields of package.json and the types as each kind of importer resolves them',
  ],

  // tests that `npm test` does not run
  'test:everything': [
    'tsx scripts/everything.ts',
    'runs all checks and tests, and ends with a table; --stage NAME runs one, --seed chooses the random programs',
  ],
  'test:smoke': [
    'vitest run --mode=smoke',
    'tests what users do first: package, quickstart, a lesson, a page of the lab and of the site',
  ],
  'test:package': ['vitest run --mode=package', 'tests the tarball as users install it'],
  'test:docs': [
    'vitest run --mode=docs',
    'tests what the guides and docstrings say: their programs, numbers and links',
  ],
  'test:examples': ['vitest run --mode=examples', 'runs the examples briefly'],
  'test:research': ['vitest run --mode=research', 'runs the programs of examples/research briefly'],
  'test:course': ['vitest run --mode=course', 'tests the course and its grading'],
  'test:runtimes': ['tsx scripts/runtimes.ts', 'trains the tarball in Node 20 to 26, Deno, Bun, Firefox and WebKitGTK'],
  'test:slow': [
    'vitest run --mode=slow',
    'runs the tests that train for seconds, start other programs or break thousands of files',
  ],
  'test:long': ['vitest run --mode=long', 'runs the statistical tests that take minutes'],
  'test:everywhere': ['vitest run --mode=everywhere', 'runs the laws on the backends that `npm test` leaves out'],
  'test:wasm-paths': ['tsx scripts/wasm-paths.ts', 'tests the wasm kernels with each width of vectors'],
  'test:mutants': ['tsx scripts/mutants.ts', 'counts the small changes of the code that tests notice'],
  'fuzz:wasm': ['tsx scripts/fuzz-wasm.ts', 'compares operations on wasm with cpu, on random inputs'],
  'trainer-bits': [
    'tsx scripts/trainer-bits.ts',
    'prints a hash of the state of each kind of trainer after twenty steps',
  ],
  'random-programs': [
    'tsx scripts/random-programs.ts',
    'composes random programs from the public API and checks that each obeys the laws or ends in one sentence',
  ],
  reliability: ['tsx scripts/reliability.ts', 'writes the tables of docs/results/reliability.md'],

  // pages and pictures
  pages: ['vite --config examples/vite.config.ts', 'serves the example pages'],
  diagrams: ['tsx scripts/diagrams.ts', 'draws the structures of the three families for the guides'],
  'name-rows': ['tsx scripts/name-rows.ts', 'writes a name next to each row of the sheets of samples'],

  // the course
  'course:check': ['tsx scripts/course-check.ts', 'checks exercises and pieces'],
  'course:new': ['tsx scripts/course-new.ts', 'writes the files of a new exercise'],
  'course:grade': ['tsx scripts/course-grade.ts', "grades a student's file"],
  'course:points': ['tsx scripts/course-points.ts', 'grades a folder of submissions into a table of points'],
  'course:crowd': ['tsx scripts/course-crowd.ts', 'grades 60 hostile and 40 right submissions, four at a time'],

  // generated files and research runs
  assembly: ['tsx scripts/assembly.ts', 'compiles the wasm module'],
  jargon: ['tsx scripts/jargon.ts', 'writes the text of the example `text` from a Debian package'],
  'go-on': ['tsx scripts/go-on.ts', 'writes the Python program of exported runs as text'],
  'install-lines': ['tsx scripts/install-lines.ts', 'writes how to install the package until npm has it'],
  'size-lines': ['tsx scripts/size-lines.ts', 'writes the limits of sizes into the guides'],
  golden: ['tsx scripts/golden.ts', 'writes the golden files of default options and of error messages'],
  classifier: [
    'tsx examples/research/features/train-classifier.ts',
    'trains the classifier whose features the measures of samples use',
  ],
  autoencoder: [
    'tsx examples/research/features/train-autoencoder.ts',
    'trains the autoencoder for a second set of features',
  ],
  'emoji-classifier': ['tsx examples/research/emoji/train-classifier.ts', 'trains the classifier of emoji'],
  'emoji-autoencoder': [
    'tsx examples/research/emoji/train-autoencoder.ts',
    'trains the autoencoder of emoji, for a second set of features',
  ],
  'emoji-copies': [
    'tsx examples/research/emoji/planted-copies.ts',
    'plants copies of emoji and counts how many the measure finds',
  ],
  'gan-losses': [
    'tsx examples/research/figures/gan-losses.ts',
    'draws healthy and collapsing GANs for docs/gan-losses.md',
  ],
  'diffusion-failures': [
    'tsx examples/research/figures/diffusion-failures.ts',
    'draws samples made in wrong ways for docs/diffusion-sampling.md',
  ],
  'likelihood-start': [
    'tsx examples/research/likelihoods/start.ts',
    'prints the table of the option `start` for docs/results/likelihoods.md',
  ],

  // releases
  changeset: [
    'node --require ./scripts/release/root-package.cjs node_modules/@changesets/cli/bin.js',
    'describes a change for the changelog',
  ],
  'release:version': ['tsx scripts/release-version.ts', 'turns changesets into a version and its changelog'],
  'release:dry': [
    'tsx scripts/release-dry.ts',
    'does all of a release but publishing; --built takes dist as it is, with the new version',
  ],
  release: ['tsx scripts/release-publish.ts', 'publishes, after all checks'],
};

const [name, ...options] = process.argv.slice(2);
const tool = name === undefined ? undefined : tools[name];
if (tool === undefined) {
  const isQuestion = name === undefined || name === '--help' || name === '-h';
  const width = Math.max(...Object.keys(tools).map((key) => key.length));
  const list = Object.entries(tools).map(([key, [, does]]) => `  ${key.padEnd(width)}  ${does}`);
  const text = `${isQuestion ? '' : `There is no tool "${name}".\n`}npm run tool -- NAME [OPTIONS]\n\n${list.join('\n')}\n`;
  (isQuestion ? process.stdout : process.stderr).write(text);
  process.exit(isQuestion ? 0 : 2);
}

// a shell finds the commands of the packages on every system
const command = [tool[0], ...options.map(quoted)].join(' ');
const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
process.exit(status ?? 1);

function quoted(option: string): string {
  return process.platform === 'win32' ? JSON.stringify(option) : `'${option.replaceAll("'", `'\\''`)}'`;
}
