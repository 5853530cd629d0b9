export { openTestAttachments } from "./test-attachments.ts";
/** What providers and senders are tested with. */
export { openTestBench, SHORT_TIERS, type TestBench } from "./test-bench.ts";
export { HTTP_BEHAVIOURS, type ProviderSuite, testProvider } from "./test-provider.ts";
