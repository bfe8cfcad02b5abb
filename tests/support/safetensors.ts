import { atOnce } from '../../src/training/pause.js';
import {
  decodePieces,
  encodePieces,
  type SafetensorsContent,
  type SafetensorsFile,
} from '../../src/training/saving/safetensors.js';

/** The bytes of a safetensors file, written at once. */
export const encodeSafetensors = (content: SafetensorsFile, where = 'encodeSafetensors'): Uint8Array<ArrayBuffer> =>
  atOnce(encodePieces(content, where));

/** A safetensors file, read at once. */
export const decodeSafetensors = (where: string, bytes: Uint8Array): SafetensorsContent =>
  atOnce(decodePieces(where, bytes));
