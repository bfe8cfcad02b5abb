import { defineConfig } from 'vite';

// Two threads share memory only in a page that is isolated from others; without these headers it trains with one.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  base: './',
  build: { target: 'es2022' },
  worker: { format: 'es' },
  // the packages of the worker are prepared at once: found later, they would reload a page in which pictures were chosen
  optimizeDeps: { entries: ['index.html', 'src/worker.ts'] },
  server: { headers },
  preview: { headers },
});
