import { keepRuns } from './page/autosave.js';
import './page/lab-app.js';
import { keepForOffline } from './page/offline.js';
import { takeDrops } from './page/open-files.js';

keepRuns();
takeDrops();
keepForOffline();
