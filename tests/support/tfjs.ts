// What a user's program takes from '@tensorflow/tfjs', without the union package, which would bring a second tfjs-core.
export * from '@tensorflow/tfjs-core';
export { layers, sequential } from '@tensorflow/tfjs-layers';
