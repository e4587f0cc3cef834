// Builds a view of so many Services with ten endpoints each and asks it; prints what that took as JSON.
import {parseArgs} from 'node:util';
import type {KubernetesObject} from '../../src/model/index.ts';
import {route, updateView, viewOf} from '../../src/routing/index.ts';
import {clusterOf} from './cluster.ts';

const {values} = parseArgs({options: {services: {type: 'string', default: '10000'}, seconds: {type: 'string', default: '2'}}});
const services = Number(values.services);
const seconds = Number(values.seconds);

const {objects, slice} = clusterOf(services);
globalThis.gc?.();
const from = performance.now();
let view = viewOf(objects);
const buildMs = performance.now() - from;

const name = (index: number): string => `service-${(index * 7_919) % services}`;
const ask = (index: number): void => {
  const found = route(view, {service: {namespace: 'bench', name: name(index)}, from: `node/node-${index % 100}`, via: 'clusterip'});
  if (found[0]?.verdict !== 'forward') throw new Error(`no way to ${name(index)}`);
};
const firstAsked = rateOf(Math.min(services, 20_000), ask);
const asked = rateFor(seconds, ask);
const updated = rateFor(seconds, (index) => {
  view = updateView(view, {type: 'MODIFIED', object: slice((index * 7_919) % services, index % 2 === 0) as KubernetesObject});
});
const both = rateFor(seconds, (index) => {
  view = updateView(view, {type: 'MODIFIED', object: slice((index * 7_919) % services, index % 2 === 0) as KubernetesObject});
  ask(index);
});
console.log(
  JSON.stringify({
    buildMs,
    residentMB: process.memoryUsage().rss / 1e6,
    firstQuestionsPerSecond: firstAsked,
    questionsPerSecond: asked,
    updateMs: 1_000 / updated,
    updateWithQuestionMs: 1_000 / both,
  }),
);

function rateFor(limit: number, act: (index: number) => void): number {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < limit * 1_000) for (let step = 0; step < 50; step++) act(count++);
  return count / ((performance.now() - start) / 1_000);
}

function rateOf(count: number, act: (index: number) => void): number {
  const start = performance.now();
  for (let index = 0; index < count; index++) act(index);
  return count / ((performance.now() - start) / 1_000);
}
