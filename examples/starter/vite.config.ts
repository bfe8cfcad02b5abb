import { defineConfig } from 'vite';

// Two threads share memory only in a page that is isolated from others; without these headers the page trains with one thread.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  base: './',
  build: { target: 'es2022' },
  worker: { format: 'es' },
  // prepares the packages of the worker at the start: if Vite found them later, it would reload the page and lose the chosen pictures
  optimizeDeps: { entries: ['index.html', 'src/worker.ts'] },
  server: { headers },
  preview: { headers },
});
