import { startWasm } from 'tfjs-generative/wasm';
import { trainBoth } from './program.js';
import { inUse } from './show.js';

const report = await startWasm();
console.log(JSON.stringify({ ...inUse(report), ...(await trainBoth()) }));
