import { setPriority } from 'node:os';

// On two cores, the browser takes longest: it gets a higher priority than the two other test processes.
setPriority(5);
