/** Messages that go through the SendGrid wire, or to inboxes of connected sockets. */
export type Kind = "email" | "inapp";

export const EMAIL_RECIPIENTS = 5_000;
export const INBOXES = 200;
/** Messages whose addresses share a prefix; the simulator lists at most so many at once. */
export const CHUNK = 1_000;

/** The recipient ids that messages of the kind "inapp" go to. */
export const inboxes = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `bench-inbox-${index}`);

/** The prefix of the addresses of messages `chunk` × 1,000 and following. */
export const chunkPrefix = (chunk: number): string => `c${chunk}-`;

/** The `index`th notification of a run, as the body of a request. */
export function message(kind: Kind, index: number): object {
  const text = `Message ${index} of the bench.`;
  if (kind === "inapp") {
    const to = `bench-inbox-${index % INBOXES}`;
    return { to: { id: to }, channels: ["inapp"], content: { title: `Bench ${index}`, text } };
  }
  const recipient = index % EMAIL_RECIPIENTS;
  const email = `${chunkPrefix(Math.floor(index / CHUNK))}${recipient}@example.com`;
  return {
    to: { id: `bench-${recipient}`, email },
    channels: ["email"],
    content: { subject: `Bench ${index}`, text },
  };
}
