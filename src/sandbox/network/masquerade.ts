const FIRST = 1024;
const COUNT = 64_512;

/** The port that masquerading gives a connection: any but the privileged ones, at random (`masquerade fully-random`). */
export function masqueradePort(random: number): number {
  return FIRST + Math.floor(random * COUNT);
}
