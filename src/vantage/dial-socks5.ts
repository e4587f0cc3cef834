import type {Vantage} from '../model/index.ts';
import type {Dial} from './dial.ts';
import {askDoor, type Socks5Door} from './socks5-conversation.ts';
import {formatRequest} from './socks5-messages.ts';

/** Dials from the vantage that the user name chooses, by CONNECT. The reply's bound address is taken as the endpoint that was reached. Rejects as `askDoor` does. */
export function dialSocks5(door: Socks5Door): Dial {
  return async (target, options = {}) => {
    const {socket, bound} = await askDoor(door, formatRequest('connect', target), target, options);
    return {socket, endpoint: bound, sourceSeen: null};
  };
}

/** The user name that stands for a vantage at the sandbox's door. */
export function socks5User(vantage: Vantage): string {
  switch (vantage.kind) {
    case 'Pod':
      return `pod.${vantage.name}.${vantage.namespace}`;
    case 'Node':
      return `node.${vantage.name}`;
    case 'Outside':
      return vantage.ip === undefined ? 'outside' : `outside.${vantage.ip}`;
  }
}
