// Adds up vitest's JSON reports in a folder: node scripts/sum-reports.js FOLDER [FAILED-STEP...]
// A failed step whose report (FOLDER/STEP.json) names no failure, and a test of the shared data or with Shapely that was
// skipped although the data or Shapely is there, count as failures.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const [folder, ...failedSteps] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const faults = [];

const stepsExplained = new Set();

const hasShapely = () =>
  ['python3', '/usr/bin/python3'].some((python) => spawnSync(python, ['-c', 'import shapely']).status === 0);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  const faultsBefore = faults.length;
  for (const suite of report.testResults) {
    const place = suite.name.replace(`${process.cwd()}/`, '');
    const failedTests = suite.assertionResults.filter((test) => test.status === 'failed');
    if (suite.status === 'failed' && failedTests.length === 0) faults.push(`${place}: ${suite.message}`);
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') sum.passed += 1;
      else if (test.status === 'failed') faults.push(`${place}: ${test.fullName}`);
      else if (/shared[ /]data/i.test(test.fullName) && existsSync('../shared/data')) {
        faults.push(`${place}: ${test.fullName} was skipped although ../shared/data is there`);
      } else if (test.fullName.startsWith('Shapely') && hasShapely()) {
        faults.push(`${place}: ${test.fullName} was skipped although python3-shapely is there`);
      } else {
        sum.skipped += 1;
        console.log(`skipped: ${place}: ${test.fullName}`);
      }
    }
  }
  if (faults.length > faultsBefore) stepsExplained.add(file.replace(/\.json$/, ''));
}
for (const step of failedSteps) if (!stepsExplained.has(step)) faults.push(`step failed: ${step}`);
for (const fault of faults) console.log(`failed: ${fault}`);
console.log(`${sum.passed} passed, ${faults.length} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = faults.length > 0 || sum.passed === 0 ? 1 : 0;
