/** What a request came to. Without an answer nothing is known. */
export type Answer = { status: number; body: unknown } | { status: null; detail: string };

const ANSWER_MS = 15_000;

/** POSTs JSON; never rejects. */
export async function request(
  url: string,
  o: { apiKey: string; body: unknown; key?: string | null; type?: string },
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${o.apiKey}`,
        "content-type": o.type ?? "application/json",
        ...(o.key ? { "idempotency-key": o.key } : {}),
      },
      body: JSON.stringify(o.body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, body: JSON.parse((await response.text()) || "null") };
  } catch (error) {
    return { status: null, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the answer says for good what became of the request; all others may be repeated under the same key. */
export function isFinal(answer: Answer): boolean {
  const { status } = answer;
  return status !== null && status < 500 && status !== 409 && status !== 429;
}

export function describe(answer: Answer): string {
  if (answer.status === null) return answer.detail;
  return `${answer.status} ${JSON.stringify(answer.body)}`.slice(0, 300);
}
