import {describe} from 'vitest';
import {testGallery} from '../findings/stage/gallery-tests.ts';
import {testRealPods} from '../findings/stage/real-tests.ts';
import {describeOnCluster, openClient} from './genuine/cluster.ts';
import {KUBECONFIG} from './genuine/kubeconfig.ts';

const open = async () => ({client: await openClient(), kubeconfig: KUBECONFIG ?? ''});

describeOnCluster('in the genuine cluster', () => {
  describe('the gallery of broken clusters, played', () => testGallery(open));
  describe('real pods that are not well', () => testRealPods(open));
});
