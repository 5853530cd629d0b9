import type { Refusal } from "@pulsecourier/sender";

/** What is sent is JSON, whatever a template made of it. */
export function checkContent({ payload = "" }: Readonly<Record<string, string>>): Refusal | null {
  try {
    JSON.parse(payload);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: "content_unusable", detail: `the payload is not JSON: ${reason}` };
  }
}
