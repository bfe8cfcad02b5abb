// The worker, of a run or, by its name, of pictures in one call or of a model file. What it does is a module of its own, because WebKit makes a second copy of a worker's first file for the chunks that import it: the
// kernels of that copy were never set up.
const served =
  self.name === 'one-call'
    ? import('../one-call/serve-one-call.js')
    : self.name === 'model'
      ? import('../opened-model/serve-model.js')
      : import('./serve-lab.js');
served.catch((error: unknown) => {
  // the page hears of errors, not of rejections
  setTimeout(() => {
    throw error;
  });
});
