export { startBackend } from './start-backend.js';
