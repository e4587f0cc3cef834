import type {ProgramContext} from '../../model/index.ts';
import {parseFlags, parsePort} from '../parse-flags.ts';

/** What one Kiada process is told by its flags and environment. */
export interface KiadaConfig {
  readonly listenPort: number;
  readonly pod: string;
  readonly podIP: string;
  readonly node: string;
  readonly nodeIP: string;
  readonly hostname: string;
  readonly quoteURL: string;
  readonly quizURL: string;
  readonly initialStatus: string;
  /** How long a call to Quote or Quiz may take. */
  readonly upstreamTimeoutMs: number;
}

export const KIADA_VERSION = '0.5';

/**
 * Flags after the program's name and environment, with the book's names. Where no URL is given Kiada answers itself, from its /dummy pages.
 * Returns a sentence where something is wrong.
 */
export function readKiadaConfig(context: ProgramContext, args: readonly string[]): KiadaConfig | string {
  const flags = parseFlags(args, {'listen-port': '8080'});
  if ('problem' in flags) return flags.problem;
  const listenPort = parsePort(flags.values['listen-port']);
  if (listenPort === null) return `--listen-port is not a port: ${flags.values['listen-port']}`;
  const {env} = context;
  const quoteURL = baseURL(env['QUOTE_URL'], `http://localhost:${listenPort}/dummy/quote`);
  const quizURL = baseURL(env['QUIZ_URL'], `http://localhost:${listenPort}/dummy/quiz`);
  if (quoteURL === null) return `QUOTE_URL is not an http or https URL: ${env['QUOTE_URL']}`;
  if (quizURL === null) return `QUIZ_URL is not an http or https URL: ${env['QUIZ_URL']}`;
  return {
    listenPort,
    pod: env['POD_NAME'] || context.hostname,
    podIP: env['POD_IP'] || '0.0.0.0',
    node: env['NODE_NAME'] || 'unknown-node',
    nodeIP: env['NODE_IP'] || '0.0.0.0',
    hostname: context.hostname,
    quoteURL,
    quizURL: quizURL.replace(/\/+$/, ''),
    initialStatus: env['INITIAL_STATUS_MESSAGE'] ?? '',
    upstreamTimeoutMs: Number(env['UPSTREAM_TIMEOUT_MS']) || 3000,
  };
}

function baseURL(text: string | undefined, otherwise: string): string | null {
  if (text === undefined || text === '') return otherwise;
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text : null;
}
