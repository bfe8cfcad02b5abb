/** The exports that a script tag gives a page as `tfjsGenerative`; `/wasm`, `/model` and `/metrics` have scripts of their own. */
export * from './index.js';
export * from './backend/index.js';
export * from './browser/index.js';
export * from './run/index.js';
