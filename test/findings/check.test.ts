import {describe, expect, it} from 'vitest';
import type {KiadaError} from '../../src/errors.ts';
import {check, codes} from '../../src/findings/index.ts';
import type {KubernetesObject, Severity} from '../../src/model/index.ts';
import {updateView, viewOf} from '../../src/routing/index.ts';
import {galleryObjects, NOW} from './gallery.ts';

const BROKEN = viewOf(galleryObjects('KIA0101', 'broken'));
const ofCode = (view: ReturnType<typeof viewOf>, options: Parameters<typeof check>[1]) =>
  check(view, {nowMs: NOW, ...options}).findings.map((finding) => finding.code);

describe('a check', () => {
  it('puts the most severe first, then goes by code and object', () => {
    const objects = ['KIA0101', 'KIA0106', 'KIA0302', 'KIA0401'].flatMap((code, index) =>
      renamed(galleryObjects(code, 'broken'), `shop-${index}`),
    );
    const findings = check(viewOf(objects), {nowMs: NOW}).findings;
    const order: readonly Severity[] = ['error', 'warning', 'info'];
    const places = findings.map((finding) => `${order.indexOf(finding.severity)} ${finding.code} ${finding.object.namespace}`);
    expect(places.length).toBeGreaterThanOrEqual(4);
    expect(places).toEqual(places.toSorted());
  });

  it('leaves out what is ignored by code, or by code and object', () => {
    expect(ofCode(BROKEN, {})).toEqual(['KIA0101']);
    expect(ofCode(BROKEN, {ignore: ['KIA0101']})).toEqual([]);
    expect(ofCode(BROKEN, {ignore: ['KIA0101=shop/web']})).toEqual([]);
    expect(ofCode(BROKEN, {ignore: ['KIA0101=shop/other']})).toEqual(['KIA0101']);
    expect(ofCode(BROKEN, {ignore: ['KIA0102']})).toEqual(['KIA0101']);
  });

  it('takes the Service at which a finding about another object was made for that object too', () => {
    const view = viewOf(galleryObjects('KIA0806', 'broken'));
    expect(ofCode(view, {})).toEqual(['KIA0806']);
    expect(ofCode(view, {ignore: ['KIA0806=shop/web']})).toEqual([]);
    expect(ofCode(view, {ignore: ['KIA0806=shop/shop']})).toEqual([]);
  });

  for (const text of ['', 'KIA1', '0101', 'KIA0101=web', 'KIA0101=a/b/c']) {
    it(`says that "${text}" names nothing to ignore`, () => {
      expect(() => check(BROKEN, {ignore: [text]})).toThrow(expect.objectContaining({code: 'USAGE'}) as KiadaError);
    });
  }

  it('finds nothing for want of pods that could not be read, and says so', () => {
    const why = 'the right to list pods in namespace shop is missing';
    const result = check(BROKEN, {unreadable: [{what: 'pods in namespace shop', why}]});
    expect(result.findings).toEqual([]);
    expect(result.unknown).toHaveLength(1);
    expect(result.unknown[0]).toMatchObject({what: 'pods in namespace shop'});
    expect(result.unknown[0]?.why).toContain(why);
    expect(result.unknown[0]?.why).toContain('KIA0101');
  });

  it('hands on what could not be read though no rule needs it', () => {
    const unknown = {what: 'events in namespace shop', why: 'the right to list events in namespace shop is missing'};
    expect(check(BROKEN, {unreadable: [unknown]})).toMatchObject({findings: [{code: 'KIA0101'}], unknown: [unknown]});
  });

  it('leaves out what is milder than asked, and gives advice only for info', () => {
    const scaled = viewOf(galleryObjects('KIA0102', 'broken'));
    expect(ofCode(scaled, {minSeverity: 'warning'})).toEqual(['KIA0102']);
    expect(ofCode(scaled, {minSeverity: 'error'})).toEqual([]);
    const advised = viewOf(galleryObjects('KIA0416', 'broken'));
    expect(ofCode(advised, {})).toEqual([]);
    expect(ofCode(advised, {minSeverity: 'info'})).toEqual(['KIA0416']);
  });

  it('looks at the named Services alone, and not at what concerns none', () => {
    const view = viewOf(galleryObjects('KIA0805', 'broken'));
    expect(ofCode(view, {})).toEqual(['KIA0805']);
    expect(ofCode(view, {services: [...view.services.values()]})).toEqual([]);
  });

  it('waits two minutes for a load balancer before it calls it an error', () => {
    const view = viewOf(galleryObjects('KIA0401', 'broken'));
    const born = Date.parse('2026-11-23T08:00:00Z');
    expect(check(view, {nowMs: born + 20_000}).findings).toMatchObject([{code: 'KIA0401', severity: 'info'}]);
    expect(check(view, {nowMs: born + 121_000}).findings).toMatchObject([{code: 'KIA0401', severity: 'error'}]);
    expect(check(view).findings).toMatchObject([{code: 'KIA0401', severity: 'error'}]);
  });

  it('sees what an update of the view has mended', () => {
    const service = [...BROKEN.objects.values()].find((object) => object.kind === 'Service') as KubernetesObject;
    const spec = {...(service['spec'] as object), selector: {app: 'web'}};
    const mended = updateView(BROKEN, {type: 'MODIFIED', object: {...service, spec}});
    expect(ofCode(BROKEN, {})).toEqual(['KIA0101']);
    expect(ofCode(mended, {})).not.toContain('KIA0101');
  });

  it('has nothing to say of an empty view', () => {
    expect(check(viewOf([]))).toEqual({findings: [], unknown: []});
    expect(codes().length).toBeGreaterThanOrEqual(50);
  });
});

function renamed(objects: readonly KubernetesObject[], namespace: string): readonly KubernetesObject[] {
  return JSON.parse(JSON.stringify(objects).replaceAll('"shop"', `"${namespace}"`)) as readonly KubernetesObject[];
}
