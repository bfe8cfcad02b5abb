import TrainingWorker from './training.js?worker&inline';
import { show } from '../show.js';

const worker = new TrainingWorker();
void show(
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  }),
);
