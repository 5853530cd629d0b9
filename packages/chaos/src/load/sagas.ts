import type { Channel } from "@pulsecourier/contracts";
import type { Api } from "@pulsecourier/cli";

/** Mails to addresses that begin so are refused for good. */
export const REFUSED_PREFIX = "refused-";

type SagaForm = {
  /** Channels it may use. */
  channels: readonly [Channel, ...Channel[]];
  /** Those of them through which it has arrived when it was not cancelled; through no other. */
  arrives: readonly Channel[];
};

/** How a message may take several steps. */
export const SAGA_FORMS = {
  /** Channels in turn: the first takes it. */
  first: { channels: ["email", "inapp"], arrives: ["email"] },
  /** Channels in turn: the first refuses it. */
  refused: { channels: ["email", "inapp"], arrives: ["inapp"] },
  /** Nobody reads the item, so that a mail follows. */
  escalate: { channels: ["inapp", "email"], arrives: ["inapp", "email"] },
  /** A mail, and an item some time later. */
  delay: { channels: ["email", "inapp"], arrives: ["email", "inapp"] },
  /** Holds something of a budget from before its item until after its mail. */
  reserve: { channels: ["inapp", "email"], arrives: ["inapp", "email"] },
} as const satisfies Record<string, SagaForm>;

export type SagaKind = keyof typeof SAGA_FORMS;
export const SAGA_KINDS = ["first", "refused", "escalate", "delay", "reserve"] as const;

/** Larger than all that the load may hold at once. */
const BUDGET = "chaos";

const send = (name: string, channel: Channel) => ({
  type: "send",
  name,
  template: "chaos",
  channels: [channel],
});

const WORKFLOWS = {
  "chaos-escalate": [
    send("tell", "inapp"),
    {
      type: "wait",
      name: "seen",
      for: "tell",
      until: "read",
      within: "PT1S",
      otherwise: "remind",
      next: "end",
    },
    send("remind", "email"),
  ],
  "chaos-reserve": [
    { type: "reserve", name: "hold", budget: BUDGET, amount: 0.5 },
    send("tell", "inapp"),
    { type: "delay", name: "later", for: "PT1S" },
    send("repeat", "email"),
  ],
  "chaos-delay": [
    send("tell", "email"),
    { type: "delay", name: "later", for: "PT1S" },
    send("repeat", "inapp"),
  ],
};

/** Puts the workflows and their budget; they need the template of the load. */
export async function putWorkflows(api: Api): Promise<void> {
  await api.put(`/v1/budgets/${BUDGET}`, { limit: 1_000_000 });
  for (const [name, steps] of Object.entries(WORKFLOWS))
    await api.put(`/v1/workflows/${name}`, { steps });
}

/** What the body of a request says of how it is carried out, and of its content. */
export function sagaBody(kind: SagaKind, recipient: string) {
  if (kind !== "first" && kind !== "refused")
    return { workflow: `chaos-${kind}`, data: { number: recipient } };
  const content = { subject: "Chaos", text: "Still here." };
  return { channels: SAGA_FORMS[kind].channels, strategy: "first", content };
}
