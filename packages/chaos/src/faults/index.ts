import type { Fault } from "../fault.ts";
import { bulkBacklog } from "./bulk-backlog.ts";
import { callbackDisorder } from "./callback-disorder.ts";
import { clockSkew } from "./clock-skew.ts";
import { clockSkewSagas } from "./clock-skew-sagas.ts";
import { deliverThrice } from "./deliver-thrice.ts";
import { flushRedis } from "./flush-redis.ts";
import { forgedCallbacks } from "./forged-callbacks.ts";
import { fullDisk } from "./full-disk.ts";
import { killBroker } from "./kill-broker.ts";
import { killEverything } from "./kill-everything.ts";
import { killOrchestrator } from "./kill-orchestrator.ts";
import { killRedis } from "./kill-redis.ts";
import { killServices } from "./kill-service.ts";
import { leaderFaults } from "./leader.ts";
import { loseOffsets } from "./lose-offsets.ts";
import { noisyTenant } from "./noisy-tenant.ts";
import { nothing } from "./nothing.ts";
import { pacingWithoutRedis } from "./pacing-without-redis.ts";
import { pauseBroker, pauseBrokerLong } from "./pause-broker.ts";
import { pauseSender, pauseSenderLong } from "./pause-sender.ts";
import { poison } from "./poison.ts";
import { providerDownFailover } from "./provider-down-failover.ts";
import { providerErrors } from "./provider-errors.ts";
import { providerAcceptsAndHangs, providerHang } from "./provider-hang.ts";
import { providerThrottle } from "./provider-throttle.ts";
import { providersDown } from "./providers-down.ts";
import { rebalanceStorm } from "./rebalance-storm.ts";
import { restartPostgres } from "./restart-postgres.ts";
import { rollingRestart } from "./rolling-restart.ts";
import { slowProvider } from "./slow-provider.ts";
import { throttleStorm } from "./throttle-storm.ts";
import { timerTwice } from "./timer-twice.ts";
import { twoOrchestrators } from "./two-orchestrators.ts";

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  nothing,
  ...killServices,
  killEverything,
  pauseSender,
  pauseSenderLong,
  killBroker,
  pauseBroker,
  pauseBrokerLong,
  restartPostgres,
  flushRedis,
  killRedis,
  deliverThrice,
  loseOffsets,
  poison,
  providerErrors,
  providerThrottle,
  providerHang,
  providerAcceptsAndHangs,
  providerDownFailover,
  providersDown,
  throttleStorm,
  slowProvider,
  callbackDisorder,
  forgedCallbacks,
  pacingWithoutRedis,
  clockSkew,
  killOrchestrator,
  timerTwice,
  clockSkewSagas,
  twoOrchestrators,
  ...leaderFaults,
  rebalanceStorm,
  rollingRestart,
  bulkBacklog,
  noisyTenant,
  ...fullDisk,
];
