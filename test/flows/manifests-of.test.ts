import {expect, test} from 'vitest';
import {manifestsOf} from '../../src/flows/manifests-of.ts';

async function kiadaServiceOf(...setups: string[]): Promise<unknown[]> {
  const manifests = await manifestsOf(setups, [], false);
  const services = manifests.filter(({object}) => object.kind === 'Service' && object.metadata?.name === 'kiada');
  return services.map(({object}) => (object['spec'] as {type?: string}).type);
}

test('of an object that two setups hold, the setup that is named last decides', async () => {
  expect(await kiadaServiceOf('kiada', 'kiada-nodeport')).toEqual(['NodePort']);
  expect(await kiadaServiceOf('kiada-nodeport', 'kiada')).toEqual(['LoadBalancer']);
});

test('an object that several setups share is applied once', async () => {
  const names = (await manifestsOf(['suite', 'quote'], [], false)).map(({object}) => `${object.kind}/${object.metadata?.name}`);
  expect(names).toContain('Service/quote');
  expect(new Set(names).size).toBe(names.length);
});

test('nothing named is a usage error', async () => {
  await expect(manifestsOf([], [], false)).rejects.toMatchObject({code: 'USAGE'});
});
