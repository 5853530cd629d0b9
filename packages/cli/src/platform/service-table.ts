import { createGateway, gatewayConfig } from "@pulsecourier/gateway";
import { createSimulator, simulatorConfig } from "@pulsecourier/provider-simulator";
import { createRealtime, realtimeConfig } from "@pulsecourier/realtime";
import { createRouter, routerConfig } from "@pulsecourier/router";
import { parseConfig, type Env, type Service } from "@pulsecourier/runtime";
import { createScheduler, schedulerConfig } from "@pulsecourier/scheduler";
import { createSenderEmail, senderEmailConfig } from "@pulsecourier/sender-email";
import { createSenderInapp, senderInappConfig } from "@pulsecourier/sender-inapp";
import { createTracker, trackerConfig } from "@pulsecourier/tracker";

/** Every service by name, made from an environment. */
export const SERVICES = {
  gateway: (env: Env) => createGateway(parseConfig(gatewayConfig, env)),
  router: (env: Env) => createRouter(parseConfig(routerConfig, env)),
  scheduler: (env: Env) => createScheduler(parseConfig(schedulerConfig, env)),
  tracker: (env: Env) => createTracker(parseConfig(trackerConfig, env)),
  realtime: (env: Env) => createRealtime(parseConfig(realtimeConfig, env)),
  "sender-email": (env: Env) => createSenderEmail(parseConfig(senderEmailConfig, env)),
  "sender-inapp": (env: Env) => createSenderInapp(parseConfig(senderInappConfig, env)),
  "provider-simulator": (env: Env) => createSimulator(parseConfig(simulatorConfig, env)),
} satisfies Record<string, (env: Env) => Service | Promise<Service>>;

export type ServiceName = keyof typeof SERVICES;

/**
 * Which services share a process on one machine: two busy processes for two cores, what takes in and what
 * delivers; the simulator stands for the outside world and keeps to itself.
 */
export const GROUPS = {
  ingest: ["gateway", "router", "scheduler"],
  deliver: ["sender-email", "sender-inapp", "tracker", "realtime"],
  simulator: ["provider-simulator"],
} as const satisfies Groups;

/** Processes by name and the services each runs. */
export type Groups = Record<string, readonly ServiceName[]>;
