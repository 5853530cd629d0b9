import { channelDefinition, CHANNELS, InlineRecipient } from "@pulsecourier/contracts";
import { expect, test } from "vitest";
import { RECIPIENTS } from "./address.ts";
import { message } from "./message.ts";

test.each(CHANNELS)("a message goes to an address of %s, and can be sent there", (channel) => {
  const { address, contentOf } = channelDefinition(channel);
  const all = Array.from({ length: RECIPIENTS }, (_, index) =>
    message(channel, index, "http://127.0.0.1/hooks"),
  );
  const addresses = all.map(({ to }) => address(InlineRecipient.parse(to)));
  expect(addresses).not.toContain(null);
  expect(new Set(addresses).size).toBeGreaterThanOrEqual(200);
  expect(all.map(({ content }) => contentOf(content))).not.toContain(null);
});
