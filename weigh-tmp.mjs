import { build } from 'esbuild'; import { gzipSync } from 'node:zlib';
const [root, names, n = '30'] = process.argv.slice(2);
const r = await build({ stdin: { contents: `export ${names} from '${root}/src/index.ts'`, resolveDir: root, loader: 'ts' }, bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', external: ['@tensorflow/*'], write: false, metafile: true, treeShaking: true, define: {} });
const out = Object.values(r.metafile.outputs)[0];
console.log('min', r.outputFiles[0].contents.length, 'gz', gzipSync(r.outputFiles[0].contents, { level: 9 }).length);
const rows = Object.entries(out.inputs).map(([f, { bytesInOutput }]) => [bytesInOutput, f.replace(/.*src\//, '')]).sort((a, b) => b[0] - a[0]);
for (const [b, f] of rows.slice(0, Number(n))) console.log(String(b).padStart(6), f);
