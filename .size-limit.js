/** An ES module for browsers, as a bundler makes it for an app. */
const forBrowsers = (config) => ({ ...config, format: 'esm', platform: 'browser', target: 'es2022' });

/** size-limit leaves peer dependencies out by itself; here they are what is measured. */
const whole = (config) => ({ ...forBrowsers(config), external: [] });

/** An app of bench/size, whose import of this library is the built one, not the source that tsconfig.json maps it to. */
const app = (bundled) => (config) => ({ ...bundled(config), tsconfigRaw: {} });

const own = { path: 'dist/index.js', ignore: ['@tensorflow/*'], gzip: true, modifyEsbuildConfig: forBrowsers };

/** What needs no tfjs, with all that it brings into a bundle: tfjs, if something imported it. */
const needsNoTfjs = { gzip: true, modifyEsbuildConfig: whole };

/** A file for script tags, as a page gets it: esbuild would write it longer. */
const script = { gzip: true, disablePlugins: ['@size-limit/esbuild'] };

/**
 * The imports on the scale: `npm run tool -- size` compares them with `bench/size/recorded.json`, and warns if one has
 * grown without a reason below, or fails if that is more than 2%. `npm run tool -- size --record` writes that file, when the change is merged.
 */
export const weighed = [
  '{ gaussianKl }',
  '{ mlp }',
  '{ unet }',
  '{ createGanTrainer }',
  '{ sampleDdim, createDenoiser, cosineSchedule, predictVelocity }',
  '{ createDiffusionTrainer }',
  'everything in the main entry',
  'everything in /backend',
  'everything in /tokens',
  'everything in /tables',
  'our share of a VAE trainer, without tfjs',
  'a VAE trainer with tfjs-core, gradients and the wasm backend',
];

/** Why one of them may grow by more: `{ '{ mlp }': { to: 5700, why: '...' } }`, with the bytes that it may then have. A recording ends a reason. */
export const grown = {
  '{ unet }': { to: 11_100, why: 'attend, which reads a text in the levels with attention' },
  '{ createDiffusionTrainer }': { to: 15_000, why: 'from checks that the schedule ends in noise' },
  'everything in the main entry': {
    to: 88_700,
    why: 'crossAttention, textEncoder and withTokens: conditions that are texts',
  },
};

