import {type ChildProcess, spawn} from 'node:child_process';
import {accessSync, constants, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {WebSocket} from 'ws';

/** A Chromium on PATH, or the one that KIADA_TEST_CHROMIUM names; null: none here. */
export function findBrowser(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const given = process.env['KIADA_TEST_CHROMIUM'];
  const candidates = given === undefined ? folders.flatMap((folder) => names.map((name) => path.join(folder, name))) : [given];
  return candidates.find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there: the next is tried
  }
}

/** One page of a headless browser, driven over the DevTools protocol. */
export interface Page {
  /** Shows a file in a window of that width, without scripts; the addresses that it asked for. */
  show(file: string, width: number): Promise<readonly string[]>;
  /** The value of an expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  close(): Promise<void>;
}

const STARTED_MS = 60_000;

export async function openBrowser(program: string): Promise<Page> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiada-browser-'));
  const args = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${folder}`,
    '--remote-debugging-port=0',
    'about:blank',
  ];
  const child = spawn(program, args, {stdio: 'ignore'});
  const close = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
  };
  try {
    const port = await portOf(folder, child);
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {type: string; webSocketDebuggerUrl: string}[];
    const page = targets.find(({type}) => type === 'page');
    if (page === undefined) throw new Error('the browser has no page');
    return await connect(page.webSocketDebuggerUrl, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** The browser writes the port that it took into its folder. */
async function portOf(folder: string, child: ChildProcess): Promise<number> {
  const deadline = Date.now() + STARTED_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      const port = Number(readFileSync(path.join(folder, 'DevToolsActivePort'), 'utf8').split('\n')[0]);
      if (port > 0) return port;
    } catch {
      // not written yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the browser did not start (exit code ${child.exitCode})`);
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {readonly request?: {readonly url: string}};
  readonly result?: {readonly result?: {readonly value: unknown}; readonly exceptionDetails?: {readonly text: string}};
  readonly error?: {readonly message: string};
}

async function connect(url: string, end: () => Promise<void>): Promise<Page> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (message: Message) => void>();
  let onLoad: () => void = () => undefined;
  let asked: string[] = [];
  let last = 0;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired') onLoad();
    if (message.method === 'Network.requestWillBeSent') asked.push(message.params?.request?.url ?? '');
  });
  const send = async (method: string, params: object = {}): Promise<Message> => {
    const id = ++last;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({id, method, params}));
    const message = await answer;
    waiting.delete(id);
    if (message.error !== undefined) throw new Error(`${method}: ${message.error.message}`);
    return message;
  };
  for (const domain of ['Page', 'Network', 'Runtime']) await send(`${domain}.enable`);
  await send('Emulation.setScriptExecutionDisabled', {value: true});
  return {
    async show(file, width) {
      asked = [];
      const loaded = new Promise<void>((resolve) => (onLoad = resolve));
      await send('Emulation.setDeviceMetricsOverride', {width, height: 900, deviceScaleFactor: 1, mobile: width < 500});
      await send('Page.navigate', {url: `file://${file}`});
      await loaded;
      return asked;
    },
    async evaluate(expression) {
      const {result} = await send('Runtime.evaluate', {expression, returnByValue: true});
      if (result?.exceptionDetails !== undefined) throw new Error(result.exceptionDetails.text);
      return result?.result?.value as never;
    },
    async close() {
      socket.close();
      await end();
    },
  };
}
