/**
 * Files, stores of checkpoints, pictures, progress and the GPU for programs in Node.
 *
 * @packageDocumentation
 */

export type { HostImages, ImageLabels, ImageOptions, ImageProgress, LabelledImages } from '../images/host-images.js';
export { folderStore } from './folder-store.js';
export { loadFile, saveFile, type SaveFileOptions } from './file-store.js';
export type { CheckpointStore } from '../storage/checkpoint-store.js';
export { logFile, type AppendedFile } from './log-file.js';
export { encodePng, writePng, type PngOptions } from './png.js';
export { readImages, readLabelledImages, readPng } from './read-images.js';
export { startWebgpu, type WebgpuReport } from './start-webgpu.js';
export {
  terminalProgress,
  type TerminalProgress,
  type TerminalProgressOptions,
  type TerminalStream,
} from './terminal-progress.js';
