import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { deployWhole } from '../support/topology.js';

const CHROMIUM = '/usr/bin/chromium';

test.skipIf(!existsSync(CHROMIUM))(
  `GraphiQL opens with a query that answers, and asks no other host (needs ${CHROMIUM})`,
  async () => {
    const hub = await deployWhole({ MINEBOUND_SEED: 'demo' });
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      const faults: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('pageerror', (error) => faults.push(error.message));
      await page.goto(`${hub.url}/graphql`);
      await page.getByRole('button', { name: /execute query/i }).click();
      await expect
        .poll(() => page.locator('.result-window').textContent(), { timeout: 30_000 })
        .toContain('STRIPPING_OUT_OF_BOUNDS');
      expect(faults).toEqual([]);
      const elsewhere = asked.filter((url) => !url.startsWith(hub.url) && !/^(data|blob):/.test(url));
      expect(elsewhere).toEqual([]);
    } finally {
      await browser.close();
      await hub.stop();
    }
  },
  300_000,
);
