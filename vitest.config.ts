import { defineConfig } from 'vitest/config';

// A test that hangs ends; one that is slow, on whatever machine, does not fail.
const shared = { pool: 'forks' as const, setupFiles: ['test/support/setup.ts'], testTimeout: 180_000 };

const integration = {
  ...shared,
  globalSetup: ['test/support/database-template.ts'],
  hookTimeout: 120_000,
  // Each file opens a database of its own; modules they share, whose loading takes longer than many of them.
  isolate: false,
};

export default defineConfig({
  // Vite would take graphql's ES module while Node gives libraries the CommonJS one: two realms, one schema.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // They share nothing but modules, whose loading takes longer than most of them.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'architecture',
          // Each in a process of its own: type-graphql keeps what it was told for as long as a process lives.
          include: ['test/{architecture,contracts,dependencies}.test.ts'],
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...integration,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: ['test/integration/{events,webhooks,bridges}/**'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What is told of an event waits for every older transaction on the server: no other tests run meanwhile. Embedded
        // databases wait for nobody.
        extends: true,
        test: {
          ...integration,
          name: 'integration_events',
          include: ['test/integration/{events,webhooks,bridges}/**/*.test.ts'],
          maxWorkers: process.env['TEST_DATABASE_URL'] ? 1 : 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // Against a program in another language: only where its parts are installed, as .ci/run does.
        extends: true,
        test: {
          ...shared,
          name: 'oracle',
          include: ['test/oracle/**/*.test.ts'],
          globalSetup: ['test/support/database-template.ts'],
          testTimeout: 900_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/database-template.ts'],
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
