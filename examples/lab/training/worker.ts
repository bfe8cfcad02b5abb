// The worker. What it does is a module of its own, because WebKit makes a second copy of a worker's first file for the chunks that import it: the
// kernels of that copy were never set up.
import('./serve-lab.js').catch((error: unknown) => {
  // the page hears of errors, not of rejections
  setTimeout(() => {
    throw error;
  });
});
