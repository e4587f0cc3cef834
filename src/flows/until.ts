import {KiadaError} from '../errors.ts';
import type {EndpointStatus} from '../model/index.ts';

const COUNTS: Readonly<Record<string, (endpoint: EndpointStatus) => boolean>> = {
  ready: (endpoint) => endpoint.ready,
  serving: (endpoint) => endpoint.serving,
  terminating: (endpoint) => endpoint.terminating,
  notready: (endpoint) => !endpoint.ready,
  total: () => true,
};

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
};

/** A condition on endpoints such as `ready>=3`. */
export interface Until {
  /** Whether an endpoint is among those that it is about. */
  counts(endpoint: EndpointStatus): boolean;
  /** Whether it holds with so many of them. */
  holds(count: number): boolean;
}

/** Parses a condition. Throws USAGE for what is none. */
export function parseUntil(text: string): Until {
  const match = /^\s*([a-z]+)\s*(>=|<=|==|!=|=|>|<)\s*(\d+)\s*$/.exec(text);
  const counted = COUNTS[match?.[1] ?? ''];
  const compare = COMPARISONS[match?.[2] ?? ''];
  if (!match || !counted || !compare) {
    throw new KiadaError('USAGE', `"${text}" is no condition on endpoints`, {
      hint: `Write it like ready>=3; what can be counted: ${Object.keys(COUNTS).join(', ')}.`,
    });
  }
  const wanted = Number(match[3]);
  return {counts: counted, holds: (count) => compare(count, wanted)};
}
