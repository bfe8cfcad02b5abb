/** What went wrong with a run, and the way on, in sentences for the reader. */
export function explainFailure(message: string, runtime: 'wasm' | 'webgl' | 'webgpu'): string {
  const name = { wasm: 'WebAssembly', webgl: 'WebGL', webgpu: 'WebGPU' }[runtime];
  const got = /; got (.*?)\.(?: |$)/.exec(message)?.[1] ?? message;
  const other = runtime === 'wasm' ? 'choose another runtime' : 'choose WebAssembly as runtime';
  if (runtime === 'wasm' && /out.of.memory|could not allocate|allocation failed|\bOOM\b/i.test(message)) {
    return 'This browser ran out of memory. Close other tabs and try again, or choose a smaller batch or network.';
  }
  if (/\blost\b|context.lost|out.of.memory/i.test(message)) {
    return `The GPU stopped responding, perhaps because the computer went to sleep or ran out of memory. Try again, or ${other}.`;
  }
  if (/status \d+ from|no answer from|no WebAssembly, from/.test(message)) {
    return `A file of ${name} did not arrive (${got}). Check your connection and try again, or ${other}.`;
  }
  if (/dynamically imported module|Importing a module script failed|error loading/i.test(message)) {
    return `A part of the lab did not arrive. Check your connection, then try again or reload the page.`;
  }
  if (/Failed to fetch|NetworkError|Load failed|pictures are not there/.test(message)) {
    return `The data did not arrive. Check your connection and try again, or choose other data.`;
  }
  if (/must be able to start here/.test(message)) {
    return `${name} cannot start in this browser (${got}). ${runtime === 'wasm' ? 'A newer browser can.' : 'Choose WebAssembly as runtime.'}`;
  }
  if (/connectRun|worker|silent/i.test(message)) {
    return 'The worker that trains has stopped, or could not be loaded. Try again to continue from the last saved state.';
  }
  return `The run failed: ${message.replace(/\.$/, '')}. Try again, or change the experiment.`;
}
