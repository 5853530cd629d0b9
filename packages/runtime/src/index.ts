export { closeInOrder, type CloseStep } from "./close-in-order.ts";
export { commonEnv } from "./common-env.ts";
export { describeConfig, type ConfigRow } from "./describe-config.ts";
export { bool, csv, integer, logLevel, origins, port, secret, text, url } from "./env-types.ts";
export { opsHandler, type OpsHandlerOptions, type ReadyCheck } from "./ops-handler.ts";
export { createOpsServer, type OpsServer, type OpsServerOptions } from "./ops-server.ts";
export { ConfigError, parseConfig, type ConfigProblem, type Env } from "./parse-config.ts";
export { runService } from "./run-service.ts";
export { runUntilSignal, type RunOptions, type Service } from "./run-until-signal.ts";
