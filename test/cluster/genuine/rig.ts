import {existsSync} from 'node:fs';
import path from 'node:path';

const BESIDE = path.resolve(import.meta.dirname, '../../../../shared/rig/in.sh');

/** The script that runs a command in a network namespace of the genuine cluster: RIG_IN, else the one beside the project; null without. */
export const RIG: string | null = process.env['RIG_IN'] ?? (existsSync(BESIDE) ? BESIDE : null);

export const NO_RIG = 'RIG_IN names no script that runs commands inside the cluster’s network';
