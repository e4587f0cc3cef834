import type {SuiteForm} from './form.ts';
import {kiadaSetups} from './kiada.ts';
import {otherSetups} from './others.ts';
import {quizSetup} from './quiz.ts';
import {quoteSetups} from './quote.ts';
import {joinSetups, type Setup} from './setup.ts';

/** Every setup, in the order of the documentation; in the sandbox's form where no other is asked for. */
export function setups(form: SuiteForm = 'images'): readonly Setup[] {
  const all = new Map([quizSetup(form), ...quoteSetups(form), ...kiadaSetups(form), ...otherSetups()].map((setup) => [setup.name, setup]));
  const parts = ['quiz', 'quote', 'kiada'].map((name) => all.get(name)).filter((setup) => setup !== undefined);
  const suite = joinSetups('suite', 'the whole suite: Quiz, Quote and Kiada with their Services', parts);
  all.set(suite.name, suite);
  return ORDER.map((name) => all.get(name)).filter((setup) => setup !== undefined);
}

/** The setup of that name, or null. */
export function findSetup(name: string, form: SuiteForm = 'images'): Setup | null {
  return setups(form).find((setup) => setup.name === name) ?? null;
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
