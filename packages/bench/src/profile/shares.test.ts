import { expect, test } from "vitest";
import { sharesOf } from "./shares.ts";

const node = (id: number, functionName: string, url = "", children: number[] = []) => ({
  id,
  callFrame: { functionName, url },
  children,
});

test("time goes to the package whose code ran, the runtime's to who called it, and waiting and the start to nobody", () => {
  const profile = {
    startTime: 500,
    nodes: [
      node(1, "(root)", "", [2, 3, 6, 8]),
      node(2, "(idle)"),
      node(3, "route", "file:///repo/services/router/src/route.ts", [4, 5]),
      node(4, "utf8Slice"),
      node(5, "encode", "file:///repo/node_modules/.pnpm/kafkajs@2.2.4/node_modules/kafkajs/a.js"),
      node(6, "doWrite", "node:internal/streams/writable", [7]),
      node(7, "writev"),
      node(8, "(garbage collector)"),
    ],
    samples: [5, 2, 3, 4, 5, 6, 7, 8],
    timeDeltas: [400, 1_000, 20, 20, 30, 10, 15, 5],
  };
  const shares = sharesOf(profile, 1_000);
  expect(Object.fromEntries(shares)).toEqual({
    "services/router": 0.4,
    kafkajs: 0.3,
    Node: 0.1,
    "writing to sockets": 0.15,
    "garbage collection": 0.05,
  });
});
