import {kiadaSetups} from './kiada.ts';
import {otherSetups} from './others.ts';
import {quizSetup} from './quiz.ts';
import {quoteSetups} from './quote.ts';
import {joinSetups, type Setup} from './setup.ts';

/** Every setup, in the order of the documentation. */
export function setups(): readonly Setup[] {
  const all = new Map([quizSetup(), ...quoteSetups(), ...kiadaSetups(), ...otherSetups()].map((setup) => [setup.name, setup]));
  const parts = ['quiz', 'quote', 'kiada'].map((name) => all.get(name)).filter((setup) => setup !== undefined);
  const suite = joinSetups('suite', 'the whole suite: Quiz, Quote and Kiada with their Services', parts);
  all.set(suite.name, suite);
  return ORDER.map((name) => all.get(name)).filter((setup) => setup !== undefined);
}

/** The setup of that name, or null. */
export function findSetup(name: string): Setup | null {
  return setups().find((setup) => setup.name === name) ?? null;
}

const ORDER = [
  'suite',
  'quote',
  'quiz',
  'kiada',
  'kiada-nodeport',
  'kiada-nodeport-local',
  'kiada-loadbalancer',
  'quote-headless',
  'quote-local',
  'quote-topology',
  'quote-dualstack',
  'external-service',
  'external-service-headless',
  'time-api',
  'hostname-subdomain',
  'dns-config',
  'kiada-readiness',
  'kiada-mock-readiness',
  'quote-readiness',
  'publish-not-ready',
  'affinity',
];
