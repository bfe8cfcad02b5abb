// A page without TensorFlow.js: it samples the models that `npm run example -- onnx` has exported, with ONNX Runtime.
import { env, InferenceSession } from 'onnxruntime-web/wasm';
import { sample, type Settings } from './sample.js';

env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
// more would need a page that is isolated from others
env.wasm.numThreads = 1;
const [FOLDER, SIDE, COLUMNS] = ['/out/onnx', 28, 10];
const canvas = document.querySelector('canvas')!;
const output = document.querySelector('output')!;

async function bytesOf(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`${FOLDER}/${name}`);
  if (!response.ok) throw new Error('Run npm run example -- onnx first.');
  return response.arrayBuffer();
}

async function main(): Promise<void> {
  const settings = JSON.parse(new TextDecoder().decode(await bytesOf('settings.json'))) as Settings;
  const denoiser = await InferenceSession.create(await bytesOf('denoiser.onnx'));
  const decoder = await InferenceSession.create(await bytesOf('decoder.onnx'));
  const began = performance.now();
  const pictures = await sample(denoiser, decoder, settings);
  const seconds = (performance.now() - began) / 1000;
  draw(pictures);
  const expected = new Float32Array(await bytesOf('here.f32'));
  const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - pictures[i]!)), 0);
  output.textContent = `${seconds.toFixed(2)} s; the pictures differ from those in Node by at most ${largest.toExponential(1)}`;
}

/** Draws pictures side by side, dark on white. */
function draw(pictures: Float32Array): void {
  const count = pictures.length / SIDE ** 2;
  [canvas.width, canvas.height] = [SIDE * COLUMNS, SIDE * Math.ceil(count / COLUMNS)];
  const context = canvas.getContext('2d')!;
  for (let n = 0; n < count; n++) {
    const pixels = Array.from(pictures.subarray(n * SIDE ** 2, (n + 1) * SIDE ** 2), (x) => 255 * (1 - x));
    const image = new ImageData(Uint8ClampedArray.from(pixels.flatMap((grey) => [grey, grey, grey, 255])), SIDE);
    context.putImageData(image, SIDE * (n % COLUMNS), SIDE * Math.floor(n / COLUMNS));
  }
}

main().catch((error: unknown) => (output.textContent = String(error)));
