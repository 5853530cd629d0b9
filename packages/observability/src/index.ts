export { createLogger, type Logger, type LoggerOptions } from "./logger.ts";
export { createMetrics, secondsBuckets, type Metrics } from "./metrics.ts";
export { scrub } from "./scrub.ts";
export { childSpan, formatTraceparent, newTrace, parseTraceparent, type Trace } from "./trace.ts";
