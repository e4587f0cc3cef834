import type {CallResult} from './kubectl.ts';
import type {Step} from './types.ts';

/**
 * What no two clusters share, with the word that stands for it. Lengths of time that are settings (probe periods, grace) stay: only where
 * kubectl prints an age does one go.
 */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\b(containerd|kiada):\/\/[0-9a-f]{64}/g, '<container-id>'],
  [/[\w.:/-]+@sha256:[0-9a-f]{64}/g, '<image-id>'],
  [/sha256:[0-9a-f]{64}/g, '<image-id>'],
  [/\b[0-9a-f]{64}\b/g, '<id>'],
  [/\bzone-[abc]\b/g, '<zone>'],
  [/(resourceVersion\\?"?[:=] ?)(?:\\?"\d+\\?"|\d+)/g, '$1<version>'],
  [/\/tmp\/(LIVE|MERGED)-\d+/g, '$1'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4}/g, '<time>'],
  [/\b(Resource ?Version:\s+)\d+/g, '$1<version>'],
  [/\b10\.244\.\d+\.\d+\b/g, '<pod-ip>'],
  [/\bfd00:10:244:[0-9a-f:]+/g, '<pod-ipv6>'],
  [/\b10\.96\.(?!0\.)\d+\.\d+\b/g, '<cluster-ip>'],
  [/\bfd00:10:96:[0-9a-f:]+/g, '<cluster-ipv6>'],
  [/\b172\.(?:30\.0|18\.0)\.\d+\b/g, '<node-ip>'],
  [/\bfd00:(?:30|172:18):[0-9a-f:]+/g, '<node-ipv6>'],
  [/\b172\.(?:32\.0|18\.255)\.\d+\b/g, '<load-balancer-ip>'],
  [/\b(?:node|sandbox-)[123]\b/g, '<node>'],
  // other users of the genuine cluster may have nodes of their own in it, which take no pods
  [/\b0\/\d+ nodes are/g, '0/<count> nodes are'],
  [/: \d+ Preemption is/g, ': <count> Preemption is'],
  [/\d+ node\(s\) (?:were unschedulable|had untolerated taint\(s\)), /g, ''],
  [/, \d+ node\(s\) (?:were unschedulable|had untolerated taint\(s\))/g, ''],
  // the genuine cluster's busybox is the same image as its alpine
  [/docker\.io\/library\/alpine:latest/g, 'docker.io/library/busybox:latest'],
  [/(topology\.kubernetes\.io\/region"?[=:] ?"?)(?:rig|sandbox)/g, '$1<region>'],
  // Go shows the objects that its code has, the sandbox those of the API: the complaint about them is what counts
  [/Invalid value: \{.*\}: /g, 'Invalid value: <object>: '],
  [/^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, ''],
  [/nginx\/1\.\d+\.\d+/g, 'nginx/<version>'],
  [/\/var\/run\/netns\/[\w<>-]+/g, '<network>'],
  [/back-off (?:\d+m)?\d+s restarting/g, 'back-off <time> restarting'],
  [/\b3(?:0(?:08[6-9]|09\d|[1-9]\d\d)|[12]\d{3})\b/g, '<node-port>'],
  [/-[bcdfghjklmnpqrstvwxz2456789]{6,10}(?=-|\b)/g, '-<hash>'],
  [/(pod-template-hash"?[=:] ?)"?[bcdfghjklmnpqrstvwxz2456789]+"?/g, '$1<hash>'],
  [/-(?!https)[bcdfghjklmnpqrstvwxz2456789]{5}\b(?![.])/g, '-<any>'],
  [/\.[0-9a-f]{15,17}\b/g, '.<event>'],
  [/\(\S+ ago\)/g, '(<age> ago)'],
  [/in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes/g, 'in <age>. Image size: <size>'],
  [/127\.0\.0\.1:\d{5}|\[::1\]:\d{5}|(?<=localPort=|forwarding )\d+/g, '<local>'],
  [/\/[\w./-]*kubeconfig\S*/g, '<kubeconfig>'],
];

/** Lines that a genuine cluster has now and then. */
const NOISE = new RegExp(
  [
    // kubectl, of a stream that the server had already opened when kubectl was not yet ready for it
    'Unknown stream id \\d+, discarding message',
    // the kubelet, which may ask for a pod's token before the API server itself has heard where the pod is
    'failed to fetch token: .* node requested token bound to a pod scheduled on a different node',
  ].join('|'),
);

const AGE = /(?<=\s)(?:\d+[dhms]){1,2}(?=\s|$)/;

/** The outcome as it is compared: exit code, stdout and stderr, with what is bound to one cluster or one moment taken out. */
export function normalise(result: CallResult, entry: Step): string {
  const parts = [`exit ${result.code}`];
  const [stdout, stderr] = [clean(result.stdout, entry), clean(result.stderr, entry)];
  if (stdout !== '') parts.push(stdout);
  if (stderr !== '') parts.push('--- stderr', stderr);
  return parts.join('\n');
}

function clean(text: string, entry: Step): string {
  const lines = withoutAges(
    withoutTriggerTimes(withoutRepairs(withoutControlGroups(text)))
      .trimEnd()
      .split('\n'),
  )
    .map((line) => REPLACED.reduce((rest, [pattern, word]) => rest.replace(pattern, word), line))
    .map((line) => line.replaceAll(/(?<=\S)( {2,}|\t+)/g, '  ').trimEnd())
    .filter((line) => !NOISE.test(line))
    .filter((line) => entry.keep === undefined || entry.keep.test(line));
  return (entry.lines === 'a set' ? [...new Set(lines)].filter((line) => line !== '').toSorted() : lines).join('\n');
}

/** Takes the ages out of tables that have such a column, and out of the events that `describe` prints. */
function withoutAges(lines: readonly string[]): string[] {
  let table = false;
  let events = false;
  return lines.map((line) => {
    if (/^[A-Z][A-Z ()-]+$/.test(line.trim()) && /\b(AGE|LAST SEEN|DURATION)\b/.test(line)) table = true;
    else if (line.trim() === '') table = false;
    if (/^Events:/.test(line)) events = true;
    if (events) return line.replace(/^(\s+\w+\s+\w+\s+)\S+( \(x\d+ over \S+\))?(\s)/, '$1<age>$3');
    return table ? ageless(line).replace(/(?<=\s)\d+ \(\S+ ago\)/, '<restarts> (<age> ago)') : line;
  });
}

/** A table may show several ages in a row. */
function ageless(line: string): string {
  const once = line.replace(AGE, '<age>');
  return once === line ? line : ageless(once);
}

/** A memory that is not limited is a very large number to a kubelet that reads it from a control group of version 1. */
function withoutControlGroups(text: string): string {
  return text
    .replaceAll(/^( *resources:)\n *limits:\n *memory: 9007199254740988Ki\n(?! *requests)/gm, '$1 {}\n')
    .replaceAll(/^ *limits:\n *memory: 9007199254740988Ki\n/gm, '');
}

/**
 * The controllers' note of what made them write: one that happens to sync once more takes it away again. What it has to say is in the tables of
 * the EndpointSlice controller.
 */
function withoutTriggerTimes(text: string): string {
  return text
    .replaceAll(/^( +)annotations:\n +endpoints\.kubernetes\.io\/last-change-trigger-time: .*\n(?!\1 )/gm, '')
    .replaceAll(/^ +endpoints\.kubernetes\.io\/last-change-trigger-time: .*\n/gm, '')
    .replaceAll(/^(Annotations: +)endpoints\.kubernetes\.io\/last-change-trigger-time: .*$(?!\n {2})/gm, '$1<none>');
}

/** The API server's own repair loop may meet an address in the moment between its allocation and its Service. */
function withoutRepairs(text: string): string {
  return text.replace(/^Events:\n.*\n.*----.*\n(?:.*ipallocator-repair-controller.*\n)+(?! {2})/m, 'Events:  <none>\n');
}
