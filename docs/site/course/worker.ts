// Runs answers to exercises on the cpu backend, which starts immediately.
import '@tensorflow/tfjs-backend-cpu';
import { serve } from './answer-worker.js';

serve({});
