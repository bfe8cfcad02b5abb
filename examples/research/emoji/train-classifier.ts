// Trains the classifier in whose features the emoji example measures pictures.
import { createRandom, saveWeights } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { pictureClassifierFile, trainPictureClassifier } from './classifier.js';
import { split } from '../../shared/colour-pictures.js';
import { loadPictures } from '../../shared/load-pictures.js';
import { recognised } from './measures.js';

const options = readOptions({
  command: 'npm run tool -- emoji-classifier',
  about: 'Trains the classifier of the emoji example on the training side of the split and writes its weights.',
  options: {
    updates: { kind: 'integer', default: 2400, minimum: 1, help: 'number of updates, each on 64 pictures' },
    choose: {
      kind: 'flag',
      help: 'split the training side again, and test on its held-out fifth: for choices; writes no weights',
    },
    out: { kind: 'output', default: pictureClassifierFile, help: 'the file for the weights' },
  },
});

run(async () => {
  const began = performance.now();
  const whole = await loadPictures({ size: 32, background: [1, 1, 1] });
  const set = options.choose ? split(whole.train) : whole;
  const backend = await startBackend(options);
  const { network, classifier } = await trainPictureClassifier({
    pictures: set.train,
    updates: options.updates,
    random: createRandom(options.seed),
    reportEvery: 200,
    async onReport(step, loss, classifier) {
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      const { share } = await recognised(classifier, set.heldOut);
      console.log(`update ${step}: loss ${loss.toFixed(3)}, held-out accuracy ${share.toFixed(4)}, ${seconds} s`);
    },
  });
  const bytes = await saveWeights(network.whole, { dtype: 'F16' });
  if (!options.choose) await saveFile(options.out, bytes);
  const { share, ofClasses } = await recognised(classifier, set.heldOut);
  await writeReport(options.json, {
    accuracy: share,
    ofClasses: Object.fromEntries(set.heldOut.classes.map((name, label) => [name, ofClasses[label]])),
    pictures: set.train.labels.data.length,
    updates: options.updates,
    seed: options.seed,
    backend,
    bytes: bytes.length,
    seconds: (performance.now() - began) / 1000,
  });
  if (!options.choose) console.log(options.out);
});
