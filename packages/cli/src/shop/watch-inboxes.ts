import type { ServerFrame } from "@pulsecourier/contracts";
import type { Api } from "../api-client.ts";

export type Inboxes = {
  /** The title of the item a delivery put into an inbox, or null when none is seen within two seconds. */
  title: (deliveryId: string) => Promise<string | null>;
  close: () => void;
};

/** Opens a WebSocket for each recipient, as their browsers would, and keeps what is pushed. */
export async function watchInboxes(
  api: Api,
  realtime: string,
  recipients: readonly string[],
): Promise<Inboxes> {
  const titles = new Map<string, string>();
  const sockets = await Promise.all(
    recipients.map(async (recipient) => {
      const { token } = await api.post<{ token: string }>(
        `/v1/recipients/${encodeURIComponent(recipient)}/tokens`,
      );
      return open(realtime, token, (frame) => {
        if (frame.type === "notification") titles.set(frame.item.id, frame.item.title);
      });
    }),
  );
  return {
    title: async (deliveryId) => {
      const deadline = performance.now() + 2_000;
      while (!titles.has(deliveryId) && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return titles.get(deliveryId) ?? null;
    },
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

function open(
  url: string,
  token: string,
  onFrame: (frame: ServerFrame) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "auth", token })));
    socket.addEventListener("message", ({ data }) => {
      const frame: ServerFrame = JSON.parse(String(data));
      if (frame.type === "ready") resolve(socket);
      onFrame(frame);
    });
    socket.addEventListener("close", ({ code }) =>
      reject(new Error(`The WebSocket closed with ${code} before it was ready.`)),
    );
    socket.addEventListener("error", () => reject(new Error(`No WebSocket at ${url}.`)));
  });
}
