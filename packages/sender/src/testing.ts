/** What providers and senders are tested with. */
export { openTestBench, SHORT_TIERS, type TestBench } from "./test-bench.ts";
export { type ProviderSuite, testProvider } from "./test-provider.ts";
