import {describe, expect, it} from 'vitest';
import {codes, explainCode} from '../../src/findings/index.ts';
import {galleryCodes, galleryFindings} from './gallery.ts';

/** What cannot be alone: peers that wait for each other are not ready for a reason of their own; IPVS mode is deprecated as such. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {KIA0606: ['KIA0203'], KIA0909: ['KIA0902']};

describe('the gallery of broken clusters', () => {
  it('has a pair of manifests for every code', () => {
    expect(galleryCodes()).toEqual(codes());
  });

  for (const code of codes()) {
    it(`finds ${code} (${explainCode(code)?.name}) and nothing else in its broken cluster`, () => {
      const findings = galleryFindings(code, 'broken');
      expect([...new Set(findings.map((finding) => finding.code))]).toEqual([...(COMPANIONS[code] ?? []), code]);
      for (const finding of findings) {
        expect(finding.remedy).not.toBe('');
        expect(finding.object.kind).not.toBe('');
        expect(finding.certainty === 'possible' && finding.severity === 'error').toBe(false);
      }
    });

    it(`finds nothing in the cluster close to it that is fine (${code})`, () => {
      expect(galleryFindings(code, 'fine').map((finding) => `${finding.code} ${finding.message}`)).toEqual([]);
    });
  }
});
