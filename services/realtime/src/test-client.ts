import type { ServerFrame } from "@pulsecourier/contracts";
import { eventually } from "@pulsecourier/testkit";
import { WebSocket } from "ws";

/** A raw client: what it was sent, and how it ended. */
export async function openSocket(url: string) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/realtime`);
  const frames: ServerFrame[] = [];
  const state: { closed: { code: number; reason: string } | null } = { closed: null };
  socket.on("message", (raw: Buffer) => frames.push(JSON.parse(raw.toString())));
  socket.on("error", () => undefined);
  socket.on("close", (code, reason) => (state.closed = { code, reason: String(reason) }));
  await eventually(() => socket.readyState !== WebSocket.CONNECTING);
  const titles = () =>
    frames.flatMap((frame) => (frame.type === "notification" ? [frame.item.title] : []));
  const unread = () => frames.flatMap((frame) => (frame.type === "unread" ? [frame.count] : []));
  return {
    socket,
    frames,
    titles,
    unread,
    send: (frame: unknown) =>
      socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    until: (condition: () => boolean) =>
      eventually(() => {
        const last = () => JSON.stringify([frames.length, frames.at(-1), state]).slice(0, 500);
        if (!condition()) throw new Error(`frames, last one and end: ${last()}`);
      }),
    /** The last cursor it was given. */
    cursor: () =>
      frames.flatMap((frame) => ("cursor" in frame ? [frame.cursor] : [])).at(-1) ?? "0",
    /** Close code and reason, once it is closed. */
    closed: () => eventually(() => state.closed ?? Promise.reject(new Error("still open"))),
    close: () => socket.terminate(),
  };
}
