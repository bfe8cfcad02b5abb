// Prints which Chromium the tests will use; fails if none starts.
import { findChromium } from '../tests/browser/chromium.js';

const { executablePath, version } = await findChromium();
console.log(`${version}: ${executablePath}`);
