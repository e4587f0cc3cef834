import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe} from 'vitest';
import {connect} from '../../src/kube/index.ts';
import {type RunningSandbox, startSandbox} from '../compare/runner/sandbox.ts';
import {testGallery} from '../findings/stage/gallery-tests.ts';
import {testRealPods} from '../findings/stage/real-tests.ts';
import {testRunningSuite} from '../findings/stage/running-suite-tests.ts';

describe('in a sandbox', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiada-gallery-'));
  let sandbox: RunningSandbox;
  const open = async () => ({client: await connect({kubeconfig: sandbox.kubeconfig}), kubeconfig: sandbox.kubeconfig});
  beforeAll(async () => {
    sandbox = await startSandbox(folder);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, {recursive: true, force: true});
  });
  describe('the gallery of broken clusters, played', () => testGallery(open));
  describe('real pods that are not well', () => testRealPods(open));
  describe('the Kiada suite as it runs', () => testRunningSuite(() => sandbox.kubeconfig));
});
