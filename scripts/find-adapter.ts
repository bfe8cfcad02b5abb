// Says which WebGPU adapter the tests will use in Node, and fails if there is none.
import { findAdapter } from '../tests/browser/adapter.js';

console.log(await findAdapter());
