import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A page follows what is done to it when the machine has time to draw.
    expect: { poll: { timeout: 15_000 } },
    // Training is the load here: as many files at once as there are cores.
    pool: 'forks',
    globalSetup: ['test/support/build-once.ts'],
  },
});
