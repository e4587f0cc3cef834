import {createInterface} from 'node:readline';
import {fromLine, type MemberMessage, serveMember, type ToMember, toLine} from '../load/index.ts';
import {dialDirect, dialUdp} from '../vantage/index.ts';

/**
 * Runs its part of a load from here. What it is told comes on stdin, a message a line, and what it tells goes to stdout. The end of stdin, which
 * is the client's end, ends it early.
 */
export function load(): void {
  let going = false;
  const tell = (message: MemberMessage) => void process.stdout.write(toLine(message));
  // what is written before it goes before it
  const end = () => void process.stdout.write('', () => process.exit(0));
  const hear = serveMember(({protocol}) => (protocol === 'udp' ? dialUdp() : dialDirect()), tell, end);
  const lines = createInterface({input: process.stdin});
  lines.on('line', (line) => {
    const message = fromLine(line) as ToMember;
    going ||= message.kind === 'go';
    hear(message);
  });
  lines.on('close', () => {
    if (going) hear({kind: 'stop'});
    else end();
  });
}
