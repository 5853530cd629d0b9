import { defineConfig } from "vitest/config";

const globalSetup = "./packages/testkit/src/global-setup.ts";

export default defineConfig({
  test: {
    // Two test files, three servers and their clients are what two cores bear.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,services}/*/src/**/*.test.ts"],
          exclude: ["**/*.int.test.ts"],
          // Fast alone, but a busy machine must not turn them red.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "int",
          include: ["{packages,services}/*/src/**/*.int.test.ts"],
          globalSetup,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.e2e.test.ts"],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
