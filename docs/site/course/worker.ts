// Runs answers to exercises, on the cpu backend, which is there at once.
import '@tensorflow/tfjs-backend-cpu';
import { serve } from './answer-worker.js';

serve({});
