import {serveLoadWorker} from '../../load/index.ts';
import {dialBy} from './dial-by.ts';
import type {Dialing} from './dialing.ts';

// The module that each thread of `kiada load --workers` runs.
serveLoadWorker((data) => dialBy(data as Dialing));
