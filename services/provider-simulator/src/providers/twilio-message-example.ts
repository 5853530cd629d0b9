/** The request our text message sender makes, as examples for tests. */
export const twilioMessage = {
  To: "+4915112345678",
  From: "+15005550006",
  Body: "Order A-17 is on its way 👋",
};
export const twilioAccount = `AC${"0".repeat(32)}`;

/** Posts a message to a simulator; fields without a value are left out. */
export function twilioSend(
  url: string,
  message: Record<string, string | undefined>,
  init: RequestInit = {},
): Promise<Response> {
  const fields = Object.entries(message).filter(([, value]) => value !== undefined);
  const credentials = Buffer.from(`${twilioAccount}:token`).toString("base64");
  return fetch(`${url}/2010-04-01/Accounts/${twilioAccount}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "x-pulse-delivery": "d1" },
    body: new URLSearchParams(fields as [string, string][]),
    ...init,
  });
}
