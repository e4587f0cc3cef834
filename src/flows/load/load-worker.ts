import {serveLoadWorker} from '../../load/index.ts';
import {dialDirect, dialSocks5} from '../../vantage/index.ts';
import type {Dialing} from './dialing.ts';

// The module that each thread of `kiada load --workers` runs.
serveLoadWorker((data) => {
  const dialing = data as Dialing;
  return dialing.kind === 'direct' ? dialDirect() : dialSocks5(dialing.door);
});
