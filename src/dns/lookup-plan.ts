import {canonicalIP} from '../ip/index.ts';
import type {ResolverConfig} from '../model/index.ts';
import {fullyQualified} from './name.ts';

export type Libc = 'glibc' | 'musl';

/** Both libraries cap ndots. */
const MAX_NDOTS = 15;
/** Longest name in a question, without the final dot. */
const MAX_NAME = 253;
/** musl reads resolv.conf by lines of this many characters, the line feed counted, and passes over longer ones (network/resolvconf.c). */
const MUSL_LINE = 255;

/**
 * The names that the C library of a pod asks for, with their final dot, in the order asked while nothing is found; when to stop is the
 * caller's (`resolveSteps` does it). An address asks for nothing. Rules: glibc resolv/res_query.c (__res_context_search), musl
 * network/lookup_name.c (name_from_dns_search).
 */
export function lookupPlan(name: string, config: ResolverConfig, {libc}: {readonly libc: Libc}): readonly string[] {
  if (name === '' || name.startsWith('.') || name.includes('..') || canonicalIP(name) !== null) return [];
  if (name.endsWith('.')) return isAskable(name) ? [name] : [];
  const enoughDots = name.split('.').length - 1 >= ndotsOf(config);
  const plan = libc === 'glibc' ? glibcPlan(name, config, enoughDots) : muslPlan(name, config, enoughDots);
  return plan.filter((candidate, index) => isAskable(candidate) && candidate !== plan[index - 1]);
}

/** The option `ndots`, 1 where it is not given. */
export function ndotsOf(config: ResolverConfig): number {
  const given = config.options.findLast((option) => /^ndots:\d+/.test(option));
  return given === undefined ? 1 : Math.min(Number.parseInt(given.slice('ndots:'.length), 10), MAX_NDOTS);
}

function isAskable(name: string): boolean {
  return name.length <= MAX_NAME + 1;
}

/** As it is first or last, by its dots; the search list in any case, up to a name too long. The root in the list is the name as it is. */
function glibcPlan(name: string, config: ResolverConfig, enoughDots: boolean): readonly string[] {
  const asItIs = fullyQualified(name);
  const joined = config.search.map((domain) => (domain === '.' ? asItIs : fullyQualified(`${name}.${domain}`)));
  const tooLong = joined.findIndex((candidate) => !isAskable(candidate));
  const searched = tooLong < 0 ? joined : joined.slice(0, tooLong);
  if (enoughDots) return [asItIs, ...searched];
  return searched.includes(asItIs) ? searched : [...searched, asItIs];
}

/** With enough dots never the search list. The root in the list makes a name that cannot be sent, and that ends the lookup in 1.2.3. */
function muslPlan(name: string, config: ResolverConfig, enoughDots: boolean): readonly string[] {
  const asItIs = fullyQualified(name);
  const line = `search ${config.search.join(' ')}\n`;
  if (enoughDots || line.length > MUSL_LINE) return [asItIs];
  const root = config.search.indexOf('.');
  const joined = (root < 0 ? config.search : config.search.slice(0, root)).map((domain) => fullyQualified(`${name}.${domain}`));
  return root < 0 ? [...joined, asItIs] : joined;
}
