// What a user's program takes of '@tensorflow/tfjs', without the union package: that would bring a second tfjs-core.
export * from '@tensorflow/tfjs-core';
export { layers, sequential } from '@tensorflow/tfjs-layers';
