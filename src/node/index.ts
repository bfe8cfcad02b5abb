/**
 * Files, pictures and progress for programs in Node.
 *
 * @packageDocumentation
 */

export { loadFile, saveFile } from './file-store.js';
export { encodePng, writePng, type PngOptions } from './png.js';
export {
  terminalProgress,
  type TerminalProgress,
  type TerminalProgressOptions,
  type TerminalStream,
} from './terminal-progress.js';
