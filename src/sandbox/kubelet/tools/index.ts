import type {Program} from '../../../model/index.ts';
import type {ProcessContext} from '../process/process.ts';
import type {ShellHost} from '../shell/shell-host.ts';
import {cat} from './cat.ts';
import {curl} from './curl.ts';
import {dig, getent, host, nslookup} from './dns-tools.ts';
import {ls} from './ls.ts';
import {nc} from './nc.ts';
import {hostname, id, kill, ping, ps, sleep, stty, uname, whoami} from './system-tools.ts';
import {tail} from './tail.ts';
import {wget} from './wget.ts';

type Tool = (context: ProcessContext, host: ShellHost) => number | Promise<number>;

/** Commands of our own: what waits, streams, talks on the virtual network, or knows the container's processes. */
const TOOLS: Readonly<Record<string, Tool>> = {
  cat,
  curl,
  dig,
  getent,
  host,
  hostname,
  id,
  kill,
  ls,
  nc,
  netcat: nc,
  nslookup,
  ping,
  ping6: ping,
  ps,
  sleep,
  stty,
  tail,
  uname,
  wget,
  whoami,
};

export function toolNames(): readonly string[] {
  return Object.keys(TOOLS);
}

export function toolProgram(name: string, container: ShellHost): Program {
  return async (context) => {
    const tool = TOOLS[name];
    if (!tool) throw new Error(`there is no tool ${name}`);
    return tool(context as ProcessContext, container);
  };
}
