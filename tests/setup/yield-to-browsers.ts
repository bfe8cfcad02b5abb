import { setPriority } from 'node:os';

// The one browser takes longest: with two processes of tests beside it on two cores, it goes first.
setPriority(5);
