// A worker that reads the user's own pictures, so that neither the page nor a run waits for them.
import { imagesFrom } from 'tfjs-generative/browser';
import { pictureShapeOf } from '../../experiment/pictures.js';
import { readFiles, type ChosenFiles } from './read-files.js';

const [height, width] = pictureShapeOf('own');

self.addEventListener('message', ({ data: { files, folders } }: MessageEvent<ChosenFiles>) => {
  const read = async (file: File): Promise<Uint8Array> =>
    (await imagesFrom([file], { size: [height, width], channels: 3 })).data;
  void readFiles(files, read, folders).then((found) => self.postMessage(found));
});
