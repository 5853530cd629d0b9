import { openAttachmentStore } from "@pulsecourier/attachments";
import { type Channel, channelDefinition, type DeliveryRecord } from "@pulsecourier/contracts";
import type { Db } from "@pulsecourier/db";
import { type Env, parseConfig, port, type Service } from "@pulsecourier/runtime";
import { z } from "zod";
import { type AttachmentConfig, attachmentEnv } from "./attachment-env.ts";
import { createSender } from "./create-sender.ts";
import type { Provider } from "./provider.ts";
import { type SenderConfig, senderEnv, withProviders } from "./sender-config.ts";
import type { Preparation, SenderOptions, SenderOverrides } from "./sender-options.ts";

type SenderDefinition<Own extends z.ZodRawShape> = {
  channel: Channel;
  /** Default of `SENDER_<CHANNEL>_PORT`. */
  defaultPort: number;
  /** Every provider the channel knows; `<CHANNEL>_PROVIDERS` chooses among them, in order. */
  providers: readonly Provider[];
  /** Variables the channel itself needs. */
  env?: z.ZodObject<Own>;
  /** As in `SenderOptions`, with the channel's own variables at hand. */
  prepare?: (deps: {
    db: Db;
    env: z.output<z.ZodObject<Own>>;
  }) => Promise<(delivery: DeliveryRecord) => Promise<Preparation> | Preparation>;
} & Pick<SenderOptions, "checkAddress" | "checkContent">;

/** A channel's sender as its `main.ts`, the command line and tests use it. */
export type Sender = {
  name: string;
  /** Its environment, the variables of every provider included. */
  config: z.ZodObject<typeof senderEnv.shape>;
  create(config: SenderConfig, overrides?: SenderOverrides): Promise<Service>;
  /** `create` from an environment; rejects with ConfigError when it does not fit. */
  open(env: Env, overrides?: SenderOverrides): Promise<Service>;
};

/** Declares the service that sends a channel. What is left to the channel are its providers and its checks. */
export function defineSender<Own extends z.ZodRawShape = Record<string, never>>(
  definition: SenderDefinition<Own>,
): Sender {
  const { channel, defaultPort, providers, env, prepare, ...checks } = definition;
  const carries = channelDefinition(channel).refuseAttachments !== undefined;
  const portVariable = `SENDER_${channel.toUpperCase()}_PORT`;
  const schema: Sender["config"] = z.object({
    ...senderEnv.shape,
    [portVariable]: port().default(defaultPort).describe("Port of health and metrics"),
    ...(carries && attachmentEnv.shape),
    ...env?.shape,
  });
  const config = withProviders(schema, { channel, providers });
  const create: Sender["create"] = (values, overrides) => {
    // Parsed by `config`, which holds the channel's own variables, too, and those of attachments if it carries any.
    const own = values as SenderConfig & AttachmentConfig & z.output<z.ZodObject<Own>>;
    return createSender({
      channel,
      providers,
      config: values,
      port: Number(Reflect.get(values, portVariable)),
      ...checks,
      ...(carries && {
        attachments: {
          store: openAttachmentStore(own),
          memoryBytes: own.ATTACHMENT_MEMORY_MIB * 1024 * 1024,
        },
      }),
      ...(prepare && { prepare: ({ db }: { db: Db }) => prepare({ db, env: own }) }),
      overrides,
    });
  };
  return {
    name: `sender-${channel}`,
    config,
    create,
    open: async (values, overrides) => create(parseConfig(config, values), overrides),
  };
}
