// A worker that reads the user's own pictures, so that neither the page nor a run waits for them.
import { imagesFrom } from 'tfjs-generative/browser';
import { pictureShapeOf } from '../../experiment/pictures.js';
import { readFiles } from './read-files.js';

const [height, width] = pictureShapeOf('own');

self.addEventListener('message', (event: MessageEvent<readonly File[]>) => {
  const read = async (file: File): Promise<Uint8Array> =>
    (await imagesFrom([file], { size: [height, width], channels: 3 })).data;
  void readFiles(event.data, read).then((found) => self.postMessage(found));
});
