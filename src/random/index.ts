export { createRandom } from './create-random.js';
export type { RandomState, RandomStream } from './stream.js';