export default [
  { ...own, name: '{ gaussianKl }', import: '{ gaussianKl }', limit: '1.65 kB' },
  { ...own, name: '{ elbo, bernoulli }', import: '{ elbo, bernoulli }', limit: '3.1 kB' },
  { ...own, name: '{ createMixturePrior }', import: '{ createMixturePrior }', limit: '4.65 kB' },
  { ...own, name: '{ mlp }', import: '{ mlp }', limit: '5.4 kB' },
  { ...own, name: '{ unet }', import: '{ unet }', limit: '11.1 kB' },
  { ...own, name: '{ gradientPenalty }', import: '{ gradientPenalty }', limit: '5.55 kB' },
  { ...own, name: '{ nonSaturatingLoss }', import: '{ nonSaturatingLoss }', limit: '1.7 kB' },
  { ...own, name: '{ createGanTrainer }', import: '{ createGanTrainer }', limit: '15.15 kB' },
  {
    ...own,
    name: '{ sampleDdim, createDenoiser, cosineSchedule, predictVelocity }',
    import: '{ sampleDdim, createDenoiser, cosineSchedule, predictVelocity }',
    limit: '9.45 kB',
  },
  {
    ...own,
    name: '{ sampleConsistency, createDenoiser, cosineSchedule, predictVelocity }',
    import: '{ sampleConsistency, createDenoiser, cosineSchedule, predictVelocity }',
    limit: '9.55 kB',
  },
  { ...own, name: '{ createDiffusionTrainer }', import: '{ createDiffusionTrainer }', limit: '15 kB' },
  { ...own, name: 'everything in the main entry', import: '*', limit: '88.7 kB' },
  { ...own, name: 'everything in /backend', path: 'dist/backend.js', import: '*', limit: '5.45 kB' },
  { ...own, name: 'everything in /metrics', path: 'dist/metrics.js', import: '*', limit: '19.05 kB' },
  { ...own, name: 'everything in /browser', path: 'dist/browser.js', import: '*', limit: '8.45 kB' },
  { ...own, name: '{ saveOnnx } of /onnx', path: 'dist/onnx.js', import: '{ saveOnnx }', limit: '23.5 kB' },
  {
    ...own,
    name: '{ saveStateDict, loadStateDict } of /pytorch',
    path: 'dist/pytorch.js',
    import: '{ saveStateDict, loadStateDict }',
    limit: '13.75 kB',
  },
  {
    ...own,
    name: '{ exportRun, importRun } of /pytorch',
    path: 'dist/pytorch.js',
    import: '{ exportRun, importRun }',
    limit: '43.65 kB',
  },
  { ...own, name: 'everything in /model', path: 'dist/model.js', import: '*', limit: '56.45 kB' },
  { ...own, name: 'everything in /tokens', path: 'dist/tokens.js', import: '*', limit: '29.5 kB' },
  { ...own, name: 'everything in /tables', path: 'dist/tables.js', import: '*', limit: '39.85 kB' },
  { ...own, name: 'everything in /music', path: 'dist/music.js', import: '*', limit: '10.1 kB' },
  { ...own, name: 'everything in /transforms', path: 'dist/transforms.js', import: '*', limit: '4.8 kB' },
  { ...own, name: 'everything in /webgpu', path: 'dist/webgpu.js', import: '*', limit: '10.8 kB' },
  { ...own, name: 'everything in /logs', path: 'dist/logs.js', import: '*', limit: '7.55 kB' },
  { ...own, name: '{ createRun } of /run', path: 'dist/run.js', import: '{ createRun }', limit: '10.85 kB' },
  { ...needsNoTfjs, name: '{ connectRun } of /run', path: 'dist/run.js', import: '{ connectRun }', limit: '3.8 kB' },
  {
    ...needsNoTfjs,
    name: '{ browserStore } of /browser',
    path: 'dist/browser.js',
    import: '{ browserStore }',
    limit: '2.8 kB',
  },
  { ...own, name: 'everything in /run', path: 'dist/run.js', import: '*', limit: '24 kB' },
  {
    ...script,
    name: 'the script of the main entry, /backend, /browser and /run',
    path: 'dist/tfjs-generative.global.js',
    limit: '105.8 kB',
  },
  { ...script, name: 'the script of /model', path: 'dist/tfjs-generative-model.global.js', limit: '56.35 kB' },
  { ...script, name: 'the script of /metrics', path: 'dist/tfjs-generative-metrics.global.js', limit: '24.8 kB' },
  { ...script, name: 'the script of /wasm', path: 'dist/tfjs-generative-wasm.global.js', limit: '57.75 kB' },
  {
    ...own,
    name: 'our share of a VAE trainer, without tfjs',
    path: 'bench/size/train-vae.ts',
    limit: '30.55 kB',
    modifyEsbuildConfig: app(forBrowsers),
  },
  {
    ...own,
    name: 'our share of a token model that trains and samples, without tfjs',
    path: 'bench/size/train-tokens.ts',
    limit: '32.2 kB',
    modifyEsbuildConfig: app(forBrowsers),
  },
  {
    name: 'a VAE trainer with tfjs-core, gradients and the wasm backend',
    path: 'bench/size/vae-app.ts',
    gzip: true,
    limit: '114.6 kB',
    modifyEsbuildConfig: app(whole),
  },
  {
    name: 'a VAE trainer with the whole of tfjs and the wasm backend',
    path: 'bench/size/vae-app-with-tfjs.ts',
    gzip: true,
    limit: '309.5 kB',
    modifyEsbuildConfig: app(whole),
  },
  {
    name: 'the same with enableWasmTraining',
    path: 'bench/size/vae-app-on-wasm.ts',
    gzip: true,
    limit: '162.8 kB',
    modifyEsbuildConfig: app(whole),
  },
];
