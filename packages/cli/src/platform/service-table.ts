import { parseConfig, type Env, type Service } from "@pulsecourier/runtime";

/** Every service by name, made from an environment; a process loads only those it runs. */
export const SERVICES = {
  gateway: async (env: Env) => {
    const { createGateway, gatewayConfig } = await import("@pulsecourier/gateway");
    return createGateway(parseConfig(gatewayConfig, env));
  },
  router: async (env: Env) => {
    const { createRouter, routerConfig } = await import("@pulsecourier/router");
    return createRouter(parseConfig(routerConfig, env));
  },
  scheduler: async (env: Env) => {
    const { createScheduler, schedulerConfig } = await import("@pulsecourier/scheduler");
    return createScheduler(parseConfig(schedulerConfig, env));
  },
  orchestrator: async (env: Env) => {
    const { createOrchestrator, orchestratorConfig } = await import("@pulsecourier/orchestrator");
    return createOrchestrator(parseConfig(orchestratorConfig, env));
  },
  tracker: async (env: Env) => {
    const { createTracker, trackerConfig } = await import("@pulsecourier/tracker");
    return createTracker(parseConfig(trackerConfig, env));
  },
  realtime: async (env: Env) => {
    const { createRealtime, realtimeConfig } = await import("@pulsecourier/realtime");
    return createRealtime(parseConfig(realtimeConfig, env));
  },
  "sender-email": async (env: Env) =>
    (await import("@pulsecourier/sender-email")).senderEmail.open(env),
  "sender-inapp": async (env: Env) => {
    const { createSenderInapp, senderInappConfig } = await import("@pulsecourier/sender-inapp");
    return createSenderInapp(parseConfig(senderInappConfig, env));
  },
  "sender-push": async (env: Env) =>
    (await import("@pulsecourier/sender-push")).senderPush.open(env),
  "sender-sms": async (env: Env) => (await import("@pulsecourier/sender-sms")).senderSms.open(env),
  "sender-slack": async (env: Env) =>
    (await import("@pulsecourier/sender-slack")).senderSlack.open(env),
  "sender-telegram": async (env: Env) =>
    (await import("@pulsecourier/sender-telegram")).senderTelegram.open(env),
  "sender-webhook": async (env: Env) =>
    (await import("@pulsecourier/sender-webhook")).senderWebhook.open(env),
  "sender-whatsapp": async (env: Env) =>
    (await import("@pulsecourier/sender-whatsapp")).senderWhatsapp.open(env),
  "provider-simulator": async (env: Env) => {
    const { createSimulator, simulatorConfig } = await import("@pulsecourier/provider-simulator");
    return createSimulator(parseConfig(simulatorConfig, env));
  },
} satisfies Record<string, (env: Env) => Promise<Service>>;

export type ServiceName = keyof typeof SERVICES;

/**
 * Which services share a process on one machine: two busy processes for two cores, what takes in and what
 * delivers; the simulator stands for the outside world and keeps to itself.
 */
export const GROUPS = {
  ingest: ["gateway", "router", "orchestrator", "scheduler"],
  deliver: [
    "sender-email",
    "sender-inapp",
    "sender-push",
    "sender-sms",
    "sender-slack",
    "sender-telegram",
    "sender-webhook",
    "sender-whatsapp",
    "tracker",
    "realtime",
  ],
  simulator: ["provider-simulator"],
} as const satisfies Groups;

/** Processes by name and the services each runs. */
export type Groups = Record<string, readonly ServiceName[]>;

/** Every service `count` times, each in a process of its own, called as `router-1`; and the simulator. */
export function instancesOf(count: number): Groups {
  const services = [...GROUPS.ingest, ...GROUPS.deliver];
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return {
    ...Object.fromEntries(
      services.flatMap((name) => numbers.map((number) => [`${name}-${number}`, [name]])),
    ),
    simulator: GROUPS.simulator,
  };
}
