import {KiadaError} from '../errors.ts';
import {readState, sandboxFiles} from './sandbox-files.ts';
import {openCluster, type SourceFlags} from './source.ts';

/** The API server's version, or null where no cluster answers: `version` tells what it can. */
export async function clusterVersion(flags: SourceFlags): Promise<string | null> {
  try {
    const source = await openCluster({'request-timeout': 3000, ...flags});
    const version = (await source.client.get('/version')) as {gitVersion?: string};
    source.close();
    return version.gitVersion ?? null;
  } catch (error) {
    if (error instanceof KiadaError) return null;
    throw error;
  }
}

/** The version of the default sandbox that runs, or null. */
export async function sandboxVersion(): Promise<string | null> {
  return readState(sandboxFiles('default', undefined))?.version ?? null;
}
