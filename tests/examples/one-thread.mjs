// Loaded before an example: two run at once on two cores, where the threads of one would wait for those of the other.
import os from 'node:os';

os.availableParallelism = () => 1;
