/// <reference types="vite/client" />
// Runs the trainings on a backend that can train, with the modules of examples/course/given.ts.
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { cosineDecay, createAdam, createRandom, denoisingMlp, mlp, relu, swish } from '../../../src/index.js';
import { startWasm } from '../../../src/wasm/index.js';
import { serve } from './answer-worker.js';

const given = { cosineDecay, createAdam, createRandom, denoisingMlp, mlp, relu, swish };
serve({ 'tfjs-generative': given }, startWasm({ threads: 1, paths: { 'tfjs-backend-wasm-simd.wasm': simd } }));
