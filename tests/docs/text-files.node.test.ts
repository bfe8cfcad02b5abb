import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { entries, importOf, moduleOf } from '../../docs/package.mjs';
import { writeTextFiles } from '../../docs/site/scripts/text-files.js';
import { exportsOf } from './snippets.js';

const folder = resolve('temp/text-files');
let full = '';
/** The declarations of each entry, as the text has them. */
const modules = new Map<string, string>();

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeTextFiles(folder);
  full = await readFile(`${folder}/llms-full.txt`, 'utf8');
  for (const [, name, code] of full.matchAll(/^### (tfjs-generative\S*)\n+```ts\n([\s\S]*?)^```$/gm))
    modules.set(name!, code!);
  for (const entry of entries) await writeFile(join(folder, `${entry}.d.ts`), modules.get(importOf(entry)) ?? '');
}, 400_000);

/** What the compiler says of programs for which the text is the only source of this library's types, by file. */
async function complaintsOf(programs: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, process.cwd());
  const paths = Object.fromEntries(entries.map((entry) => [importOf(entry), [join(folder, `${entry}.d.ts`)]]));
  for (const [name, code] of Object.entries(programs)) await writeFile(join(folder, `${name}.ts`), code);
  const files = [...entries.map((entry) => `${entry}.d.ts`), ...Object.keys(programs).map((name) => `${name}.ts`)];
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    // the signatures themselves are compiled as well
    { ...options, paths, skipLibCheck: false, noUnusedLocals: false, noUnusedParameters: false },
  );
  const messagesOf = (file: string): string[] => {
    const source = program.getSourceFile(join(folder, file))!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start, messageText }) => {
        const { line } = ts.getLineAndCharacterOfPosition(source, start ?? 0);
        return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  };
  const complaints = files.map((file): [string, string[]] => [file, messagesOf(file)]);
  return Object.fromEntries(complaints.filter(([, messages]) => messages.length > 0));
}

/** A program that somebody wrote who had read nothing but the text. */
const written = `
import * as tf from '@tensorflow/tfjs';
import {
  batches, bernoulli, convDecoder, convEncoder, cosineSchedule, createAdam, createDecoder, createDenoiser, createDiffusionTrainer,
  createDiscriminator, createGanTrainer, createGaussianEncoder, createGenerator, createRandom, createVaeTrainer, dcganDiscriminator,
  dcganGenerator, fit, heunSolver, hingeLoss, predictVelocity, r1Penalty, sampleDiffusion, train, unet,
} from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import { loadModel, saveModel } from 'tfjs-generative/model';
import { saveFile } from 'tfjs-generative/node';
import { createTokenModel, createTokenTrainer, transformer, characters } from 'tfjs-generative/tokens';
import { startWasm } from 'tfjs-generative/wasm';

await startWasm({ threads: 2 });
const random = createRandom(1);
const images = random.uniform([64, 16, 16, 1]);
const shape = [16, 16, 1] as const;

const encoder = createGaussianEncoder(convEncoder({ shape, widths: [8, 16], outputs: 8, random }), { latentSize: 4 });
const decoder = createDecoder(convDecoder({ shape, widths: [16, 8], inputs: 4, random }), { likelihood: bernoulli });
const vae = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
const history = await fit(vae, batches(images, { batchSize: 16, random }), { epochs: 2 });
const losses: readonly number[] = history.epoch;
await saveFile('vae.safetensors', await saveModel({ encoder, decoder }));
const loaded = await loadModel(await saveModel({ decoder }), { as: { decoder: 'decoder' } });
const pictures: tf.Tensor = loaded.decoder.mean(random.normal([4, 4]));
const { value } = await frechetDistance(tf.reshape(images, [64, 256]), tf.reshape(images, [64, 256]));

const denoiser = createDenoiser(unet({ channels: 1, widths: [8, 16], random }), {
  schedule: cosineSchedule({ steps: 1000 }),
  predicts: predictVelocity,
});
const diffusion = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random });
for await (const report of train(diffusion, batches(images, { batchSize: 16, random }), { steps: 100 })) console.log(report.metrics.loss);
const samples = await sampleDiffusion(denoiser, heunSolver, { shape: [4, ...shape], steps: 20, random });

const gan = createGanTrainer({
  generator: createGenerator(dcganGenerator({ latentSize: 16, shape, random }), { latentSize: 16 }),
  discriminator: createDiscriminator(dcganDiscriminator({ shape, random })),
  loss: hingeLoss,
  penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
  optimizers: { generator: createAdam({ learningRate: 2e-4 }), discriminator: createAdam({ learningRate: 2e-4 }) },
  random,
});
gan.step(images);

const letters = characters('to be or not to be', { end: true });
const model = createTokenModel(transformer({ tokens: letters.tokens, length: 12, random }), { tokens: letters.tokens, length: 12, end: letters.end });
createTokenTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random }).dispose();
console.log(losses, pictures.shape, value, samples.shape, letters.decode(await (await model.sample(1, { random })).data()));
`;

describe('llms-full.txt', () => {
  test('has the signature and a sentence of each public name', () => {
    for (const entry of entries) {
      const code = modules.get(importOf(entry)) ?? '';
      const names = exportsOf(moduleOf(entry)).map((name) => name.replace('type ', ''));
      expect(
        names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code)),
        entry,
      ).toEqual([]);
    }
    expect(full).not.toMatch(/@public|undefined \*\/|\/\*\* +\*\//);
  });

  test('has each guide', async () => {
    const guides = (JSON.parse(await readFile('docs/guides.json', 'utf8')) as string[]).filter(
      (path) => path.startsWith('docs/') && !/(?:design|releases|results\/.*)\.md$/.test(path),
    );
    for (const path of guides) {
      const heading = /^# .+$/m.exec(await readFile(path, 'utf8'))![0];
      expect(full, path).toContain(`\n${heading}\n`);
    }
    expect(guides.length).toBeGreaterThan(40);
  });

  test('is enough to write programs that compile, as those of its guides do, and a wrong one does not', async () => {
    const blocks = [...full.matchAll(/^```ts(?: browser| gpu)?\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
    const programs = blocks.filter((code) => /^import [^;]*'tfjs-generative/m.test(code) && !/^export /m.test(code));
    expect(programs.length).toBeGreaterThan(20);
    const wrong = written.replace('widths: [8, 16], outputs: 8', 'width: [8, 16], outputs: 8');
    const ofGuides = Object.fromEntries(programs.map((code, i) => [`guide-${i}`, `${code}\nexport {};\n`]));
    const { 'wrong.ts': refused, ...others } = await complaintsOf({ written, wrong, ...ofGuides });
    expect(others).toEqual({});
    expect(refused).toEqual([expect.stringContaining("'width' does not exist in type 'ConvEncoderOptions'")]);
  }, 400_000);
});

test('llms.txt links to each guide in Markdown', async () => {
  const list = await readFile(`${folder}/llms.txt`, 'utf8');
  const links = [...list.matchAll(/\]\((.*?)\)/g)].map(([, to]) => to!);
  const guides = (await readdir(`${folder}/guides`)).map((file) => `guides/${file}`);
  expect(links.filter((link) => link.startsWith('guides/')).sort()).toEqual(guides.sort());
  expect(links).toContain('llms-full.txt');
  expect(list).toMatch(/^# tfjs-generative\n\n> \w/);
});
