import {KiadaError} from '../errors.ts';
import type {Vantage} from '../model/index.ts';
import type {Dial} from '../vantage/index.ts';
import {type SandboxDoor, sandboxDoor} from './sandbox-door.ts';
import type {ClusterSource} from './source.ts';
import {vantageText} from './vantage.ts';

/** How connections are opened in a cluster: from any vantage in a sandbox, from this machine in any other. */
export interface Reach {
  readonly sandbox: SandboxDoor | null;
  /** A dialer for a vantage. Throws NEEDS_AGENT where there is none yet. */
  dialFrom(vantage: Vantage): Dial;
  /** Why there is no dialer for a vantage; null where there is one. */
  whyNot(vantage: Vantage): string | null;
}

/** Finds out how the cluster can be reached. */
export async function reachOf(source: ClusterSource): Promise<Reach> {
  const [{dialDirect, dialSocks5, socks5User}, door] = await Promise.all([import('../vantage/index.ts'), sandboxDoor(source.client)]);
  const whyNot = (vantage: Vantage) =>
    door !== null || vantage.kind === 'Outside'
      ? null
      : `traffic from ${vantageText(vantage)} in a real cluster needs an agent, which this version does not have yet`;
  return {
    sandbox: door,
    whyNot,
    dialFrom(vantage) {
      const why = whyNot(vantage);
      if (why !== null) throw new KiadaError('NEEDS_AGENT', why);
      if (door?.socks5)
        return dialSocks5({host: door.socks5.address, port: door.socks5.port, user: socks5User(vantage), password: door.socks5.password});
      return dialDirect();
    },
  };
}
