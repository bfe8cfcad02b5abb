/**
 * Starting a backend by its name.
 *
 * @packageDocumentation
 */

export { startBackend } from './start-backend.js';
