import {spawn} from 'node:child_process';
import path from 'node:path';
import {createInterface} from 'node:readline';
import type {Order, Report} from './prober.ts';
import {RIG} from './rig.ts';

/** A place inside the cluster's network from which connections can be made. */
export interface Place {
  probe(order: Omit<Order, 'id'>): Promise<Report>;
  close(): Promise<void>;
}

const PROBER = path.join(import.meta.dirname, 'prober.ts');

/** Opens a place by its name in the rig: `client`, `cp`, `node1`, `pod:NAMESPACE/NAME`. */
export function openPlace(name: string): Place {
  if (RIG === null) throw new Error('there is no rig to connect from');
  const child = spawn(RIG, [name, process.execPath, PROBER], {stdio: ['pipe', 'pipe', 'inherit']});
  const waiting = new Map<number, {resolve: (report: Report) => void; reject: (error: Error) => void}>();
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      for (const {reject} of waiting.values()) reject(new Error(`the prober at ${name} ended with ${code}`));
      resolve();
    });
  });
  child.on('error', (error) => {
    for (const {reject} of waiting.values()) reject(error);
  });
  createInterface({input: child.stdout}).on('line', (line) => {
    const report = JSON.parse(line) as Report;
    waiting.get(report.id)?.resolve(report);
    waiting.delete(report.id);
  });
  let last = 0;
  return {
    probe(order) {
      const id = ++last;
      const {promise, resolve, reject} = Promise.withResolvers<Report>();
      waiting.set(id, {resolve, reject});
      child.stdin.write(`${JSON.stringify({...order, id})}\n`);
      return promise;
    },
    close() {
      child.stdin.end();
      child.kill();
      return ended;
    },
  };
}
