import type { Api } from "@pulsecourier/cli";
import { hasEnded, type NotificationView } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";

/** Accepts a request for notifications and returns their ids in the order of its recipients. */
export async function send(api: Api, request: object): Promise<string[]> {
  const { notifications } = await api.post<{ notifications: { id: string }[] }>(
    "/v1/notifications",
    request,
  );
  return notifications.map(({ id }) => id);
}

/** The notification with its timeline once the condition holds. */
export function untilView(
  api: Api,
  id: string,
  condition: (view: NotificationView) => boolean,
  timeoutMs = 20_000,
): Promise<NotificationView> {
  return eventually(
    async () => {
      const view = await api.get<NotificationView>(`/v1/notifications/${id}`);
      if (!condition(view)) throw new Error(`not yet: ${JSON.stringify(view)}`);
      return view;
    },
    { timeoutMs, intervalMs: 50 },
  );
}

/** The notification with its timeline once it has ended. */
export function untilEnd(api: Api, id: string): Promise<NotificationView> {
  return untilView(api, id, ({ status }) => hasEnded(status));
}

/** Sends and waits for all of it to end. */
export async function sendAndEnd(api: Api, request: object): Promise<NotificationView[]> {
  const ids = await send(api, request);
  return Promise.all(ids.map((id) => untilEnd(api, id)));
}

/** How many mails an address has got. */
export async function mailsTo(simulator: string, address: string): Promise<number> {
  const response = await fetch(`${simulator}/__sim/messages?to=${address}`);
  const { data }: { data: unknown[] } = JSON.parse(await response.text());
  return data.length;
}

/** How many messages to an address the providers have taken; those they refused do not count. */
export async function takenFor(simulator: string, address: string): Promise<number> {
  const response = await fetch(`${simulator}/__sim/messages?to=${encodeURIComponent(address)}`);
  const { data }: { data: { accepted: boolean }[] } = JSON.parse(await response.text());
  return data.filter(({ accepted }) => accepted).length;
}
