import { moreHostile } from './more-hostile.js';
import { gradeHostile, submissions } from './submissions.js';

// in a file of its own, since each waits for a process
gradeHostile(submissions(), moreHostile);
