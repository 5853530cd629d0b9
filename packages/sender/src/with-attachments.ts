import { presentable } from "./call-account.ts";
import type { CarryOutOptions } from "./carry-out.ts";
import { wait } from "./next-step.ts";
import type { OutgoingMessage } from "./provider.ts";
import type { RenderedMessage } from "./render-message.ts";
import { factError, reject, type Step } from "./step.ts";
import { waitContext } from "./wait-context.ts";
import type { Work } from "./work.ts";

/** Calls with the bytes of the delivery's attachments, kept as long as the call takes; or says why there are none. */
export async function withAttachments<T>(
  work: Work,
  message: RenderedMessage,
  o: Pick<CarryOutOptions, "attachments" | "steady" | "tierDelayMs">,
  call: (message: OutgoingMessage) => Promise<T>,
): Promise<T | Step> {
  const { delivery } = work;
  if (delivery.attachments === undefined || delivery.attachments.length === 0)
    return call({ ...message, attachments: [] });
  const { attachments: loader } = o;
  if (loader === null) return reject(factError("attachments_unusable"));
  const loaded = await o.steady("reading attachments", () => loader.load(delivery));
  if (loaded.kind === "wait")
    return wait(presentable(loaded.reason), waitContext(work, o.tierDelayMs));
  if (loaded.kind === "missing") return reject(factError("attachment_missing", loaded.detail));
  try {
    return await call({ ...message, attachments: loaded.attachments });
  } finally {
    loaded.release();
  }
}
