import type { Behaviour, BehaviourStep } from "./behaviour.ts";

/** What happens to one call. `answer` overrides parts of the provider's own. */
export type Plan = { delayMs: number } & (
  | { kind: "accept"; hang: boolean; answer?: BehaviourStep }
  | { kind: "refuse"; status: number; answer?: BehaviourStep; retryAfterSeconds?: number }
  | { kind: "hang" }
);

export type Behaviours = {
  get(provider: string): Behaviour;
  set(provider: string, behaviour: Behaviour): void;
  /** Decides one call; takes a step off `next`. Codes at 400 and above refuse, as do 3xx over HTTP. */
  plan(provider: string, recipients: string[]): Plan;
  /** The code a recipient is refused with, if any. */
  rejection(provider: string, recipient: string): number | undefined;
  reset(): void;
};

const goodDay: Behaviour = {};

export function createBehaviours(random: () => number = Math.random): Behaviours {
  const behaviours = new Map<string, Behaviour>();
  const rejections = new Map<string, { pattern: RegExp; code: number }[]>();

  function rejection(provider: string, recipient: string): number | undefined {
    return rejections.get(provider)?.find(({ pattern }) => pattern.test(recipient))?.code;
  }
  return {
    get: (provider) => behaviours.get(provider) ?? goodDay,
    set(provider, behaviour) {
      behaviours.set(provider, { ...behaviour, next: [...(behaviour.next ?? [])] });
      const rules = behaviour.rejectRecipients ?? [];
      rejections.set(
        provider,
        rules.map(({ match, code }) => ({ pattern: wildcard(match), code })),
      );
    },
    rejection,
    plan(provider, recipients) {
      const behaviour = behaviours.get(provider);
      if (!behaviour) return { kind: "accept", delayMs: 0, hang: false };
      const step = behaviour.next?.shift();
      const delayMs =
        (step?.latencyMs ?? behaviour.latencyMs ?? 0) + random() * (behaviour.jitterMs ?? 0);
      if (step) return planStep(step, delayMs, behaviour);
      if (behaviour.hang) return { kind: "hang", delayMs };
      const refusal = recipients
        .map((to) => rejection(provider, to))
        .find((code) => code !== undefined);
      if (refusal !== undefined) {
        const { retryAfterSeconds } = behaviour;
        return { kind: "refuse", delayMs, status: refusal, retryAfterSeconds };
      }
      if (behaviour.errorRate && random() < behaviour.errorRate) {
        const { errorStatus = 500, retryAfterSeconds } = behaviour;
        return { kind: "refuse", delayMs, status: errorStatus, retryAfterSeconds };
      }
      return { kind: "accept", delayMs, hang: behaviour.hangAfterAccept ?? false };
    },
    reset() {
      behaviours.clear();
      rejections.clear();
    },
  };
}

function planStep(step: BehaviourStep, delayMs: number, behaviour: Behaviour): Plan {
  if (step.hang) return { kind: "hang", delayMs };
  const { status = 200 } = step;
  if (status < 300)
    return { kind: "accept", delayMs, hang: step.hangAfterAccept ?? false, answer: step };
  return {
    kind: "refuse",
    delayMs,
    status,
    answer: step,
    retryAfterSeconds: behaviour.retryAfterSeconds,
  };
}

function wildcard(match: string): RegExp {
  // Neighbouring stars are one, so that matching stays linear in practice.
  const parts = match.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*?")}$`, "i");
}
