// Prints the best rate of each tile, in billions of operations a second, as JSON: tile-rates.mjs JSON, a list of { rows, vectors, binary }.
/* global WebAssembly, Buffer */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

if (parseInt(process.versions.node) >= 24) setFlagsFromString('--experimental-wasm-revectorize');
const INNER = 256;
const rates = JSON.parse(process.argv[2]).map(({ rows, vectors, binary }) => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 65536 });
  let exports;
  try {
    const module = new WebAssembly.Module(Buffer.from(binary, 'base64'));
    ({ exports } = new WebAssembly.Instance(module, { env: { memory } }));
  } catch {
    return 0;
  }
  const { sum } = exports;
  let best = 0;
  for (let burst = 0; burst < 60; burst++) {
    const began = performance.now();
    for (let call = 0; call < 1000; call++) sum(INNER, 0, 0, 65_536, 131_072, 196_608, 16 * vectors);
    best = Math.max(best, (2 * rows * 4 * vectors * INNER) / (1000 * (performance.now() - began)));
  }
  return best;
});
process.stdout.write(`${JSON.stringify(rates)}\n`);
