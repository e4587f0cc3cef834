import type {ClusterView, Finding, ObjectRef, Observation, Service, Severity, Unknown} from '../model/index.ts';
import {RULES} from './catalogue.ts';
import {type Facts, factsOf} from './facts.ts';
import {type Ignored, isIgnored, parseIgnored} from './ignore.ts';
import {inManifestWords} from './manifest-remedy.ts';
import type {Found, Rule} from './rule.ts';

export interface CheckOptions {
  /** Only these Services, and nothing that is not about one; all of the view where absent. */
  readonly services?: readonly Service[] | undefined;
  /** What the caller could not read, as the readers tell it: `what` begins with the plural of the resource. */
  readonly unreadable?: readonly Unknown[] | undefined;
  /** The present in milliseconds since 1970, for ages; without it nothing is called too young to judge. */
  readonly nowMs?: number | undefined;
  /** `CODE` or `CODE=NS/NAME`, of the finding's object or of the Service that it was found at. */
  readonly ignore?: readonly string[] | undefined;
  /** Findings below it are left out. `info` adds advice, which is otherwise not given. */
  readonly minSeverity?: Severity | undefined;
  /** The view is of manifests: what asks for status is not checked. */
  readonly manifests?: boolean | undefined;
  /** What was tried against the running Services: findings that only traffic can prove are made of it. */
  readonly observed?: readonly Observation[] | undefined;
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
}

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * What is wrong with the Services of a view, with evidence and remedy, most severe first, what is proven before what is only possible. What was not read makes no finding; what could
 * not be read is told, with the codes that were not checked for want of it. Throws USAGE for an `ignore` that cannot be read.
 */
export function check(view: ClusterView, options: CheckOptions = {}): CheckResult {
  const ignored = (options.ignore ?? []).map(parseIgnored);
  const unreadable = options.unreadable ?? [];
  const live = options.manifests !== true;
  const rules = RULES.filter((rule) => {
    return (live || !rule.live) && (!rule.advice || options.minSeverity === 'info') && (!rule.observes || options.observed !== undefined);
  });
  const possible = rules.filter((rule) => !unreadable.some((unknown) => rule.needs.some((need) => isAbout(unknown, need))));
  const facts = factsOf(view, options.nowMs ?? null, live, options.observed);
  const services = options.services ?? [...view.services.values()];
  const found: Finding[] = [];
  for (const service of services) for (const rule of possible) addOfService(found, facts, rule, service, ignored);
  if (options.services === undefined) for (const rule of possible) addOfView(found, facts, rule, ignored);
  const lowest = ORDER.indexOf(options.minSeverity ?? 'info');
  return {
    findings: withoutDoubles(found.filter((finding) => ORDER.indexOf(finding.severity) <= lowest).sort(bySeverity)),
    unknown: unreadable.map((unknown) => withCodes(unknown, rules)),
  };
}

/** Adds to a list, since most of a large cluster's Services have no finding at all. */
function addOfService(findings: Finding[], facts: Facts, rule: Rule, service: Service, ignored: readonly Ignored[]): void {
  if (rule.check === undefined) return;
  for (const found of rule.check(facts, service)) {
    const finding = findingOf(facts, rule, found, {kind: 'Service', namespace: service.namespace, name: service.name});
    if (!isIgnored(ignored, finding, service)) findings.push(finding);
  }
}

function addOfView(findings: Finding[], facts: Facts, rule: Rule, ignored: readonly Ignored[]): void {
  if (rule.sweep === undefined) return;
  for (const found of rule.sweep(facts)) {
    const finding = findingOf(facts, rule, found, {kind: '', namespace: '', name: ''});
    if (!isIgnored(ignored, finding, null)) findings.push(finding);
  }
}

/** A finding that is only possible is never an error. */
function findingOf({live}: Facts, rule: Rule, found: Found, service: ObjectRef): Finding {
  const certainty = found.certainty ?? rule.certainty;
  const severity = found.severity ?? rule.severity;
  return {
    code: rule.code,
    severity: certainty === 'possible' && severity === 'error' ? 'warning' : severity,
    certainty,
    object: found.object ?? service,
    field: found.field ?? null,
    message: found.message,
    evidence: found.evidence ?? [],
    remedy: live ? found.remedy : inManifestWords(found.remedy),
    docs: docsOf(rule.code),
  };
}

/** The page about a code, from the project's root. */
export function docsOf(code: string): string {
  return `docs/findings/${code}.md`;
}

function isAbout(unknown: Unknown, need: string): boolean {
  return unknown.what === need || unknown.what.startsWith(`${need} `);
}

function withCodes(unknown: Unknown, rules: readonly Rule[]): Unknown {
  const codes = rules.filter((rule) => rule.needs.some((need) => isAbout(unknown, need))).map((rule) => rule.code);
  return codes.length === 0 ? unknown : {what: unknown.what, why: `${unknown.why}; not checked: ${codes.join(', ')}`};
}

function bySeverity(a: Finding, b: Finding): number {
  return (
    ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
    Number(a.certainty === 'possible') - Number(b.certainty === 'possible') ||
    compare(a.code, b.code) ||
    compare(a.object.namespace, b.object.namespace) ||
    compare(a.object.kind, b.object.kind) ||
    compare(a.object.name, b.object.name) ||
    compare(a.message, b.message)
  );
}

/** Two Services may lead to the same finding about a third object. */
function withoutDoubles(sorted: readonly Finding[]): readonly Finding[] {
  return sorted.filter((finding, index) => index === 0 || bySeverity(sorted[index - 1] as Finding, finding) !== 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
