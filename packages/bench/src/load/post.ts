import type { Pool } from "undici";

/** What a gateway answered to one request. */
export type Answer = { status: number; ids: string[]; text: string };

/** Posts a body; `ids` are those of accepted notifications, one or of a batch. */
export async function post(pool: Pool, key: string, path: string, body: object): Promise<Answer> {
  const response = await pool.request({
    method: "POST",
    path,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  if (response.statusCode !== 202) return { status: response.statusCode, ids: [], text };
  const answer: { id?: string; results?: { id?: string }[] } = JSON.parse(text);
  const ids = (answer.results ?? [answer]).flatMap(({ id }) => (id === undefined ? [] : [id]));
  return { status: 202, ids, text };
}
