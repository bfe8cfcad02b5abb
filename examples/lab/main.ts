import { keepRuns } from './page/autosave.js';
import { isEmbedded } from './page/beginning.js';
import './page/lab-app.js';
import { keepForOffline } from './page/offline.js';
import { takeDrops } from './page/open-files.js';

if (!isEmbedded) keepRuns();
takeDrops();
keepForOffline();
