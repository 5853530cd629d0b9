import type { Strike } from "../fault.ts";
import { arrivals } from "../load/arrivals.ts";
import { sendSteadily } from "../load/send-steadily.ts";
import { type ReceiptBehaviour, USUAL } from "../simulator.ts";
import type { Target } from "../target.ts";
import { until } from "./until.ts";

/** Sends mails for a second, and waits until their provider has told what became of them. */
export async function sendReported(
  { name, receipts }: { name: string; receipts: ReceiptBehaviour },
  { target: { simulator }, run }: { target: Target; run: Strike },
): Promise<{ sent: number; answers: (status: number) => number }> {
  await simulator.behave({ ...USUAL, receipts });
  const { answers: before } = await simulator.receipts();
  const { sentAt } = await sendSteadily({ perSecond: 40, forMs: 1_000, name }, run);
  await arrivals(simulator, sentAt);
  await until("all reports are sent", async () => (await simulator.receipts()).pending === 0);
  const { answers } = await simulator.receipts();
  return {
    sent: sentAt.size,
    answers: (status) => (answers[status] ?? 0) - (before[status] ?? 0),
  };
}
