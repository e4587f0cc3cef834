import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {renderReport} from '../../src/render/report/index.ts';
import {lacks} from '../e2e/programs.ts';
import {findBrowser, openBrowser, type Page} from './browser.ts';
import {loadResult, loadRun} from './load-result.ts';

const browser = findBrowser();
if (browser === null) lacks('chromium');

/** A run as a large cluster has it: many pods, long names, addresses of IPv6. */
function largeRun() {
  const {rows, ...distribution} = loadRun().distribution;
  const many = Array.from({length: 45}, (_, index) => ({
    ...(rows[index % 3] as (typeof rows)[number]),
    endpoint: `[fd00:10:244:${index}::5]:8080`,
    pod: `a-deployment-with-a-rather-long-name-7c9f8d6b5-x2x${index}`,
    node: `worker-${index}.eu-central-1.compute.internal`,
    predicted: 1 / 45,
  }));
  const address = 'fd00:10:96::1234';
  return loadRun({from: 'pod/a-client-with-a-rather-long-name-7c9f8d6b5-x2x4z', address, distribution: {...distribution, rows: many}});
}

describe.skipIf(browser === null)(
  `the report page in a browser${browser === null ? ': skipped, there is no chromium on PATH' : ''}`,
  () => {
    let folder: string;
    let page: Page;

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'kiada-report-'));
      page = await openBrowser(browser as string);
    }, 90_000);

    afterAll(async () => {
      await page?.close();
      rmSync(folder, {recursive: true, force: true});
    });

    for (const width of [1280, 390]) {
      it(`at ${width} pixels nothing overflows, every chart is there in one width, and nothing but the page is fetched`, {
        timeout: 60_000,
      }, async () => {
        const file = path.join(folder, `${width}.html`);
        writeFileSync(file, renderReport(loadResult({runs: [loadRun(), largeRun()]})));
        expect(await page.show(file, width)).toEqual([`file://${file}`]);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        const charts = await page.evaluate<{shown: string[]; outside: string[]; small: number}>(MEASURE);
        expect(charts.shown).toHaveLength(10);
        expect(new Set(charts.shown)).toEqual(new Set([width > 700 ? 'wide' : 'narrow']));
        expect(charts.outside).toEqual([]);
        expect(charts.small).toBeGreaterThanOrEqual(10);
      });
    }
  },
);

/** Which charts are shown, texts of them that stick out, and how high the smallest text is in pixels. */
const MEASURE = `(() => {
  const shown = [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0);
  const texts = shown.flatMap((svg) => [...svg.querySelectorAll('text')].map((text) => ({text, box: svg.getBoundingClientRect()})));
  const outside = texts.filter(({text, box}) => {
    const own = text.getBoundingClientRect();
    return own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 2 || own.bottom > box.bottom + 2;
  });
  return {
    shown: shown.map((svg) => svg.getAttribute('class')),
    outside: outside.map(({text}) => text.textContent),
    small: Math.min(...texts.map(({text}) => text.getBoundingClientRect().height)),
  };
})()`;
