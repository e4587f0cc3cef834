import {chiSquareQuantile, neededNoncentrality} from './chi-square.ts';

/** Wilson's interval of a share: where the true one lies with the given confidence. The whole range for no draws at all. */
export function wilsonInterval(count: number, total: number, confidence = 0.95): readonly [low: number, high: number] {
  if (total === 0) return [0, 1];
  const z2 = chiSquareQuantile(1 - confidence, 1);
  const share = count / total;
  const middle = share + z2 / (2 * total);
  const spread = Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total)) * Math.sqrt(z2);
  const scale = 1 + z2 / total;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

/**
 * The smallest change of one endpoint's share (made up for by the others in proportion) that so many draws show with the given power in a test
 * at level `alpha`; for the endpoint whose share is hardest to tell. 1 where there is nothing to compare.
 */
export function detectableSkew(shares: readonly number[], draws: number, alpha: number, power: number): number {
  if (shares.length < 2 || draws === 0) return 1;
  const lambda = neededNoncentrality(alpha, power, shares.length - 1);
  return Math.min(1, Math.max(...shares.map((share) => Math.sqrt((lambda * share * (1 - share)) / draws))));
}
