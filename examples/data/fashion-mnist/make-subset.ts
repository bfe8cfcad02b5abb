// Cuts the included subset out of the full Fashion-MNIST: npx tsx examples/data/fashion-mnist/make-subset.ts DIR
// DIR has the four original files, gzipped; the four cut files are written next to this script.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { readIdx } from '../../shared/idx.js';
import { InputError } from '../../shared/input-error.js';
import { run } from '../../shared/report.js';

const files = [
  { name: 'train-images-idx3-ubyte.gz', axes: 3, count: 12_000 },
  { name: 'train-labels-idx1-ubyte.gz', axes: 1, count: 12_000 },
  { name: 't10k-images-idx3-ubyte.gz', axes: 3, count: 2_000 },
  { name: 't10k-labels-idx1-ubyte.gz', axes: 1, count: 2_000 },
];

run(async () => {
  const folder = process.argv[2];
  if (folder === undefined || process.argv.length > 3) {
    throw new InputError('Usage: npx tsx examples/data/fashion-mnist/make-subset.ts DIR');
  }
  for (const { name, axes, count } of files) {
    const path = join(folder, name);
    const { data, shape } = readIdx(path, await loadFile(path), axes);
    if (data.length === 0 || (shape[0] as number) < count)
      throw new InputError(`${path}: ${count} entries are needed; got ${shape[0]}.`);
    const size = data.length / (shape[0] as number);
    const header = new DataView(new ArrayBuffer(4 + 4 * axes));
    [0x0800 + axes, count, ...shape.slice(1)].forEach((word, i) => header.setUint32(4 * i, word));
    const plain = Buffer.concat([new Uint8Array(header.buffer), data.subarray(0, count * size)]);
    const bytes = gzipSync(plain, { level: 9 });
    await saveFile(fileURLToPath(new URL(name, import.meta.url)), bytes);
    console.log(`${name}: ${count} of ${shape[0]}, ${bytes.length} bytes`);
  }
});
