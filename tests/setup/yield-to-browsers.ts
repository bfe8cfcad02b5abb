import { setPriority } from 'node:os';

// The single browser takes longest, so it has priority over two other test processes on two cores.
setPriority(5);
