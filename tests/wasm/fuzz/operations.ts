import { arithmetic } from './arithmetic.js';
import { convolutions } from './convolutions.js';
import type { Drawn } from './fuzz-case.js';
import { indexing } from './indexing.js';
import { pooling } from './pooling.js';

/** What `npm run tool -- fuzz:wasm` draws cases of. */
export const operations: Readonly<Record<string, Drawn>> = { ...convolutions, ...pooling, ...indexing, ...arithmetic };
