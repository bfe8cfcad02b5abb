// The package `tfjs-generative` as a training of the course sees it: networks, Adam and random numbers, on a backend that can train. The
// losses and samplers of the real one are what the course asks for.
import { fileURLToPath } from 'node:url';
import { startWasm } from 'tfjs-generative/wasm';

export { cosineDecay, createAdam, createRandom, denoisingMlp, mlp, relu, swish } from 'tfjs-generative';

await startWasm({ threads: 1, paths: fileURLToPath(new URL('.', import.meta.url)) });
