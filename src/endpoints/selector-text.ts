import {KiadaError} from '../errors.ts';
import {type Labels, matchesTerm} from './selectors.ts';

/** One requirement of a label selector in text form. */
export type Requirement = {readonly key: string; readonly operator: string; readonly values: readonly string[]};

const KEY = '(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const VALUE = '(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const PAIR = new RegExp(`^(${KEY})\\s*(==|=|!=|>|<)\\s*(${VALUE})$`);
const BARE = new RegExp(`^(!?)\\s*(${KEY})$`);
const VALUE_ONLY = new RegExp(`^${VALUE}$`);

/**
 * Whether labels satisfy a selector as `-l` takes it: `app=quote,rel!=canary,tier in (web,api),!legacy` (apimachinery, labels.Parse).
 * An empty text selects everything. Throws USAGE for a text that is no selector.
 */
export function matchesSelectorText(text: string, labels: Labels): boolean {
  return parseSelectorText(text).every((requirement) => matchesTerm(requirement, labels));
}

/** The requirements of a selector text, all of which must hold. */
export function parseSelectorText(text: string): readonly Requirement[] {
  if (text.trim() === '') return [];
  return splitOutsideParentheses(text).map((part) => {
    const requirement = parseRequirement(part.trim());
    if (requirement !== null) return requirement;
    throw new KiadaError('USAGE', `unable to parse the label selector "${text}": "${part.trim()}" is no requirement`, {
      hint: 'Write it as kubectl takes it: -l app=quote,tier!=test  or  -l "app in (quote,quiz)"',
    });
  });
}

function splitOutsideParentheses(text: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function parseRequirement(part: string): Requirement | null {
  const set = SET.exec(part);
  if (set !== null) return setRequirement(set[1] ?? '', set[2] === 'in' ? 'In' : 'NotIn', set[3] ?? '');
  const pair = PAIR.exec(part);
  if (pair !== null) return pairRequirement(pair[1] ?? '', pair[2] ?? '', pair[3] ?? '');
  const bare = BARE.exec(part);
  if (bare === null) return null;
  return {key: bare[2] ?? '', operator: bare[1] === '!' ? 'DoesNotExist' : 'Exists', values: []};
}

function setRequirement(key: string, operator: string, inside: string): Requirement | null {
  const values = inside.split(',').map((value) => value.trim());
  return values.every((value) => VALUE_ONLY.test(value)) ? {key, operator, values} : null;
}

function pairRequirement(key: string, sign: string, value: string): Requirement | null {
  if ((sign === '>' || sign === '<') && !/^\d+$/.test(value)) return null;
  const operator = {'=': 'In', '==': 'In', '!=': 'NotIn', '>': 'Gt', '<': 'Lt'}[sign] ?? 'In';
  return {key, operator, values: [value]};
}
