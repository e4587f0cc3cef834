import type {Answer, DecodedPacket} from 'dns-packet';
import type {ProgramContext} from '../../../model/index.ts';
import {candidates, dataText, query, rcodeOf, readResolvConf, reverseName} from './dns-query.ts';

/** BusyBox' nslookup: both address families, the search list, or a given type. */
export async function nslookup(context: ProgramContext): Promise<number> {
  const operands = context.args.slice(1).filter((arg) => !arg.startsWith('-'));
  const type = /^-(?:query|type|q)=(.+)$/i.exec(context.args.find((arg) => /^-(?:query|type|q)=/i.test(arg)) ?? '')?.[1]?.toUpperCase();
  const [name, given] = operands;
  if (!name) {
    context.stderr('Usage: nslookup [-type=TYPE] HOST [DNS_SERVER]\n');
    return 1;
  }
  const conf = readResolvConf(context);
  const server = given ?? conf.nameservers[0] ?? '127.0.0.1';
  context.stdout(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const reverse = reverseName(name);
  const types = reverse ? ['PTR'] : type ? [type] : ['A', 'AAAA'];
  const names = reverse ? [reverse] : candidates(name, conf);
  return report(await askInTurn(server, names, types, context), name, context);
}

interface Finding {
  readonly asked: string;
  readonly packets: readonly DecodedPacket[];
}

/** Each name with all types, until one has an answer. Null where the server is not there. */
async function askInTurn(
  server: string,
  names: readonly string[],
  types: readonly string[],
  context: ProgramContext,
): Promise<Finding | null> {
  let last: Finding | null = null;
  for (const asked of names) {
    try {
      const packets = await Promise.all(types.map((type) => query(server, 53, asked, type, context)));
      last = {asked, packets};
      if (packets.some(({answers}) => answers?.length)) return last;
    } catch (error) {
      if (context.signal.aborted) throw error;
      return null;
    }
  }
  return last;
}

function report(found: Finding | null, name: string, context: ProgramContext): number {
  if (!found) {
    context.stdout(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  const answers = found.packets.flatMap((packet) => packet.answers ?? []);
  if (answers.length === 0) {
    const rcode = found.packets.map(rcodeOf).find((code) => code !== 'NOERROR');
    context.stdout(
      rcode
        ? `** server can't find ${name.endsWith('.') ? name : found.asked.replace(/\.$/, '')}: ${rcode}\n\n`
        : `*** Can't find ${name}: No answer\n\n`,
    );
    return rcode ? 1 : 0;
  }
  for (const answer of answers) context.stdout(answerLines(answer));
  context.stdout('\n');
  return 0;
}

function answerLines(answer: Answer): string {
  const data = dataText(answer);
  if (answer.type === 'A' || answer.type === 'AAAA') return `Name:\t${answer.name}\nAddress: ${data}\n`;
  if (answer.type === 'CNAME') return `${answer.name}\tcanonical name = ${data.replace(/\.$/, '')}\n`;
  if (answer.type === 'PTR') return `${answer.name}\tname = ${data.replace(/\.$/, '')}\n`;
  return `${answer.name}\t${answer.type === 'SRV' ? 'service' : answer.type.toLowerCase()} = ${data}\n`;
}

/** dig with the options that scripts use: a server, a type, -x, +short, +search. */
export async function dig(context: ProgramContext): Promise<number> {
  const args = context.args.slice(1);
  const conf = readResolvConf(context);
  const server = args.find((arg) => arg.startsWith('@'))?.slice(1) ?? conf.nameservers[0] ?? '127.0.0.1';
  const portIndex = args.indexOf('-p');
  const port = portIndex >= 0 ? Number(args[portIndex + 1]) : 53;
  const words = args.filter((arg, index) => !/^[@+-]/.test(arg) && !(index > 0 && args[index - 1] === '-p') && arg.toUpperCase() !== 'IN');
  const isType = (word: string) => /^(A|AAAA|ANY|CNAME|MX|NS|PTR|SOA|SRV|TXT)$/i.test(word);
  const typeIndex = args.indexOf('-t');
  const type = (args.includes('-x') ? 'PTR' : typeIndex >= 0 ? (args[typeIndex + 1] ?? 'A') : (words.find(isType) ?? 'A')).toUpperCase();
  const target = words.find((word) => !isType(word)) ?? '.';
  const name = args.includes('-x') ? (reverseName(target) ?? target) : target;
  const names = args.includes('+search') ? candidates(name, conf) : [name.endsWith('.') ? name : `${name}.`];
  const started = performance.now();
  const found = await askInTurn(server, names, [type], port === 53 ? context : withPort(context, port));
  const packet = found?.packets[0];
  if (!found || !packet) {
    context.stdout(`;; communications error to ${server}#${port}: timed out\n;; no servers could be reached\n`);
    return 9;
  }
  context.stdout(
    args.includes('+short')
      ? (packet.answers ?? []).map((answer) => `${dataText(answer)}\n`).join('')
      : digText(packet, found.asked, type, server, port, started),
  );
  return 0;
}

/** The same network, with name servers asked at another port. */
function withPort(context: ProgramContext, port: number): ProgramContext {
  const network = {
    ...context.network,
    connect: (target: {host: string; port: number}, options?: {signal?: AbortSignal; timeoutMs?: number}) =>
      context.network.connect({...target, port}, options),
  };
  return {...context, network};
}

function digText(packet: DecodedPacket, name: string, type: string, server: string, port: number, started: number): string {
  const flags = ['qr', packet.flag_aa && 'aa', packet.flag_tc && 'tc', packet.flag_rd && 'rd', packet.flag_ra && 'ra']
    .filter(Boolean)
    .join(' ');
  const {answers = [], authorities = [], additionals = []} = packet;
  const section = (title: string, records: readonly Answer[]) =>
    records.length > 0 ? [`;; ${title} SECTION:`, ...records.map(recordLine), ''] : [];
  return [
    `; <<>> DiG <<>> ${name} ${type}`,
    ';; Got answer:',
    `;; ->>HEADER<<- opcode: QUERY, status: ${rcodeOf(packet)}, id: ${packet.id}`,
    `;; flags: ${flags}; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: ${additionals.length}`,
    '',
    ';; QUESTION SECTION:',
    `;${name}\t\tIN\t${type}`,
    '',
    ...section('ANSWER', answers),
    ...section('AUTHORITY', authorities),
    ...section('ADDITIONAL', additionals),
    `;; Query time: ${Math.round(performance.now() - started)} msec`,
    `;; SERVER: ${server}#${port}(${server}) (TCP)`,
    '',
    '',
  ].join('\n');
}

function recordLine(record: Answer): string {
  return `${record.name}.\t${'ttl' in record ? record.ttl : 0}\tIN\t${record.type}\t${dataText(record)}`;
}

/** host: addresses of a name, or the name of an address. */
export async function host(context: ProgramContext): Promise<number> {
  const words = context.args.slice(1).filter((arg) => !arg.startsWith('-'));
  const typeIndex = context.args.indexOf('-t');
  const type = typeIndex >= 0 ? context.args[typeIndex + 1]?.toUpperCase() : undefined;
  const [name, given] = words.filter((word) => word.toUpperCase() !== type);
  if (!name) {
    context.stderr('Usage: host [-t type] name [server]\n');
    return 1;
  }
  const conf = readResolvConf(context);
  const reverse = reverseName(name);
  const found = await askInTurn(
    given ?? conf.nameservers[0] ?? '127.0.0.1',
    reverse ? [reverse] : candidates(name, conf),
    reverse ? ['PTR'] : type ? [type] : ['A', 'AAAA'],
    context,
  );
  const answers = found?.packets.flatMap((packet) => packet.answers ?? []) ?? [];
  if (!found) context.stdout(';; connection timed out; no servers could be reached\n');
  else if (answers.length === 0) {
    const rcode = found.packets.map(rcodeOf).find((code) => code !== 'NOERROR');
    context.stdout(rcode ? `Host ${name} not found: 3(${rcode})\n` : `${name} has no ${type ?? 'A'} record\n`);
  }
  for (const answer of answers)
    context.stdout(`${answer.name} ${HOST_WORDS[answer.type] ?? `has ${answer.type} record`} ${dataText(answer)}\n`);
  return answers.length > 0 ? 0 : 1;
}

const HOST_WORDS: Readonly<Record<string, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  PTR: 'domain name pointer',
};

/** getent hosts and ahosts: as programs resolve, /etc/hosts included. */
export async function getent(context: ProgramContext): Promise<number> {
  const [, database, ...names] = context.args;
  if (database === 'passwd' || database === 'group') {
    const lines = context.files
      .readText(`/etc/${database}`)
      .split('\n')
      .filter((line) => line !== '' && (names.length === 0 || names.includes(line.split(':')[0] ?? '')));
    context.stdout(lines.map((line) => `${line}\n`).join(''));
    return lines.length > 0 ? 0 : 2;
  }
  if (!database?.includes('hosts')) {
    context.stderr(`Unknown database: ${database ?? ''}\n`);
    return 1;
  }
  let exit = 0;
  for (const name of names) {
    const addresses = await context.network
      .lookup(name, database.endsWith('v4') ? 4 : database.endsWith('v6') ? 6 : undefined)
      .catch(() => []); // not found is exit code 2
    if (addresses.length === 0) exit = 2;
    for (const address of addresses) context.stdout(`${address.padEnd(15)} ${name}\n`);
  }
  return exit;
}
