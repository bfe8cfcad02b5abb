// A page without TensorFlow.js: it trains the models that `npm run example -- onnx-training` has recorded. With ?on=webgpu it uses the GPU.
import { FOLDER, openTraining, type Training } from './open-training.js';
import { writeSafetensors } from './safetensors.js';

const on = new URLSearchParams(location.search).get('on') === 'webgpu' ? 'webgpu' : 'wasm';
const runtime = await (on === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm'));
runtime.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
// more would need a page that is isolated from others
runtime.env.wasm.numThreads = 1;

const [canvas, output, select] = ['canvas', 'output', 'select'].map((name) => document.querySelector(name)) as [
  HTMLCanvasElement,
  HTMLOutputElement,
  HTMLSelectElement,
];
const [train, save] = ['train', 'save'].map((id) => document.getElementById(id)) as HTMLButtonElement[];

let training: Training | undefined;
let losses: number[] = [];
let isRunning = false;

async function bytesOf(file: string): Promise<Uint8Array> {
  const response = await fetch(`/${FOLDER}/${select.value}/${file}`);
  if (!response.ok) throw new Error('Run npm run example -- onnx-training first.');
  return new Uint8Array(await response.arrayBuffer());
}

/** Trains until the button is pressed again, or another model is chosen. */
async function run(): Promise<void> {
  if (isRunning) return void (isRunning = false);
  isRunning = true;
  train!.textContent = 'Stop';
  training ??= await openTraining(bytesOf, { runtime, seed: 1, on });
  const { replay, metrics, batch } = training;
  const began = performance.now();
  const before = losses.length;
  while (isRunning) {
    const loss = (await replay.step(batch(losses.length)))[metrics[0]!]!;
    losses.push(loss);
    const milliseconds = (performance.now() - began) / (losses.length - before);
    output.textContent = `step ${losses.length}: ${metrics[0]} ${loss.toFixed(3)}, ${milliseconds.toFixed(0)} ms per step on ${on}`;
    draw();
    // a frame, so that the page shows the step
    await new Promise(requestAnimationFrame);
  }
  train!.textContent = 'Train';
  save!.disabled = false;
}

/** Draws the losses, and their running mean. */
function draw(): void {
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const place = (i: number, loss: number): [number, number] => [
    20 + ((width - 40) * i) / Math.max(1, losses.length - 1),
    height - 20 - ((height - 40) * (loss - low)) / (high - low || 1),
  ];
  const line = (values: readonly number[], colour: string, thickness: number): void => {
    context.beginPath();
    values.forEach((loss, i) => context.lineTo(...place(i, loss)));
    [context.strokeStyle, context.lineWidth] = [colour, thickness];
    context.stroke();
  };
  const means: number[] = [];
  for (const loss of losses) means.push((means.at(-1) ?? loss) + 0.1 * (loss - (means.at(-1) ?? loss)));
  context.clearRect(0, 0, width, height);
  line(losses, '#45507a', 2);
  line(means, '#7cc4ff', 4);
}

/** Downloads the state as a safetensors file, which takes the model back to the library. */
async function download(): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([writeSafetensors(await training!.replay.read())]));
  link.download = `${select.value}.safetensors`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Forgets the training, which stops after its current step. */
async function change(): Promise<void> {
  isRunning = false;
  while (train!.textContent === 'Stop') await new Promise(requestAnimationFrame);
  await training?.replay.dispose();
  [training, losses, save!.disabled] = [undefined, [], true];
  draw();
  output.textContent = 'ready';
}

const shown = (work: () => Promise<void>) => () =>
  void work().catch((error: unknown) => (output.textContent = String(error)));
train!.onclick = shown(run);
save!.onclick = shown(download);
select.onchange = shown(change);
output.textContent = 'ready';
