import {type ChildProcess, spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {splitWords} from './split-words.ts';
import type {Cluster, Step} from './types.ts';

export const KUBECTL = process.env['KIADA_TEST_KUBECTL'] ?? 'kubectl';
const DEADLINE_MS = 90_000;

/** Where a scenario's calls run. */
export interface Place {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly run: string;
  /** The calls' working directory; `manifests` in it leads to the suite's manifests. */
  readonly folder: string;
}

export interface CallResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one step's call to its end. */
export async function kubectl(entry: Step, place: Place): Promise<CallResult> {
  if (entry.file) writeFileSync(path.join(place.folder, entry.file.name), fill(entry.file.text, place));
  const words = splitWords(fill(entry.kubectl, place));
  const args = ['--kubeconfig', place.cluster.kubeconfig, '--namespace', place.namespace, ...words];
  const env = {...process.env, KUBE_EDITOR: entry.editor ?? 'false', NO_COLOR: '1', HOME: place.folder};
  const child = spawn(KUBECTL, args, {cwd: place.folder, env, stdio: 'pipe'});
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const result = collect(child);
  child.stdin.on('error', () => {}); // a call that reads no input may have ended before it was written
  child.stdin.end(fill(entry.stdin ?? '', place));
  try {
    if (entry.forward !== undefined) return await throughForward(child, entry.forward, result);
    if (entry.endAfterMs !== undefined) await endLater(child, entry.endAfterMs);
    return await result;
  } finally {
    clearTimeout(timer);
  }
}

function fill(text: string, place: Place): string {
  return text.replaceAll('{ns}', place.namespace).replaceAll('{run}', place.run);
}

function collect(child: ChildProcess): Promise<CallResult> {
  const {promise, resolve, reject} = Promise.withResolvers<CallResult>();
  const text = {stdout: '', stderr: ''};
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({code, ...text}));
  return promise;
}

async function endLater(child: ChildProcess, afterMs: number): Promise<void> {
  await delay(afterMs);
  child.kill('SIGINT');
}

async function throughForward(child: ChildProcess, target: string, result: Promise<CallResult>): Promise<CallResult> {
  const port = await Promise.race([listening(child), result.then(() => null)]);
  if (port === null) return result;
  const answer = await ask(port, target).catch((error: NodeJS.ErrnoException) => `no answer: ${error.code}`);
  child.kill('SIGINT');
  const {stderr} = await result;
  return {code: null, stdout: `${answer}\n`, stderr};
}

function listening(child: ChildProcess): Promise<number> {
  const {promise, resolve} = Promise.withResolvers<number>();
  child.stdout?.on('data', (chunk: string) => {
    const port = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(chunk)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  return promise;
}

async function ask(port: number, target: string): Promise<string> {
  const {promise, resolve, reject} = Promise.withResolvers<string>();
  http
    .get({host: '127.0.0.1', port, path: target, timeout: 10_000}, async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk as string;
      resolve(`HTTP ${response.statusCode}\n${body}`);
    })
    .on('error', reject);
  return promise;
}
