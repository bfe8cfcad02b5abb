// Prints which WebGPU adapter the tests will use in Node; fails if there is none.
import { findAdapter } from '../tests/browser/adapter.js';

console.log(await findAdapter());
