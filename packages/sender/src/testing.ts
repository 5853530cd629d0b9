export { openTestAttachments } from "./test-attachments.ts";
/** What providers and senders are tested with. */
export { openTestBench, type TestBench } from "./test-bench.ts";
export { HTTP_BEHAVIOURS, type ProviderSuite, testProvider } from "./test-provider.ts";
export { runSender } from "./test-sender.ts";
