import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import ipaddr from "ipaddr.js";
import type { Resolve } from "./resolve-public.ts";

type Zone = Record<string, readonly string[]>;

/** A DNS server on loopback that answers from `zone` (changed at will), and a resolver that asks it alone. */
export async function startDns(zone: Zone): Promise<{ resolve: Resolve; close(): void }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => socket.send(answer(query, zone), from.port, from.address));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const ask = (family: number, asked: Promise<string[]>) =>
    asked.then(
      (found) => found.map((address) => ({ address, family })),
      () => [],
    );
  return {
    resolve: async (name) => {
      const found = [
        ...(await ask(4, resolver.resolve4(name))),
        ...(await ask(6, resolver.resolve6(name))),
      ];
      if (found.length === 0) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
      return found;
    },
    close: () => socket.close(),
  };
}

const TYPE_A = 1;
const TYPE_AAAA = 28;
const HEADER_BYTES = 12;

/** A response (RFC 1035 §4.1) with the zone's addresses of the type that was asked for. */
function answer(query: Buffer, zone: Zone): Buffer {
  const labels: string[] = [];
  let end = HEADER_BYTES;
  for (let size = query[end] ?? 0; size > 0; size = query[end] ?? 0) {
    labels.push(query.toString("latin1", end + 1, end + 1 + size));
    end += 1 + size;
  }
  const type = query.readUInt16BE(end + 1);
  const records = (zone[labels.join(".").toLowerCase()] ?? [])
    .map((address) => Buffer.from(ipaddr.parse(address).toByteArray()))
    .filter((bytes) => bytes.length === (type === TYPE_A ? 4 : type === TYPE_AAAA ? 16 : 0))
    .map((bytes) => {
      const record = Buffer.alloc(12);
      record.writeUInt16BE(0xc00c, 0);
      record.writeUInt16BE(type, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt16BE(bytes.length, 10);
      return Buffer.concat([record, bytes]);
    });
  const header = Buffer.from(query.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end + 5), ...records]);
}
